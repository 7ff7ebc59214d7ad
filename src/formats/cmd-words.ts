import { malformed } from "./malformed.ts";

/** Whether a curl command is written for Windows' cmd: carets before quotes or at line ends. */
export const isForCmd = (text: string): boolean => {
  const [line = ""] = /^[^\r\n]*/.exec(text.trimStart().slice(0, 65_536)) ?? [];
  return /^\S*curl\.exe\s/i.test(line) || /^[^']*\s\^"/.test(line) || line.endsWith("^");
};

/**
 * Splits a command line like cmd.exe and then curl's C runtime: carets first, then quotes and backslashes. Browsers
 * double every backslash in this format, so two always mean one here; the C runtime alone would only halve them before
 * a quote.
 * @param text one character per byte
 * @throws HookproofError `input-malformed`
 */
export const cmdWords = (text: string, name: string): readonly string[] => {
  const line = withoutCarets(text.trim());
  const words: string[] = [];
  let word: string[] | undefined;
  let quoted = false;
  const [inQuotes, outside] = [/["\\]/g, /["\\\s]/g];
  for (let at = 0; at < line.length;) {
    const stop = quoted ? inQuotes : outside;
    stop.lastIndex = at;
    const next = stop.exec(line)?.index ?? line.length;
    if (next > at) (word ??= []).push(line.slice(at, next));
    const pair = line.slice(next, next + 2);
    at = next + 1;
    if (pair === '\\"' || pair === "\\\\" || (quoted && pair === '""')) {
      // Two quotes inside quotes mean one, as older browsers write it.
      (word ??= []).push(pair.charAt(1));
      at++;
    } else if (pair.startsWith('"')) {
      quoted = !quoted;
      word ??= [];
    } else if (pair.startsWith("\\")) {
      (word ??= []).push("\\");
    } else {
      if (word !== undefined) words.push(word.join(""));
      word = undefined;
    }
  }
  if (quoted) throw malformed(name, "a quote in the command is never closed");
  return word === undefined ? words : [...words, word.join("")];
};

// cmd's own pass. Outside its quotes a caret escapes the next character; before a line break it joins the lines, and a
// second line break right after it is literal.
const withoutCarets = (text: string): string => {
  const parts: string[] = [];
  let inQuotes = false;
  const stop = /["^%]|\r?\n/g;
  let at = 0;
  for (let found = stop.exec(text); found !== null; found = stop.exec(text)) {
    parts.push(text.slice(at, found.index));
    at = stop.lastIndex;
    const [char] = found;
    if (char === '"') {
      inQuotes = !inQuotes;
      parts.push(char);
    } else if (char === "%") {
      parts.push("%");
      // `%^NAME`: the caret keeps cmd from expanding a variable, even in quotes.
      if (text[at] === "^" && /\w/.test(text[at + 1] ?? "")) at++;
    } else if (char !== "^") {
      // A line break without a caret ends the command, unless it is in quotes.
      if (!inQuotes) break;
      parts.push("\n");
    } else if (inQuotes && !/^(?:\r?\n)/.test(text.slice(at, at + 2))) {
      parts.push("^");
    } else {
      const meant = /\r?\n(\r?\n)?|[\s\S]/y;
      meant.lastIndex = at;
      const next = meant.exec(text);
      at += next?.[0].length ?? 0;
      parts.push(next?.[0].includes("\n") === true ? (next[1] === undefined ? "" : "\n") : (next?.[0] ?? ""));
    }
    stop.lastIndex = at;
    if (at >= text.length) return parts.join("");
  }
  if (stop.lastIndex === 0 && at < text.length) parts.push(text.slice(at));
  return parts.join("");
};
