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

// Unicode's wide characters (East Asian Width W and F), as far as terminals agree on them.
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;

const columnsOf = (character: string): number => (/^\p{M}$/u.test(character) ? 0 : wide.test(character) ? 2 : 1);

/** The columns that a painted line takes on a terminal. */
export const columns = (line: string): number => {
  const text = line.replace(colours, "");
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let sum = 0;
  for (const character of text) sum += columnsOf(character);
  return sum;
};

/** Unpainted text, cut with a mark where it takes more columns than there are. */
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

/** Unpainted text, filled up with spaces to a number of columns. */
export const padded = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - columns(text)));

/** What stands in a message to be copied: a command in backticks, or one that the message ends with. */
const unbroken = /`[^`]*`\S*|(?<=^|: |run )hookproof [a-z].*|\S+/g;

/** A message of one line, broken between words; a command in it stays whole: what the terminal breaks can be copied. */
export const wrapMessage = (text: string, width: number, indent = 0): string =>
  wrap((escapeControls(text).match(unbroken) ?? []).map((unit) => unit.replaceAll(" ", "\0")).join(" "), width - indent)
    .replaceAll("\n", `\n${" ".repeat(indent)}`)
    .replaceAll("\0", " ");

/** Puts two parts of a painted line side by side if they fit `width`, else the second indented below the first. */
export const sideBySide = (one: string, other: string, width: number, indent = 2): string =>
  columns(one) + 2 + columns(other) <= width ? `${one}  ${other}` : `${one}\n${" ".repeat(indent)}${other}`;

/** Breaks a painted line where two spaces part it, so that it fits `width`; what follows is indented by two. */
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

/** Wraps text that begins in column `from`, with a hanging indent. Its line feeds are shown escaped. */
export const hangingIndent = (text: string, width: number, from: number): string =>
  wrap(escapeControls(text), width - from).replaceAll("\n", `\n${" ".repeat(from)}`);

/** A command in lines that end with a backslash where it goes on, so that it can be pasted. */
export const pasteable = (line: string, width: number): readonly string[] => {
  const lines = wrapUnits(line, width - 2);
  return lines.map((part, at) => (at < lines.length - 1 ? `${part} \\` : part));
};

/** A command line in lines that break no quoted word and part no option from its value. */
export const wrapUnits = (line: string, width: number): readonly string[] =>
  wrap(
    unitsOf(line)
      .map((unit) => unit.replaceAll(" ", "\u00a0"))
      .join(" "),
    width,
  )
    .replaceAll("\u00a0", " ")
    .split("\n");

/** The words of a command line; an option keeps its value. */
const unitsOf = (line: string): readonly string[] =>
  (line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).reduce<readonly string[]>((before, word) => {
    const last = before.at(-1) ?? "";
    const isValue = /^--?[\w-]+$/.test(last) && !/^(?:[-|>]|<$)/.test(word);
    return isValue ? [...before.slice(0, -1), `${last} ${word}`] : [...before, word];
  }, []);
