import { requestUrl, utf8Text } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { escapeControls } from "../values/escape.ts";

interface CurlOptions {
  /** Headers whose values are replaced by a placeholder; names in any case. */
  readonly redactHeaders?: readonly string[];
}

// Linux limits an argument to 128 KiB (MAX_ARG_STRLEN); the shell's built-in printf has no such limit.
const maxArgument = 100_000;

/**
 * A POSIX shell command that sends the same bytes. Text is passed as an argument; binary data, or text that could
 * control the terminal, through `base64 -d`. `Content-Length` is left to curl, and so is `Host` if it matches the URL.
 */
export const toCurl = (request: WebhookRequest, options: CurlOptions = {}): string => {
  const url = requestUrl(request) ?? `http://localhost${request.target}`;
  const redacted = new Set((options.redactHeaders ?? []).map((name) => name.toLowerCase()));
  const { before, argument } = bodyOf(request);
  const lines = [
    `curl ${flagsFor(url)}-X ${quoted(request.method)} ${quoted(url)}`,
    ...headersFor(request.headers, url).map(
      ([name, value]) => `-H ${headerArgument(name, redacted.has(name.toLowerCase()) ? "<redacted>" : value)}`,
    ),
    // Without this, curl would declare the body a form.
    ...(request.body.length > 0 && !hasType(request.headers) ? ["-H 'Content-Type:'"] : []),
    ...(argument === undefined ? [] : [argument]),
  ];
  return before + lines.join(" \\\n  ");
};

const hasType = (headers: readonly HeaderPair[]): boolean => headers.some(([name]) => /^content-type$/i.test(name));

const headersFor = (headers: readonly HeaderPair[], url: string): readonly HeaderPair[] => {
  const host = /^\w+:\/\/(?:[^/?#@]*@)?([^/?#]*)/.exec(url)?.[1] ?? "";
  return headers.filter(
    ([name, value]) => !/^content-length$/i.test(name) && !(/^host$/i.test(name) && value === host),
  );
};

/** Flags that keep curl from expanding `[]{}` and from normalizing `/../`. */
const flagsFor = (url: string): string =>
  `${/[[\]{}]/.test(url) ? "-g " : ""}${/\/\.\.?(?:\/|$|\?)/.test(url) ? "--path-as-is " : ""}`;

const headerArgument = (name: string, value: string): string => {
  if (value === "") return quoted(`${name};`);
  const bytes = Buffer.from(`${name}: ${value}`, "latin1");
  const text = utf8Text(bytes);
  return text !== undefined && escapeControls(text) === text ? quoted(text) : printed(bytes);
};

/** A `printf` command with octal escapes, for bytes that can't be written as text. */
const printed = (bytes: Buffer): string =>
  `"$(printf '${Array.from(bytes, (byte) =>
    byte < 0x20 || byte > 0x7e || /['"\\%$`]/.test(String.fromCharCode(byte))
      ? `\\${byte.toString(8).padStart(3, "0")}`
      : String.fromCharCode(byte),
  ).join("")}')"`;

const bodyOf = ({
  body,
  method,
}: WebhookRequest): { readonly before: string; readonly argument: string | undefined } => {
  if (body.length === 0)
    return { before: "", argument: /^(?:GET|HEAD|DELETE|OPTIONS)$/.test(method) ? undefined : "--data-raw ''" };
  const text = utf8Text(body);
  if (text === undefined || !isPrintable(text)) {
    return { before: `printf '%s' '${body.toString("base64")}' | base64 -d | `, argument: "--data-binary @-" };
  }
  return body.length > maxArgument
    ? { before: `printf '%s' ${quoted(text)} | `, argument: "--data-binary @-" }
    : { before: "", argument: `--data-raw ${quoted(text)}` };
};

// Lines that a CI runner would treat as commands aren't printable either.
const isPrintable = (text: string): boolean => {
  const plain = text.replace(/[\n\t]/g, "");
  return escapeControls(plain) === plain && !/^[ \t]*(?:::|##\[)/m.test(text);
};

const quoted = (text: string): string =>
  /^[A-Za-z0-9_./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
