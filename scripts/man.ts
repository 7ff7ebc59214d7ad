// Writes man/hookproof.1 from the same data as --help: run by `npm run docs`, checked by test/docs.test.ts.
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { exitMeanings } from "../src/cli/help.ts";
import type { HelpRow } from "../src/cli/help.ts";
import { globalRows, groupsOfPages } from "./pages.ts";
import type { Page } from "./pages.ts";

/**
 * Escapes text for troff: no line may begin with a control character, and hyphens must not become line breaks or
 * dashes.
 */
const roff = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("…", "...")
    .replaceAll("`", "")
    .replaceAll(/^([.'])/gm, "\\&$1");

const row = ([term, about]: HelpRow): string => `.TP\n\\fB${roff(term)}\\fR\n${roff(about)}`;

const command = (page: Page): string =>
  [
    `.SS "${page.usage.replaceAll('"', "")}"`.replaceAll("-", "\\-"),
    `${roff(page.summary)}.`,
    ...(page.details === "" ? [] : [`.PP\n${roff(page.details)}`]),
    ...[...page.arguments, ...page.options.flatMap(({ rows }) => rows)].map(row),
    `.PP\n.nf\n${page.examples.map((line) => `\\fI${roff(line)}\\fR`).join("\n")}\n.fi`,
  ].join("\n");

const environment: readonly HelpRow[] = [
  ["HOOKPROOF_SECRET", "the secret where no --secret is given"],
  ["HOOKPROOF_PROVIDER", "the provider where no -p is given"],
  ["HOOKPROOF_URL", "the endpoint of send, sign and check where none is given"],
  ["HOOKPROOF_BASE_URL, HOOKPROOF_TOKEN", "address and key of a platform's API, as --base-url and --token"],
  ["HOOKPROOF_CONFIG", "the project file in place of hookproof.config.json in this folder or above"],
  ["HOOKPROOF_HOME", "the folder of secrets, captures and dead letters, in place of the XDG ones"],
  ["HOOKPROOF_DEBUG", "as --debug"],
  ["NO_COLOR, FORCE_COLOR, TERM, CI", "whether there is colour, and spinners"],
];

/** The full text of man/hookproof.1. */
export const manPage = async (): Promise<string> => {
  const groups = await groupsOfPages();
  return `${[
    '.TH HOOKPROOF 1 "" "hookproof" "User Commands"',
    ".SH NAME",
    "hookproof \\- the webhook workbench for the terminal",
    ".SH SYNOPSIS",
    ".B hookproof",
    "\\fIcommand\\fR [\\fIarguments\\fR] [\\fIoptions\\fR]",
    ".SH DESCRIPTION",
    roff(
      "Signs, sends, verifies, receives, replays and checks webhooks as the platforms do, and says why one fails. Results go to standard output, everything else to standard error; a single - stands for standard input.",
    ),
    ...groups.flatMap(({ heading, pages }) => [`.SH ${heading.toUpperCase()}`, ...pages.map(command)]),
    ".SH OPTIONS OF EVERY COMMAND",
    ...globalRows().map(row),
    ".SH EXIT STATUS",
    ...exitMeanings.map(row),
    ".SH ENVIRONMENT",
    ...environment.map(row),
  ].join("\n")}\n`;
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await mkdir(new URL("../man/", import.meta.url), { recursive: true });
  await writeFile(fileURLToPath(new URL("../man/hookproof.1", import.meta.url)), await manPage());
}
