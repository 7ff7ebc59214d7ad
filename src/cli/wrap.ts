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

/** The width of a painted line in columns. */
const columns = (line: string): number => line.replace(colours, "").length;

/** Puts two parts of a painted line side by side if they fit `width`, else the second indented below the first. */
export const sideBySide = (one: string, other: string, width: number, indent = 2): string =>
  columns(one) + 2 + columns(other) <= width ? `${one}  ${other}` : `${one}\n${" ".repeat(indent)}${other}`;

/** Wraps a painted line at double spaces; continuation lines are indented by two. */
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

/** Wraps text that begins in column `from`, with a hanging indent. Its line feeds are shown escaped. */
export const hangingIndent = (text: string, width: number, from: number): string =>
  wrap(escapeControls(text), width - from).replaceAll("\n", `\n${" ".repeat(from)}`);
