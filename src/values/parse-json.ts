import { HookproofError } from "../errors.ts";

/**
 * Parses JSON, for our own files or a tool's; never used for webhook bodies.
 * @param where the file, and the line if there are several
 * @throws HookproofError `input-malformed` with the position
 */
export const parseJson = (text: string, where: string): unknown => {
  const json = text.startsWith("\ufeff") ? text.slice(1) : text;
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new HookproofError("input-malformed", `${where} is not JSON${placeOf(json)}`, { cause: error });
  }
};

export const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Whether text is valid JSON that was cut off, as by a crash. */
export const isCutOff = (text: string): boolean =>
  /^(?:|\\u?[0-9a-fA-F]{0,3}|[-a-z]{1,4})$/.test(text.slice(firstError(text)));

/** Where text stops being JSON; follows "is not JSON". */
export const placeOf = (text: string): string => {
  const at = firstError(text);
  if (at >= text.length) return ": it ends too early";
  const { line, column } = lineAndColumn(text, at);
  return `: unexpected text at line ${line}, column ${column}`;
};

/** What to change where text stops being JSON. */
export const syntaxAdvice = (text: string): string => {
  const { at, open } = scan(text);
  if (at < text.length) return mistakeAt(text, at);
  const last = open.at(-1);
  if (last === undefined) return "the file is empty: write {} or remove it";
  const { line, column } = lineAndColumn(text, last);
  return `the ${text.charAt(last)} at line ${line}, column ${column} is not closed`;
};

/** The mistakes that people make in JSON. */
const mistakeAt = (text: string, at: number): string => {
  const char = text.charAt(at);
  if ("}]".includes(char) && text.slice(0, at).trimEnd().endsWith(","))
    return `remove the comma before the ${char}: JSON has no trailing commas`;
  if (char === "/" || char === "#") return "remove the comment: JSON has no comments";
  if (/[\w'`]/.test(char)) return "names and text need double quotes";
  return char === '"' ? "a comma is probably missing before it" : "correct the text there";
};

/** The line and column of an offset, as in editors: counted from 1. */
export const lineAndColumn = (text: string, at: number): { readonly line: number; readonly column: number } => {
  let line = 1;
  let lineStart = 0;
  for (let found = text.indexOf("\n"); found >= 0 && found < at; found = text.indexOf("\n", found + 1)) {
    line++;
    lineStart = found + 1;
  }
  return { line, column: at - lineStart + 1 };
};

const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const blanks = /[ \t\r\n]*/y;

/**
 * The offset where text stops being JSON; its length if it is JSON or just ends too early. V8 gives the position only
 * in some messages.
 */
export const firstError = (text: string): number => scan(text).at;

/** Where text stops being JSON, and where each object, list and string that is open there began. */
const scan = (text: string): { readonly at: number; readonly open: readonly number[] } => {
  const open: string[] = [];
  const starts: number[] = [];
  const stop = (): ReturnType<typeof scan> => ({ at, open: starts });
  let at = 0;
  let wants: "value" | "key" | "after" = "value";
  const takes = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const length = pattern.exec(text)?.[0].length;
    at += length ?? 0;
    return length !== undefined;
  };
  const string = (): boolean => {
    const start = at;
    for (at++; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x22) return ++at > 0;
      if (code < 0x20) return false;
      if (code === 0x5c) {
        if (!takes(escape)) return false;
        at--;
      }
    }
    starts.push(start);
    return false;
  };
  for (;;) {
    takes(blanks);
    const char = text[at];
    if (char === undefined) return stop();
    if (wants === "after") {
      const inside = open.at(-1);
      if (inside === undefined) return stop();
      if (char === inside) {
        open.pop();
        starts.pop();
      } else if (char === ",") wants = inside === "}" ? "key" : "value";
      else return stop();
      at++;
    } else if (wants === "key") {
      if (char !== '"' || !string()) return stop();
      takes(blanks);
      if (text[at] !== ":") return stop();
      at++;
      wants = "value";
    } else if (char === "{" || char === "[") {
      const close = char === "{" ? "}" : "]";
      const start = at++;
      takes(blanks);
      if (text[at] === close) {
        at++;
        wants = "after";
      } else {
        open.push(close);
        starts.push(start);
        wants = char === "{" ? "key" : "value";
      }
    } else {
      if (!(char === '"' ? string() : takes(scalar))) return stop();
      wants = "after";
    }
  }
};
