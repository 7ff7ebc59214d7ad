const short: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
  e: "\x1b",
  "0": "\0",
};

const pattern = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|u\{([0-9a-fA-F]{1,6})\}|([^]))/g;

/**
 * Decodes the escapes of Python, JavaScript, Ruby, Go and Elixir; an escape that several of them have means the same in
 * all.
 */
export const unescaped = (text: string): string =>
  text.includes("\\")
    ? text.replace(pattern, (_, x?: string, u?: string, long?: string, braced?: string, char = "") => {
        const hex = x ?? u ?? long ?? braced;
        if (hex === undefined) return short[char] ?? char;
        const code = Number.parseInt(hex, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
      })
    : text;

/** PHP's single-quoted strings have only these two escapes. */
export const unescapedPhp = (text: string): string => text.replace(/\\([\\'])/g, "$1");

/** The bytes of a printed Python bytes literal. */
export const bytesOf = (text: string): Buffer => Buffer.from(unescaped(text), "latin1");
