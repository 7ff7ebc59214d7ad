import { escapeControls } from "../values/escape.ts";

/** Wraps text at spaces; words longer than `width` overflow. */
export const wrap = (text: string, width: number): string =>
  text
    .split("\n")
    .map((line) => {
      const lines: string[] = [];
      let current = "";
      for (const word of line.split(" ")) {
        if (current !== "" && current.length + 1 + word.length > width) {
          lines.push(current);
          current = word;
        } else current = current === "" ? word : `${current} ${word}`;
      }
      return [...lines, current].join("\n");
    })
    .join("\n");

// oxlint-disable-next-line no-control-regex -- the colours that paint writes
const colours = /\u001b\[\d+m/g;

// Unicode's wide characters (East Asian Width W and F), where terminals agree that they are wide.
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;

const columnsOf = (character: string): number => (/^\p{M}$/u.test(character) ? 0 : wide.test(character) ? 2 : 1);

/** The number of terminal columns of a line, which may have colours. */
export const columns = (line: string): number => {
  const text = line.replace(colours, "");
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let sum = 0;
  for (const character of text) sum += columnsOf(character);
  return sum;
};

/** Text without colours, cut to a number of columns; `mark` shows that it was cut. */
export const clip = (text: string, width: number, mark = "…"): string => {
  if (columns(text) <= width) return text;
  let shown = "";
  let room = width - columns(mark);
  for (const character of text) {
    room -= columnsOf(character);
    if (room < 0) break;
    shown += character;
  }
  return width < columns(mark) ? "" : shown + mark;
};

/** Text without colours, padded with spaces to a number of columns. */
export const padded = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - columns(text)));

/** Matches the units that are not broken: a word, a command in backticks, or a command that ends the message. */
const unbroken = /`[^`]*`\S*|(?<=^|: |run )hookproof [a-z].*|\S+/g;

/**
 * Wraps a one-line message at spaces, but not inside a command: a command that only the terminal breaks can still be
 * copied.
 */
export const wrapMessage = (text: string, width: number, indent = 0): string =>
  wrap((escapeControls(text).match(unbroken) ?? []).map((unit) => unit.replaceAll(" ", "\0")).join(" "), width - indent)
    .replaceAll("\n", `\n${" ".repeat(indent)}`)
    .replaceAll("\0", " ");

/**
 * Puts two parts of a coloured line side by side if they fit `width`; otherwise the second goes below the first,
 * indented.
 */
export const sideBySide = (one: string, other: string, width: number, indent = 2): string =>
  columns(one) + 2 + columns(other) <= width ? `${one}  ${other}` : `${one}\n${" ".repeat(indent)}${other}`;

/** Breaks a coloured line at double spaces to fit `width`; further lines are indented by two. */
export const foldLine = (line: string, width: number): string => {
  if (columns(line) <= width) return line;
  const lines: string[] = [];
  let current = "";
  for (const part of line.split(/(?<=\S) {2,}/)) {
    if (current === "") current = part;
    else if (columns(current) + 2 + columns(part) > width) {
      lines.push(current);
      current = `  ${part}`;
    } else current += `  ${part}`;
  }
  return [...lines, current].join("\n");
};

/** Wraps text that starts at column `from`, with a hanging indent. Line feeds in the text are escaped. */
export const hangingIndent = (text: string, width: number, from: number): string =>
  wrap(escapeControls(text), width - from).replaceAll("\n", `\n${" ".repeat(from)}`);

/** Breaks a command into lines that can be pasted: each but the last ends with a backslash. */
export const pasteable = (line: string, width: number): readonly string[] => {
  const lines = wrapUnits(line, width - 2);
  return lines.map((part, at) => (at < lines.length - 1 ? `${part} \\` : part));
};

/** Wraps a command line without breaking quoted words or separating an option from its value. */
export const wrapUnits = (line: string, width: number): readonly string[] =>
  wrap(
    unitsOf(line)
      .map((unit) => unit.replaceAll(" ", "\u00a0"))
      .join(" "),
    width,
  )
    .replaceAll("\u00a0", " ")
    .split("\n");

/** Splits a command line into words, but keeps an option together with its value. */
const unitsOf = (line: string): readonly string[] =>
  (line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).reduce<readonly string[]>((before, word) => {
    const last = before.at(-1) ?? "";
    const isValue = /^--?[\w-]+$/.test(last) && !/^(?:[-|>]|<$)/.test(word);
    return isValue ? [...before.slice(0, -1), `${last} ${word}`] : [...before, word];
  }, []);
