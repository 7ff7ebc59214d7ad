import { escapeCiCommands, escapeCiCommandsInJson } from "./ci.ts";

// C0, DEL, C1, bidi and zero-width controls, lone surrogates, line and paragraph separators: what
// could drive or mislead a terminal.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

// Most text is plain, and this test is much faster than Unicode classes.
const plain = /^[\x20-\x7e]*$/;

const visible = (char: string): string => {
  const code = char.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
};

/** Makes untrusted text safe to show: control characters become `\x1b` or `\u{202e}`. */
export const escapeControls = (text: string): string => (plain.test(text) ? text : text.replace(unsafe, visible));

/**
 * The same for text of several lines: newlines stay, so that a block keeps its shape. CI runner commands are escaped
 * too.
 */
export const escapeBlock = (text: string): string =>
  escapeCiCommands(
    text
      .split("\n")
      .map((line) => escapeControls(line.endsWith("\r") ? line.slice(0, -1) : line))
      .join("\n"),
  );

/**
 * JSON for stdout: what `JSON.stringify` leaves raw (DEL, C1, bidi, U+2028) and what a CI runner would treat as a
 * command is written as `\uXXXX`, which parses back to the same string.
 */
export const safeJson = (value: unknown): string => safeJsonText(JSON.stringify(value));

/** The same for a value that is JSON text already. */
export const safeJsonText = (json: string): string =>
  escapeCiCommandsInJson(plain.test(json) ? json : json.replace(unsafe, unicodeEscapes));

const unicodeEscapes = (char: string): string =>
  Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
