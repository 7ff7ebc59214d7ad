import type { Notation } from "./notations.ts";

/** Deeper nesting is rejected, so that recursion can't overflow the stack. */
export const maxDepth = 200;

const number = /[ \t\r\n]*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)n?/y;
const comma = /[ \t\r\n]*,/y;
const blanks = /[ \t\r\n]*/y;

/** Converts printed output to compact JSON. @returns undefined if the text isn't entirely in this notation */
export const readPrint = (text: string, notation: Notation): string | undefined => {
  const reader = new Reader(text, notation);
  const json = reader.value(0);
  return json !== undefined && reader.isAtEnd() ? json : undefined;
};

/** Writes members as JSON: as a list if `isMixed` and the keys count up from 0, as in PHP. */
export const compound = (members: readonly (readonly [key: string, value: string])[], isMixed: boolean): string =>
  isMixed && members.every(([key], at) => key === String(at))
    ? `[${members.map(([, value]) => value).join(",")}]`
    : `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`;

class Reader {
  readonly #text: string;
  readonly #notation: Notation;
  #at = 0;

  constructor(text: string, notation: Notation) {
    this.#text = text;
    this.#notation = notation;
  }

  isAtEnd(): boolean {
    this.#take(blanks);
    return this.#at === this.#text.length;
  }

  value(depth: number): string | undefined {
    if (depth > maxDepth) return undefined;
    const { object, list, isMixed } = this.#notation;
    const opening = this.#take(object);
    if (opening !== undefined) return this.#members(depth, isMixed === true && !opening[0].includes("object"));
    if (this.#take(list) !== undefined) return this.#items(depth);
    const string = this.#string();
    if (string !== undefined) return JSON.stringify(string);
    return this.#word() ?? this.#take(number)?.[1];
  }

  #members(depth: number, isMixed: boolean): string | undefined {
    const members: (readonly [key: string, value: string])[] = [];
    for (let next = 0; this.#take(this.#notation.close) === undefined; next++) {
      const start = this.#at;
      let key = this.#key();
      if (key === undefined || this.#take(this.#notation.pair) === undefined) {
        // PHP's short arrays omit keys that count up from 0.
        if (!isMixed) return undefined;
        this.#at = start;
        key = String(next);
      }
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      members.push([key, value]);
      if (this.#take(comma) === undefined && !this.#closes()) return undefined;
    }
    return compound(members, isMixed);
  }

  #items(depth: number): string | undefined {
    const items: string[] = [];
    while (this.#take(this.#notation.close) === undefined) {
      const item = this.value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      if (this.#take(comma) === undefined && !this.#closes()) return undefined;
    }
    return `[${items.join(",")}]`;
  }

  #key(): string | undefined {
    if (this.#notation.mark !== undefined) this.#take(this.#notation.mark);
    return this.#string() ?? this.#take(this.#notation.key)?.[1] ?? this.#take(number)?.[1];
  }

  #closes(): boolean {
    const start = this.#at;
    const found = this.#take(this.#notation.close) !== undefined;
    this.#at = start;
    return found;
  }

  #string(): string | undefined {
    const { quotes, unescape, joint } = this.#notation;
    const start = this.#at;
    this.#take(blanks);
    const quote = this.#text.charAt(this.#at);
    const end = quote !== "" && quotes.includes(quote) ? this.#end(quote) : -1;
    if (end < 0) {
      this.#at = start;
      return undefined;
    }
    const own = unescape(this.#text.slice(this.#at + 1, end));
    this.#at = end + 1;
    if (joint === undefined || this.#take(joint) === undefined) return own;
    const rest = this.#string();
    return rest === undefined ? undefined : own + rest;
  }

  /** The index of the closing quote of the string that starts here, or -1. */
  #end(quote: string): number {
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const char = this.#text.charAt(at);
      if (char === "\\") at++;
      else if (char === quote) return at;
    }
    return -1;
  }

  #word(): string | undefined {
    this.#take(blanks);
    for (const [word, json] of Object.entries(this.#notation.words)) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return json;
    }
    return undefined;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found;
  }
}
