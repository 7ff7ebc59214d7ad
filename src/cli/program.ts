import { Argument, Command as Commander, CommanderError, Option } from "commander";
import { HookproofError } from "../errors.ts";
import { nearest } from "../providers/index.ts";
import { catalogue, entryFor, hidden } from "./catalogue.ts";
import type { Entry } from "./catalogue.ts";
import type { Command, Shown } from "./command.ts";
import type { Context, GlobalFlags } from "./context.ts";
import { makeContext, paintFor } from "./context.ts";
import { Exit } from "./exit.ts";
import type { ExitCode } from "./exit.ts";
import type { Input, Raw } from "./inputs.ts";
import { globalOptions } from "./help-page.ts";
import type { Paint } from "./render/paint.ts";
import { showAll, showError } from "./show.ts";
import type { System } from "./system.ts";
import { version } from "./version.ts";

/**
 * Runs one command line.
 * @returns the exit code; nothing here ends the process
 */
export const main = async (system: System): Promise<ExitCode> => {
  const flags = globalFlags(system);
  try {
    return await run(system, flags);
  } catch (error) {
    if (system.signal.aborted && signalExit(system) !== undefined) return signalExit(system) ?? Exit.no;
    showError(error, system, flags);
    const { exitCodeFor } = await import("./exit.ts");
    return exitCodeFor(error);
  }
};

const run = async (given: System, flags: GlobalFlags): Promise<ExitCode> => {
  // `help verify` is `verify --help`.
  const system = given.argv[0] === "help" ? { ...given, argv: [...given.argv.slice(1), "--help"] } : given;
  const entry = entryFor(system.argv);
  const loaded = entry === undefined ? undefined : (await entry.load()).default;
  const help = await helpFor(system, entry, loaded, flags);
  if (help !== undefined) {
    system.stdout.write(`${help}\n`);
    return Exit.yes;
  }
  let picked: { readonly command: Command; readonly raw: Readonly<Record<string, unknown>> } | undefined;
  const program = commanderProgram(system, entry, loaded, (command, raw) => {
    picked = { command, raw };
  });
  try {
    await program.parseAsync([...system.argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0 || error.code === "commander.help") return Exit.yes;
    throw usageError(error, entry, system.argv);
  }
  if (picked === undefined) return Exit.yes;
  const context = await makeContext(system, flags, Exit, main);
  return execute(picked.command, picked.raw, context, system, flags);
};

const execute = async (
  command: Command,
  raw: Readonly<Record<string, unknown>>,
  context: Context,
  system: System,
  flags: GlobalFlags,
): Promise<ExitCode> => {
  const shown: AsyncGenerator<Shown, ExitCode> = command.run(context, parseInputs(command.inputs, raw, system.now()));
  const exit = await showAll(shown, system, flags);
  return command.stopsOnSignal === true ? exit : (signalExit(system) ?? exit);
};

const signalExit = (system: System): ExitCode | undefined => {
  if (!system.signal.aborted) return undefined;
  if (system.signal.reason === "SIGINT") return Exit.interrupted;
  return system.signal.reason === "SIGTERM" ? Exit.terminated : undefined;
};

const parseInputs = (
  inputs: Readonly<Record<string, Input<unknown>>>,
  raw: Readonly<Record<string, unknown>>,
  now: number,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(inputs).map(([key, input]) => {
      try {
        return [key, input.parse(rawOf(raw[key]), { now })];
      } catch (error) {
        if (!(error instanceof HookproofError) || error.message.includes(input.syntax)) throw error;
        const name = input.syntax.replace(/^-\w, /, "").replace(/ .*$/, "");
        throw new HookproofError(
          error.code,
          `${name}: ${error.message}`,
          error.hint === undefined ? {} : { hint: error.hint },
        );
      }
    }),
  );

const rawOf = (value: unknown): Raw => {
  if (typeof value === "string" || typeof value === "boolean") return value;
  return Array.isArray(value) ? value.map(String) : undefined;
};

const globalFlags = (system: System): GlobalFlags => {
  const before = system.argv.indexOf("--");
  const words = new Set(before < 0 ? system.argv : system.argv.slice(0, before));
  const debug = words.has("--debug") || (system.env["HOOKPROOF_DEBUG"] ?? "") !== "";
  return {
    json: words.has("--json"),
    quiet: words.has("-q") || words.has("--quiet"),
    verbose: words.has("-v") || words.has("--verbose"),
    debug,
    noColor: words.has("--no-color"),
    noInput: words.has("--no-input"),
  };
};

/** The help that a command line asks for: by `--help`, by no command at all, or by a word that only holds commands. */
const helpFor = async (
  system: System,
  entry: Entry | undefined,
  loaded: Command | undefined,
  flags: GlobalFlags,
): Promise<string | undefined> => {
  const before = system.argv.indexOf("--");
  const words = before < 0 ? system.argv : system.argv.slice(0, before);
  const plain = words.filter((word) => !word.startsWith("-"));
  const isAsked = words.some((word) => word === "--help" || /^-[qv]*h$/.test(word));
  const paint = (): Paint => paintFor(system, system.stdout, flags);
  if (entry !== undefined && loaded !== undefined) {
    if (!isAsked) return undefined;
    const [{ commandHelp }, { pageOf }] = await Promise.all([import("./help.ts"), import("./help-page.ts")]);
    return commandHelp(pageOf(entry, loaded), paint());
  }
  if (words.some((word) => word === "-V" || word === "--version")) return undefined;
  if (plain.length === 0) return (await import("./help.ts")).rootHelp(paint());
  const isHolder = catalogue.some(({ name }) => name.startsWith(`${plain[0]} `));
  return isHolder && plain.length === 1 ? (await import("./help.ts")).groupHelp(plain[0] ?? "", paint()) : undefined;
};

type Pick = (command: Command, raw: Readonly<Record<string, unknown>>) => void;

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
