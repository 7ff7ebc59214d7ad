import type { Span } from "./json-spans.ts";

const marker = /-----(?<side>BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/gi;
// Line breaks inside a key: real ones, and the two characters `\n` of a JSON string or an environment file.
const inside =
  /\s{1,200}|\\{1,4}[rn]|(?:Proc-Type|DEK-Info|Version|Comment):[^\\\n]{0,200}|[A-Za-z0-9+/]{16,4096}={0,2}/iy;
/** The key's last line, which may be short, followed by the end of the line or text, or by the END line. */
const lastLine = /[A-Za-z0-9+/]{1,76}={0,2}(?=[\r\n]|\\{1,4}[rn]|$|-----END)/y;

/** Private keys in PEM form, whole or with their head or tail cut off. */
export const privateKeys = (text: string): readonly Span[] => {
  const spans: Span[] = [];
  if (text.search(marker) < 0) return spans;
  for (const match of text.matchAll(marker)) {
    const last = spans.at(-1);
    const before = last?.end ?? 0;
    const end = match.index + match[0].length;
    if (/^BEGIN$/i.test(match.groups?.["side"] ?? "")) spans.push({ start: match.index, end: tailOf(text, end) });
    else {
      const start = headOf(text, match.index, before);
      // This END line closes the key before it.
      if (last !== undefined && back(text, start, before) === before)
        spans[spans.length - 1] = { start: last.start, end };
      else spans.push({ start, end });
    }
  }
  return spans;
};

const tailOf = (text: string, from: number): number => {
  let end = from;
  let at = from;
  for (inside.lastIndex = at; ; inside.lastIndex = at) {
    const found = inside.exec(text)?.[0];
    if (found === undefined) break;
    at += found.length;
    // Trailing white space isn't part of the key.
    if (!/^(?:\s|\\)/.test(found)) end = at;
  }
  lastLine.lastIndex = at;
  const last = lastLine.exec(text)?.[0];
  if (last !== undefined) end = at += last.length;
  inside.lastIndex = at;
  return end;
};

/**
 * Finds a key's start backwards from its END line: the last line may be short, those before it have 16 characters or
 * more.
 */
const headOf = (text: string, end: number, limit: number): number => {
  let start = end;
  let at = end;
  for (let line = 0; ; line++) {
    at = back(text, at, limit);
    const run = base64Back(text, at, limit);
    if (at - run < (line === 0 ? 1 : 16) || at - run > 100) return start;
    start = at = run;
  }
};

/** Skips white space and escaped line breaks backwards. */
const back = (text: string, from: number, limit: number): number => {
  let at = from;
  while (at > limit) {
    const char = text[at - 1] ?? "";
    if (/\s|\\/.test(char)) at--;
    else if (/[nr]/.test(char) && text[at - 2] === "\\") at -= 2;
    else break;
  }
  return at;
};

const base64Back = (text: string, from: number, limit: number): number => {
  let at = from;
  while (at > limit && from - at < 3 && text[at - 1] === "=") at--;
  while (at > limit && from - at <= 100 && /[A-Za-z0-9+/]/.test(text[at - 1] ?? "") && !isEscape(text, at - 1)) at--;
  return at;
};

/** Whether a character is the letter of an escaped line break. */
const isEscape = (text: string, at: number): boolean => /[nr]/.test(text[at] ?? "") && text[at - 1] === "\\";
