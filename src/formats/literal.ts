import { Scanner } from "./scanner.ts";

/** A value as a program prints it, turned into JSON. */
interface Literal {
  /** Compact JSON; a Buffer is written as by `JSON.stringify`, with `more` if bytes were left out. */
  readonly json: string;
  /** The index after the value. */
  readonly end: number;
  /** What the printer left out: `[Object]` and `... 3 more items`, or the end of a long text. */
  readonly cut: "members" | "text" | undefined;
}

/**
 * Reads plain data as written by `console.log` (util.inspect), JavaScript source, Python's `repr` or Ruby's `inspect`.
 * Nothing is executed, and anything but plain data is refused.
 */
export const readLiteral = (text: string, at: number): Literal | { readonly json?: never; readonly end: number } => {
  const reader = new Reader(text, at);
  try {
    reader.value(0);
  } catch (error) {
    if (error instanceof Refusal) return { end: reader.at };
    throw error;
  }
  return { json: reader.out.join(""), end: reader.at, cut: reader.cut };
};

class Refusal extends Error {}

// A single shared error: a hostile log can cause a million refusals, and creating an error captures the stack.
const refusal = new Refusal("no plain data");

const maxDepth = 200;

const words: ReadonlyMap<string, string> = new Map([
  ["true", "true"],
  ["True", "true"],
  ["false", "false"],
  ["False", "false"],
  ["null", "null"],
  ["nil", "null"],
  ["None", "null"],
  ["undefined", "null"],
  ["NaN", "null"],
  ["Infinity", "null"],
]);

const escapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["b", "\b"],
  ["f", "\f"],
  ["v", "\v"],
  ["0", "\0"],
  ["\n", ""],
]);

const number = /-?(?:0|[1-9]\d{0,400})(?:\.\d{1,400})?(?:[eE][+-]?\d{1,10})?(?![\w.])/y;
const bigint = /-?\d{1,400}(?=n\b)/y;
const date = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z/y;
const word = /[A-Za-z]{1,9}\b/y;
/** `[Object]`, `[Circular *1]`, `[Object: null prototype]`, `[Function: x]`. */
const placeholder = /\[[A-Z]\w{0,60}(?: \*\d{1,9}|: [^[\]\r\n]{1,100}| \([^()\r\n]{0,60}\))?\]/y;
/** `IncomingMessage {`, `Map(2) {`, `<ref *1> Foo {`. */
const className = /(?:<ref \*\d{1,9}> )?(?:[A-Za-z_$][\w$]{0,60}(?:\(\d{1,12}\))? )?(?=[{[])/y;
const buffer = /<(?:Buffer|SlowBuffer)((?: [0-9a-f]{2})*)(?: \.\.\. (\d{1,12}) more bytes?)?>/y;
const more = /\.\.\. \d{1,12} more (?:items?|properties|property|characters?)/y;
const bareKey = /[\w$-]{1,200}/y;
const symbolKey = /\[(?:Symbol\([^()\r\n]{0,100}\)|[A-Za-z]{1,40})\]/y;
const colon = /\s{0,200}(?::|=>)/y;

class Reader extends Scanner {
  readonly out: string[] = [];
  cut: Literal["cut"];

  blank(): void {
    for (; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && (code < 0x09 || code > 0x0d) && code !== 0xa0) return;
    }
  }

  skips(char: string): boolean {
    this.blank();
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  value(depth: number): void {
    if (depth > maxDepth) throw refusal;
    this.blank();
    const char = this.text[this.at] ?? "";
    if (char === "[" && this.take(placeholder) !== undefined) {
      // `[Object: null prototype] {` is a prefix; all others replace omitted data.
      this.blank();
      if (this.text[this.at] !== "{") {
        this.cut ??= "members";
        this.out.push("null");
        return;
      }
    }
    const [found] = this.take(/\{|\[/y) ?? [];
    if (found !== undefined) return this.members(found === "{" ? "}" : "]", depth);
    if (this.isString()) {
      this.out.push(this.string());
      return;
    }
    const bytes = this.take(buffer);
    if (bytes !== undefined) {
      const data = (bytes[1] ?? "").split(" ").slice(1);
      this.out.push(
        bufferJson(
          data.map((hex) => Number.parseInt(hex, 16)),
          bytes[2],
        ),
      );
      return;
    }
    if (this.take(/JSON\.stringify\(/y) !== undefined) return this.stringified(depth);
    if (this.take(/new Headers\(/y) !== undefined) {
      this.value(depth + 1);
      if (!this.skips(")")) throw refusal;
      return;
    }
    const plain = this.take(date)?.[0];
    if (plain !== undefined) {
      this.out.push(JSON.stringify(plain));
      return;
    }
    const digits = this.take(bigint)?.[0];
    if (digits !== undefined) {
      this.at++;
      this.out.push(digits.replace(/^(-?)0{1,400}(?=\d)/, "$1"));
      return;
    }
    const numeral = this.take(number)?.[0];
    if (numeral !== undefined) {
      this.out.push(numeral);
      return;
    }
    const before = this.at;
    if ((this.take(className)?.[0].length ?? 0) > 0) return this.value(depth + 1);
    this.at = before;
    const existing = words.get(this.take(word)?.[0] ?? "");
    if (existing === undefined) throw refusal;
    this.out.push(existing);
  }

  members(close: string, depth: number): void {
    this.out.push(close === "}" ? "{" : "[");
    const first = this.out.length;
    for (;;) {
      if (this.skips(close)) break;
      this.blank();
      if (this.take(more) !== undefined) {
        this.cut ??= "members";
      } else {
        if (this.out.length > first) this.out.push(",");
        if (close === "}") this.key();
        this.value(depth + 1);
      }
      if (!this.skips(",")) {
        if (this.skips(close)) break;
        throw refusal;
      }
    }
    this.out.push(close);
  }

  key(): void {
    const name = this.isString() ? this.string() : (this.take(symbolKey) ?? this.take(bareKey))?.[0];
    if (name === undefined || this.take(colon) === undefined) throw refusal;
    this.out.push(name.startsWith('"') ? name : JSON.stringify(name), ":");
  }

  stringified(depth: number): void {
    const from = this.out.length;
    this.value(depth + 1);
    this.skips(",");
    if (!this.skips(")")) throw refusal;
    const json = this.out.splice(from).join("");
    this.out.push(JSON.stringify(json));
  }

  isString(): boolean {
    const char = this.text[this.at] ?? "";
    return /^['"`]$/.test(char) || (char === "b" && /^['"]$/.test(this.text[this.at + 1] ?? ""));
  }

  /** Reads a string as JSON; Node up to 12 splits long ones, joined with `+`. Python's `b'…'` are bytes. */
  string(): string {
    if (this.text[this.at] === "b") {
      this.at++;
      return bufferJson([...Buffer.from(this.piece(), "latin1")], undefined);
    }
    const pieces = [this.piece()];
    for (;;) {
      const before = this.at;
      if (this.skips("+")) {
        this.blank();
        if (this.isString()) {
          pieces.push(this.piece());
          continue;
        }
      }
      this.at = before;
      break;
    }
    if (this.take(/\.\.\. \d{1,12} more characters?/y) !== undefined) this.cut = "text";
    return JSON.stringify(pieces.join(""));
  }

  piece(): string {
    const quote = this.text[this.at++];
    const parts: string[] = [];
    let start = this.at;
    for (; this.at < this.text.length; this.at++) {
      const char = this.text[this.at];
      if (char === quote) {
        parts.push(this.text.slice(start, this.at++));
        return parts.join("");
      }
      if (char === "\n" && quote !== "`") break;
      // The value of a template's placeholder isn't known.
      if (char === "$" && quote === "`" && this.text[this.at + 1] === "{") break;
      if (char !== "\\") continue;
      parts.push(this.text.slice(start, this.at++));
      const code = this.take(/x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}/y);
      const hex = Number.parseInt(code?.[1] ?? code?.[2] ?? code?.[3] ?? "", 16);
      if (code === undefined) {
        const escaped = this.text[this.at++] ?? "";
        parts.push(escapes.get(escaped) ?? escaped);
      } else if (hex > 0x10ffff) throw refusal;
      else parts.push(String.fromCodePoint(hex));
      start = this.at--;
    }
    throw refusal;
  }
}

const bufferJson = (data: readonly number[], omitted: string | undefined): string =>
  `{"type":"Buffer","data":[${data.join(",")}]${omitted === undefined ? "" : `,"more":${Number(omitted)}`}}`;
