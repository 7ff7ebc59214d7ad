import { escapeBlock } from "../values/escape.ts";
import type { Paint } from "./paint.ts";

/** Larger JSON isn't formatted: a terminal only shows its beginning anyway. */
const maxParsed = 1_000_000;
const maxLines = 20;
/** JSON up to this length stays on one line. */
const oneLine = 60;
/** Limit for one string, or for a body that isn't JSON. */
const maxCharacters = 1000;

/**
 * Formats a body for the terminal: JSON is indented and coloured, with every number, escape and key as sent; anything
 * else (and JSON with `--raw`) is unchanged. Omissions are always marked.
 */
export const bodyPreview = (text: string, paint: Paint, all = paint.verbosity === "all"): readonly string[] => {
  const lines = paint.raw ? undefined : jsonLines(text, paint, all);
  if (lines === undefined) return plainLines(text, paint, all);
  const omitted = lines.length - maxLines;
  // Showing one more line takes no more room than the "1 more" note.
  return all || omitted <= 1 ? lines : [...lines.slice(0, maxLines), more(`${omitted} more lines`, paint)];
};

const more = (what: string, paint: Paint): string => paint`${paint.dim(`${paint.mark.dots.text} ${what}`)}`;

const plainLines = (text: string, paint: Paint, all: boolean): readonly string[] => {
  const lines = text.split("\n");
  const preview = all ? text : lines.slice(0, maxLines).join("\n").slice(0, maxCharacters);
  const omitted = text.length - preview.length;
  const safe = escapeBlock(preview).split("\n");
  return omitted === 0 ? safe : [...safe, more(`${omitted.toLocaleString("en-US")} more characters`, paint)];
};

/** A string, a punctuation character, or a number or word. */
const tokens = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/gs;

/** Formats JSON with one value per line; undefined if it isn't an object or array. */
const jsonLines = (text: string, paint: Paint, all: boolean): readonly string[] | undefined => {
  if (text.length > maxParsed || (text.length <= oneLine && !text.includes("\n"))) return undefined;
  if (!/^\s*[[{]/.test(text) || !isJson(text)) return undefined;
  const lines: string[] = [];
  const open: string[] = [];
  let line = "";
  let before = "";
  const breakLine = (): void => {
    lines.push(line);
    line = "  ".repeat(Math.min(open.length, deepest));
  };
  for (const [token] of text.matchAll(tokens)) {
    const isEmpty = before === "{" || before === "[";
    if (token === "}" || token === "]") {
      open.pop();
      if (!isEmpty) breakLine();
    } else if (isEmpty || before === ",") breakLine();
    const isKey = open.at(-1) === "{" && (isEmpty || before === ",");
    if (token === "{" || token === "[") open.push(token);
    line += token === ":" ? ": " : isKey ? paint`${paint.accent(cut(token, all))}` : paint`${cut(token, all)}`;
    before = token;
  }
  return [...lines, line];
};

/** Deeper levels would be indented off the screen. */
const deepest = 20;

const cut = (token: string, all: boolean): string => {
  const omitted = token.length - maxCharacters;
  return all || omitted <= 0
    ? token
    : `${token.slice(0, maxCharacters)}… (${omitted.toLocaleString("en-US")} more characters)`;
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
