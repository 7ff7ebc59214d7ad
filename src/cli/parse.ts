import { Argument, Command as Commander, CommanderError, Option } from "commander";
import { HookproofError } from "../errors.ts";
import { nearest } from "../values/nearest.ts";
import { catalogue, hidden } from "./catalogue.ts";
import type { Entry } from "./catalogue.ts";
import type { Command } from "./command.ts";
import { globalOptions } from "./help-page.ts";
import type { System } from "./system.ts";
import { version } from "./version.ts";

/** A command with its arguments and options as they were typed. */
export interface Picked {
  readonly command: Command;
  readonly raw: Readonly<Record<string, unknown>>;
}

/**
 * Takes a command line apart.
 * @returns what it asks for; undefined where it is answered already (`--version`)
 * @throws HookproofError `usage`, with the nearest word as the hint
 */
export const parse = async (
  system: System,
  entry: Entry | undefined,
  loaded: Command | undefined,
): Promise<Picked | undefined> => {
  let picked: Picked | undefined;
  const program = commanderProgram(system, entry, loaded, (command, raw) => {
    picked = { command, raw };
  });
  try {
    await program.parseAsync([...system.argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0 || error.code === "commander.help") return undefined;
    throw usageError(error, entry, system.argv);
  }
  return picked;
};

type Pick = (command: Picked["command"], raw: Picked["raw"]) => void;

/** The command that is asked for with its arguments and options, or all by name where none is, for did-you-mean. */
const commanderProgram = (
  system: System,
  entry: Entry | undefined,
  loaded: Command | undefined,
  pick: Pick,
): Commander => {
  const program = new Commander("hookproof")
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ writeOut: (text) => void system.stdout.write(text), writeErr: () => undefined })
    .helpOption("-h, --help")
    .helpCommand(false);
  for (const { syntax } of globalOptions) if (!/--help|--version/.test(syntax)) program.option(syntax);
  program.version(version, "-V, --version");
  const nodes = new Map<string, Commander>();
  const holder = entry?.name.split(" ")[0];
  for (const one of catalogue) {
    const [first = "", second] = one.name.split(" ");
    if (holder !== undefined && first !== holder) continue;
    const node =
      second === undefined
        ? (nodes.get(first) ?? program.command(first))
        : (nodes.get(first) ?? program.command(first, { hidden: one.group === hidden })).command(second);
    nodes.set(first, second === undefined ? node : (node.parent ?? node));
    if (one === entry && loaded !== undefined) declare(node, loaded, pick);
  }
  return program;
};

/** Gives one commander command its inputs, examples and action. */
const declare = (node: Commander, command: Command, pick: Pick): void => {
  const argumentKeys: string[] = [];
  const optionKeys = new Map<string, string>();
  for (const [key, input] of Object.entries(command.inputs)) {
    if (input.kind === "argument") {
      node.addArgument(new Argument(input.syntax, input.summary));
      argumentKeys.push(key);
      continue;
    }
    const declared = new Option(input.syntax, input.summary);
    if (input.repeatable === true)
      declared.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
    node.addOption(declared);
    optionKeys.set(key, declared.attributeName());
  }
  node.action(() => {
    const options: Readonly<Record<string, unknown>> = node.opts();
    pick(command, {
      ...Object.fromEntries(argumentKeys.map((key, at) => [key, node.processedArgs[at]])),
      ...Object.fromEntries([...optionKeys].map(([key, name]) => [key, options[name]])),
    });
  });
};

/** commander's complaint as ours: its guess becomes the hint. */
const usageError = (error: CommanderError, entry: Entry | undefined, argv: readonly string[]): HookproofError => {
  const [first = "", ...rest] = error.message.split("\n");
  const guess = rest
    .join(" ")
    .trim()
    .replace(/^\(|\)$/g, "");
  const message = first.replace(/^error: /, "");
  const below = error.code === "commander.excessArguments" && entry !== undefined ? nearBelow(entry, argv) : undefined;
  const help = `hookproof ${entry === undefined ? "" : `${entry.name} `}--help`;
  return new HookproofError("usage", message, {
    hint: below === undefined ? guess || help : `Did you mean ${below}?`,
  });
};

/** A command below this one that a superfluous word may have meant: `evidence verfy`. */
const nearBelow = ({ name }: Entry, argv: readonly string[]): string | undefined => {
  const word = argv.filter((one) => !one.startsWith("-"))[name.split(" ").length] ?? "";
  const below = catalogue.filter((one) => one.name.startsWith(`${name} `)).map((one) => one.name);
  return nearest(`${name} ${word}`, below);
};
