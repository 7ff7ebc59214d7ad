import { escapeControls } from "../values/escape.ts";

/** Breaks text at spaces so that no line is longer than `width`, where a word lets it. */
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

/** The columns that a painted line takes. */
const columns = (line: string): number => line.replace(colours, "").length;

/** Two parts of a painted line: side by side where they fit `width`, else the second under the first, indented. */
export const sideBySide = (one: string, other: string, width: number, indent = 2): string =>
  columns(one) + 2 + columns(other) <= width ? `${one}  ${other}` : `${one}\n${" ".repeat(indent)}${other}`;

/** Breaks a painted line where two spaces part it, so that it fits `width`; what follows is indented by two. */
export const foldLine = (line: string, width: number): string => {
  if (line.length <= width) return line;
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

/** Breaks text that begins in column `from`: the lines after the first stand under it. Line feeds of its own are shown. */
export const hangingIndent = (text: string, width: number, from: number): string =>
  wrap(escapeControls(text), width - from).replaceAll("\n", `\n${" ".repeat(from)}`);
