import { escapeControls } from "../../values/escape.ts";

/** Breaks text at blanks so that no line is longer than `width`, where a word lets it. */
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

/** Breaks text that begins in column `from`: the lines after the first stand under it. Line feeds of its own are shown. */
export const hang = (text: string, width: number, from: number): string =>
  wrap(escapeControls(text), width - from).replaceAll("\n", `\n${" ".repeat(from)}`);
