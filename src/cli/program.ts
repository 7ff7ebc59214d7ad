import { HookproofError } from "../errors.ts";
import { catalogue, entryFor } from "./catalogue.ts";
import type { Entry } from "./catalogue.ts";
import type { Command, Shown } from "./command.ts";
import type { Context, GlobalFlags } from "./context.ts";
import { Exit, exitCodeFor } from "./exit.ts";
import type { ExitCode } from "./exit.ts";
import type { Input, Raw } from "./inputs.ts";
import { paintFor } from "./paint.ts";
import type { Paint } from "./paint.ts";
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
    const stopped = signalExit(system);
    if (stopped !== undefined) return stopped;
    if (system.stopped() === "EPIPE") return Exit.yes;
    showError(error, system, flags);
    return exitCodeFor(error);
  }
};

const run = async (given: System, flags: GlobalFlags): Promise<ExitCode> => {
  const argv = inOptions(given.argv);
  // A copy asks for every stream, which a start can do without.
  const system = argv === given.argv ? given : { ...given, argv };
  const entry = entryFor(system.argv);
  const loaded = entry === undefined ? undefined : (await entry.load()).default;
  const help = await helpFor(system, entry, loaded, flags);
  if (help !== undefined) {
    system.stdout.write(`${help}\n`);
    return Exit.yes;
  }
  const [{ parse }, { makeContext }] = await Promise.all([import("./parse.ts"), import("./context.ts")]);
  const parsed = parse(system.argv, entry, loaded);
  if (parsed.kind === "version" || loaded === undefined) {
    system.stdout.write(`${version}\n`);
    return Exit.yes;
  }
  const context = await makeContext(system, flags, main);
  return execute(loaded, parsed.raw, context, system, flags);
};

/**
 * What people type for options out of habit: `help verify`, `dlq help list` and `verify help` are `--help`, `version` is
 * `--version`. After a whole command `help` is one only where nothing else stands: a file may be called so.
 */
const inOptions = (argv: readonly string[]): readonly string[] => {
  if (argv.includes("--")) return argv;
  const plain = argv.filter((word) => !word.startsWith("-"));
  const without = (typed: string): readonly string[] => argv.filter((word) => word !== typed);
  if (plain.length === 1 && plain[0] === "version") return [...without("version"), "--version"];
  const isHolders = plain[1] === "help" && isGroup(plain[0]) && entryFor(plain.slice(0, 1)) === undefined;
  const isAll = argv.join(" ") === `${entryFor(argv)?.name} help`;
  return plain[0] === "help" || isHolders || isAll ? [...without("help"), "--help"] : argv;
};

const isGroup = (word: string | undefined): boolean => catalogue.some(({ name }) => name.startsWith(`${word} `));

const execute = async (
  command: Command,
  raw: Readonly<Record<string, Raw>>,
  context: Context,
  system: System,
  flags: GlobalFlags,
): Promise<ExitCode> => {
  const shown: AsyncGenerator<Shown, ExitCode> = command.run(context, parseInputs(command.inputs, raw, system.now()));
  const exit = await showAll(shown, system, flags);
  return command.stopsOnSignal === true ? exit : (signalExit(system) ?? exit);
};

const signalExit = (system: System): ExitCode | undefined => {
  const reason = system.stopped();
  if (reason === "SIGINT") return Exit.interrupted;
  return reason === "SIGTERM" ? Exit.terminated : undefined;
};

const parseInputs = (
  inputs: Readonly<Record<string, Input<unknown>>>,
  raw: Readonly<Record<string, Raw>>,
  now: number,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(inputs).map(([key, input]) => {
      try {
        return [key, input.parse(raw[key], { now })];
      } catch (error) {
        const name = input.syntax.replace(/^-\w, /, "").replace(/ .*$/, "");
        if (!(error instanceof HookproofError) || error.message.startsWith(name)) throw error;
        throw new HookproofError(
          error.code,
          `${name}: ${error.message}`,
          error.hint === undefined ? {} : { hint: error.hint },
        );
      }
    }),
  );

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
  if (words.some((word) => word === "--version" || /^-[qv]*V$/.test(word))) return undefined;
  const isHolder = isGroup(plain[0]);
  if (plain.length > (isHolder ? 1 : 0)) return undefined;
  if (!isAsked) await refuseUnknown(words);
  const { groupHelp, rootHelp } = await import("./help.ts");
  return isHolder ? groupHelp(plain[0] ?? "", paint()) : rootHelp(paint());
};

/** Without a command there are no options but those of every command. @throws HookproofError `usage` */
const refuseUnknown = async (words: readonly string[]): Promise<void> => {
  if (!words.some((word) => word.startsWith("-"))) return;
  const [{ globalOptions }, { nearest }] = await Promise.all([
    import("./global-options.ts"),
    import("../values/nearest.ts"),
  ]);
  const known = globalOptions.flatMap(({ syntax }) => syntax.split(", "));
  const unknown = words.find((word) => word.startsWith("-") && !known.includes(word) && !/^-[qv]+$/.test(word));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  throw new HookproofError("usage", `unknown option '${unknown}'`, {
    hint: near === undefined ? "hookproof --help" : `did you mean ${near}?`,
  });
};
