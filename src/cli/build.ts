import { CommandLine } from "./command-line.ts";
import type { ParserHost } from "./command-line.ts";
import { commands } from "./commands.ts";
import type { Entry } from "./commands.ts";
import { helpOption } from "./global-options.ts";
import { helpConfiguration } from "./help.ts";
import { makePaint } from "./paint.ts";
import type { Paint } from "./paint.ts";
import { unknownCommand } from "./usage-error.ts";
import { version } from "./version.ts";

/** Output settings for help and version. */
export interface ProgramOptions extends ParserHost {
  readonly write: (text: string) => void;
  /** Called only when help is printed. */
  readonly paint: () => Paint;
}

/** For callers that only describe commands and never run them. */
const inert: ProgramOptions = {
  now: () => 0,
  execute: async () => undefined,
  write: () => undefined,
  paint: () => makePaint({ colour: false, width: 80, unicode: true }),
};

/**
 * Builds the commander program.
 * @param argv the command line, if known: only the commands it can mean are built
 */
export const buildProgram = (options: ProgramOptions = inert, argv: readonly string[] = []): CommandLine => {
  const { write, paint } = options;
  const program = new CommandLine(options, "hookproof");
  program
    .summary("the webhook workbench for the terminal")
    .usage("<command> [arguments] [options]")
    .enablePositionalOptions()
    .exitOverride()
    .helpCommand(false)
    .addHelpOption(helpOption)
    .configureHelp(helpConfiguration(paint))
    .configureOutput({
      writeOut: write,
      // Suppresses commander's automatic help on errors; `main` shows errors.
      writeErr: write,
      getOutHelpWidth: () => paint().width,
      getErrHelpWidth: () => paint().width,
      getOutHasColors: () => paint().colour,
      getErrHasColors: () => paint().colour,
    })
    .addGlobals();
  for (const entry of commandsFor(argv)) {
    const [first = "", second] = entry.name.split(" ");
    const parent = second === undefined ? program : (program.commands.find((one) => one.name() === first) ?? program);
    const child = parent.command(second ?? first, { hidden: entry.hidden === true });
    if (entry.load === undefined) child.usage("<command> [arguments] [options]");
    child.summary(entry.summary).helpGroup(second === undefined ? `${entry.group}:` : "Commands:");
    child.entry = entry;
    if (second !== undefined && parent.commands.length === 1) addHelpCommand(parent);
  }
  addHelpCommand(program);
  program.command("version", { hidden: true }).action(() => write(`${version}\n`));
  return program;
};

/** The commands under the line's first word; all of them if it names none, for help and suggestions. */
const commandsFor = (argv: readonly string[]): readonly Entry[] => {
  const word = argv.find((one) => !one.startsWith("-"));
  const named = commands.filter(({ name }) => name.split(" ")[0] === word);
  return named.length > 0 ? named : commands;
};

/** Loads subcommands when they are called, and treats `help dlq list` and `dlq help list` like `--help`. */
const addHelpCommand = (parent: CommandLine): void => {
  parent.hook("preSubcommand", async (_parent, child) => {
    if (!(child instanceof CommandLine)) return;
    await child.complete();
    // commander applies mandatory options to subcommands too, but `evidence verify` needs no --event.
    for (const option of parent.options) option.makeOptionMandatory(false);
    // `sign help` means help; with more arguments, `help` may be a file name.
    if (child.entry !== undefined && parent.args.length === 2 && parent.args[1] === "help") child.help();
  });
  parent
    .command("help [command...]", { hidden: true })
    .helpOption(false)
    .allowUnknownOption()
    .action(async (words: readonly string[]) => {
      const named = words.filter((word) => word !== "help" && !word.startsWith("-"));
      const { command, rest } = await commandAt(parent, named);
      if (rest[0] !== undefined) throw unknownCommand(command, rest[0]);
      command.help();
    });
};

/** Finds the command that the words name, with its inputs loaded, and returns the remaining words. */
export const commandAt = async (
  program: CommandLine,
  words: readonly string[],
): Promise<{ readonly command: CommandLine; readonly rest: readonly string[] }> => {
  const [first, ...rest] = words;
  const below = program.commands.find((one) => one.name() === first && one.entry !== undefined);
  if (below === undefined) return { command: program, rest: words };
  await below.complete();
  return commandAt(below, rest);
};
