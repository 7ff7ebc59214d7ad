// Writes docs/commands.md from the same data as --help: run by `npm run docs`, checked by test/docs.test.ts.
import { writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { exitMeanings } from "../src/cli/help.ts";
import type { HelpRow } from "../src/cli/help.ts";
import { globalRows, groupsOfPages } from "./pages.ts";
import type { Page } from "./pages.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

const table = (rows: readonly HelpRow[], first: string): string =>
  [
    `| ${first} | meaning |`,
    "| --- | --- |",
    ...rows.map(([term, about]) => `| \`${term.replaceAll("|", "\\|")}\` | ${cell(about)} |`),
  ].join("\n");

const anchor = (name: string): string => name.replaceAll(" ", "-");

const section = (page: Page): string =>
  [
    `### ${page.name}`,
    `${page.summary}.${page.details === "" ? "" : ` ${page.details}`}`,
    `\`\`\`text\n${page.usage}\n\`\`\``,
    `For instance:\n\n\`\`\`sh\n${page.examples.join("\n")}\n\`\`\``,
    ...(page.arguments.length === 0 ? [] : [table(page.arguments, "argument")]),
    ...page.options.map(({ heading, rows }) =>
      table(rows, page.options.length > 1 ? heading.toLowerCase().replace(/:$/, "") : "option"),
    ),
  ].join("\n\n");

/** The full text of docs/commands.md. */
export const commandsDocs = async (): Promise<string> => {
  const groups = await groupsOfPages();
  const contents = groups
    .map(({ heading, pages }) => `- ${heading}: ${pages.map(({ name }) => `[${name}](#${anchor(name)})`).join(", ")}`)
    .join("\n");
  return `${[
    "# Commands",
    "Made by `npm run docs` from the records that `hookproof <command> --help` and `man hookproof` are made of.",
    contents,
    "## Every command",
    table(globalRows(), "option"),
    `${table(exitMeanings, "exit")}\n\n[More about exit codes](exit-codes.md), and [about errors](errors.md).`,
    ...groups.flatMap(({ heading, pages }) => [`## ${heading}`, ...pages.map(section)]),
  ].join("\n\n")}\n`;
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(fileURLToPath(new URL("../docs/commands.md", import.meta.url)), await commandsDocs());
}
