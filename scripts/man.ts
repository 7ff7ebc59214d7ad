// Writes man/hookproof.1 from the records that the help is made of: run by `npm run docs`, checked by test/docs.test.ts.
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { globalOptions } from "../src/cli/global-options.ts";
import type { HelpRow } from "../src/cli/global-options.ts";
import { exitMeanings } from "../src/cli/help-page.ts";
import type { HelpPage } from "../src/cli/help-page.ts";
import { groupsOfPages } from "./pages.ts";

/** Text as troff takes it: no line may begin with a control character, no hyphen may be broken or bent. */
const roff = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("…", "...")
    .replaceAll("`", "")
    .replaceAll(/^([.'])/gm, "\\&$1");

const row = ({ syntax, about }: HelpRow): string => `.TP\n\\fB${roff(syntax)}\\fR\n${roff(about)}`;

const command = (page: HelpPage): string =>
  [
    `.SS "${page.usage.replaceAll('"', "")}"`.replaceAll("-", "\\-"),
    `${roff(page.summary)}.`,
    ...(page.details === undefined ? [] : [`.PP\n${roff(page.details)}`]),
    ...[...page.arguments, ...page.options.flatMap(({ rows }) => rows)].map(row),
    `.PP\n.nf\n${page.examples.map((line) => `\\fI${roff(line)}\\fR`).join("\n")}\n.fi`,
  ].join("\n");

const environment: readonly HelpRow[] = [
  { syntax: "HOOKPROOF_SECRET", about: "the secret where no --secret is given" },
  { syntax: "HOOKPROOF_PROVIDER", about: "the provider where no -p is given" },
  { syntax: "HOOKPROOF_URL", about: "the endpoint of send, sign and check where none is given" },
  {
    syntax: "HOOKPROOF_BASE_URL, HOOKPROOF_TOKEN",
    about: "address and key of a platform's API, as --base-url and --token",
  },
  { syntax: "HOOKPROOF_CONFIG", about: "the project file in place of hookproof.config.json in this folder or above" },
  { syntax: "HOOKPROOF_HOME", about: "the folder of secrets, captures and dead letters, in place of the XDG ones" },
  { syntax: "HOOKPROOF_DEBUG", about: "as --debug" },
  { syntax: "NO_COLOR, FORCE_COLOR, TERM, CI", about: "whether there is colour, and spinners" },
];

/** The whole page. */
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
    ...globalOptions.map(row),
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
