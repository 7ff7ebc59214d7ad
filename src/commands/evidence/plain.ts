/** The Markdown of a summary as it reads on a terminal: no marks, tables as aligned columns. */
export const plainMarkdown = (markdown: string): string => {
  const out: string[] = [];
  let table: (readonly string[])[] = [];
  const endTable = (): void => {
    out.push(...columns(table));
    table = [];
  };
  for (const line of markdown.split("\n")) {
    if (line.startsWith("|")) {
      if (!/^[|\s:-]+$/.test(line)) table.push(cellsOf(line));
      continue;
    }
    endTable();
    out.push(withoutMarks(line.replace(/^#{1,6} /, "")));
  }
  endTable();
  return out.join("\n");
};

const cellsOf = (row: string): readonly string[] =>
  row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => withoutMarks(cell.trim()));

/** Without `**` and the backslashes of what would be markup. */
const withoutMarks = (text: string): string =>
  text.replaceAll(/\\([\\`*{}[\]<>|#!~_])|\*\*/g, (_, escaped: string | undefined) => escaped ?? "");

/** The last column is as wide as it is, and so is one that would leave no room. */
const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.min(maxColumn, Math.max(...rows.map((row) => row[at]?.length ?? 0))),
  );
  return rows.map((row) =>
    `  ${row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join("  ")}`.trimEnd(),
  );
};

const maxColumn = 40;
