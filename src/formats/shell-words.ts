import { malformed } from "./malformed.ts";

/** A shell operator that ends a simple command. */
type Operator = "|" | "&" | ";" | "end";

/** One simple command; its words have one character per byte (Latin-1). */
export interface SimpleCommand {
  readonly words: readonly string[];
  /** The operator after it. */
  readonly end: Operator;
}

/**
 * Splits a POSIX shell text into commands and words as bash does, including `$'…'`, without executing anything.
 * Whatever needs a running shell (variables, command substitution, files) is refused.
 * @param text one character per byte
 * @throws HookproofError `input-malformed` with the line
 */
export const shellCommands = (text: string, name: string): readonly SimpleCommand[] => new Splitter(text, name).all();

// The characters that are special outside quotes.
const special = /[\s'"\\$`|&;<>()#]/g;

class Splitter {
  readonly text: string;
  readonly name: string;
  at = 0;
  commands: SimpleCommand[] = [];
  words: string[] = [];
  /** Parts of the current word; undefined between words, since `''` is a word too. */
  word: string[] | undefined;

  constructor(text: string, name: string) {
    this.text = text;
    this.name = name;
  }

  all(): readonly SimpleCommand[] {
    while (this.at < this.text.length) this.step();
    this.endCommand("end");
    return this.commands;
  }

  step(): void {
    special.lastIndex = this.at;
    const next = special.exec(this.text)?.index ?? this.text.length;
    if (next > this.at) this.add(this.text.slice(this.at, next));
    this.at = next + 1;
    switch (this.text[next]) {
      case undefined:
        return;
      case "'":
        return this.add(this.until("'"));
      case '"':
        return this.doubleQuoted();
      case "\\":
        return this.escaped();
      case "$":
        return this.dollar();
      case "#":
        return this.word === undefined ? this.comment() : this.add("#");
      case "\n":
        return this.endCommand(";");
      case "|":
      case "&":
      case ";":
        return this.operator(next);
      case ">":
        return this.redirection();
      case "`":
      case "<":
      case "(":
      case ")":
        throw this.refused(next, `'${this.text[next] ?? ""}' outside quotes needs a shell`);
      default:
        return this.endWord();
    }
  }

  add(part: string): void {
    (this.word ??= []).push(part);
  }

  endWord(): void {
    if (this.word !== undefined) this.words.push(this.word.join(""));
    this.word = undefined;
  }

  endCommand(end: Operator): void {
    this.endWord();
    if (this.words.length > 0) this.commands.push({ words: this.words, end });
    this.words = [];
  }

  operator(at: number): void {
    const char = this.text[at];
    const twice = this.text[at + 1] === char;
    if (twice) this.at++;
    this.endCommand(char === "|" && !twice ? "|" : char === "&" && !twice ? "&" : ";");
  }

  /** Skips a redirection (`> file`, `2>&1`), which isn't part of the request. */
  redirection(): void {
    if (this.word !== undefined && /^\d$/.test(this.word.join(""))) this.word = undefined;
    this.endWord();
    const target = /[>|&]?[ \t]*[^\s'"\\$`|&;<>()]*/y;
    target.lastIndex = this.at;
    this.at += target.exec(this.text)?.[0].length ?? 0;
  }

  comment(): void {
    const end = this.text.indexOf("\n", this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  escaped(): void {
    const lineBreak = /\r?\n/y;
    lineBreak.lastIndex = this.at;
    const found = lineBreak.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    else if (this.at < this.text.length) this.add(this.text[this.at++] ?? "");
  }

  until(quote: string): string {
    const end = this.text.indexOf(quote, this.at);
    if (end < 0) throw this.refused(this.at - 1, "a quote that opens here is never closed");
    const found = this.text.slice(this.at, end);
    this.at = end + 1;
    return found;
  }

  /**
   * Reads a quotation to its end.
   * @param opened where the quotation starts, for errors
   * @param stop finds the next special character
   * @param meet called with that character and its index; returns true to end the quotation
   */
  quoted(opened: number, stop: RegExp, meet: (char: string, at: number) => boolean): void {
    this.add("");
    for (;;) {
      stop.lastIndex = this.at;
      const next = stop.exec(this.text)?.index;
      if (next === undefined) throw this.refused(opened, "a quote that opens here is never closed");
      this.add(this.text.slice(this.at, next));
      this.at = next + 1;
      if (meet(this.text.charAt(next), next)) return;
    }
  }

  doubleQuoted(): void {
    this.quoted(this.at - 1, /["\\$`]/g, (char, at) => {
      if (char === "`") throw this.refused(at, "a command substitution needs a shell");
      if (char === "$") this.variable(at);
      else if (char === "\\") this.escapedInQuotes();
      return char === '"';
    });
  }

  escapedInQuotes(): void {
    const char = this.text[this.at] ?? "";
    this.at++;
    if (char !== "\n") this.add(/["\\$`]/.test(char) ? char : `\\${char}`);
  }

  dollar(): void {
    if (this.text[this.at] === "'") {
      this.at++;
      this.ansiQuoted();
    } else if (this.text[this.at] !== '"') {
      this.variable(this.at - 1);
    }
  }

  /** Reads a dollar sign, which is literal unless a name, brace or parenthesis follows. */
  variable(at: number): void {
    const name = /\{?\w+|[({@*#?!-]/y;
    name.lastIndex = at + 1;
    const found = name.exec(this.text)?.[0];
    if (found !== undefined) {
      throw this.refused(
        at,
        `$${found.slice(0, 40)} is known only to the shell that ran the command`,
        "replace it with its value",
      );
    }
    this.add("$");
  }

  ansiQuoted(): void {
    this.quoted(this.at - 2, /['\\]/g, (char) => {
      if (char === "\\") this.add(this.ansiEscape());
      return char === "'";
    });
  }

  ansiEscape(): string {
    const escape =
      /u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|x[0-9a-fA-F]{1,2}|[0-7]{1,3}|c[\s\S]|[\s\S]/y;
    escape.lastIndex = this.at;
    const found = escape.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    const [kind, rest] = [found.charAt(0), found.slice(1)];
    if (/^[0-7]/.test(found)) return String.fromCharCode(Number.parseInt(found, 8) & 0xff);
    if (kind === "x" && rest !== "") return String.fromCharCode(Number.parseInt(rest, 16));
    if ((kind === "u" || kind === "U") && rest !== "") return utf8Bytes(rest);
    if (kind === "c" && rest !== "") return String.fromCharCode(rest.charCodeAt(0) & 0x1f);
    return simpleEscapes[kind] ?? `\\${found}`;
  }

  refused(at: number, problem: string, hint?: string): Error {
    let line = 1;
    for (let found = this.text.indexOf("\n"); found >= 0 && found < at; found = this.text.indexOf("\n", found + 1))
      line++;
    return malformed(`${this.name} line ${line}`, problem, hint);
  }
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "?": "?",
};

// Browsers write characters above U+FFFF as two surrogates.
const utf8Bytes = (hex: string): string => {
  const units = hex.split("\\u").map((half) => Number.parseInt(half, 16));
  const [first = 0] = units;
  const text =
    units.length === 2 ? String.fromCharCode(...units) : first <= 0x10ffff ? String.fromCodePoint(first) : "\ufffd";
  return Buffer.from(text, "utf8").toString("latin1");
};
