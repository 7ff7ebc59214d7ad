import { utf8Text } from "../../request/request.ts";

/** Encodings that may hide a secret from the patterns; each with what to try and how to read it. */
export const wrappings: readonly {
  readonly pattern: RegExp;
  /** A quick test: text that doesn't match this needn't be searched. */
  readonly hint: RegExp;
  readonly open: (text: string) => string | undefined;
}[] = [
  {
    hint: /[A-Za-z0-9+/_-]{16}/,
    pattern: /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{16,}={0,2}/g,
    open: (text) => readable(Buffer.from(text, "base64")),
  },
  {
    hint: /[0-9a-f]{16}/i,
    pattern: /(?<![0-9a-f])(?:[0-9a-f]{2}){8,}(?![0-9a-f])/gi,
    open: (text) => readable(Buffer.from(text, "hex")),
  },
  {
    hint: /%[0-9a-f]{2}/i,
    pattern: /(?<![^\s"'<>&=?])[^\s"'<>&=?%]*%[0-9a-f]{2}[^\s"'<>&=?]*/gi,
    open: (text) => {
      try {
        return decodeURIComponent(text);
      } catch {
        return readable(
          Buffer.from(
            text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
            "latin1",
          ),
        );
      }
    },
  },
  {
    // JSON nested in JSON has several backslashes before `u`.
    hint: /\\u[0-9a-f]{4}/i,
    pattern: /(?<![^\s"'<>])(?:[^\s"'<>\\]|\\{1,8}[^u\\\s"'<>]){0,2000}\\{1,8}u[0-9a-f]{4}(?:[^\s"'<>\\]|\\.)*/gi,
    open: (text) =>
      text
        .replace(/(?<!\\)\\+u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
        .replace(/\\(["\\/])/g, "$1"),
  },
  {
    hint: /&#/,
    pattern: /(?<![^\s"'<>])(?:[^\s"'<>&]|&(?!#)){0,2000}&#(?:\d{1,7}|x[0-9a-f]{1,6});[^\s"'<>]*/gi,
    open: (text) =>
      text.replace(/&#(?:(\d{1,7})|x([0-9a-f]{1,6}));/gi, (whole, decimal?: string, hex?: string) => {
        const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      }),
  },
];

/** Decodes bytes that are plausible text; undefined for random bytes. */
const readable = (bytes: Buffer): string | undefined => {
  const text = utf8Text(bytes);
  // oxlint-disable-next-line no-control-regex -- control characters are what tells binary from text
  return text === undefined || text.length < 4 || /[\u0000-\u0008\u000e-\u001f]/.test(text) ? undefined : text;
};
