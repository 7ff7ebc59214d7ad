import { CommanderError } from "commander";
import { buildProgram } from "./build.ts";
import type { Command, OutputItem } from "./command.ts";
import type { GlobalFlags } from "./context.ts";
import { Exit, exitCodeFor } from "./exit.ts";
import type { ExitCode } from "./exit.ts";
import { knownError } from "../errors.ts";
import { flagsBeforeParsing, helpLast } from "./global-options.ts";
import { paintFor } from "./paint.ts";
import type { Paint } from "./paint.ts";
import { showAll, showError } from "./show.ts";
import type { System } from "./system.ts";
import { printableText } from "./printable.ts";

/**
 * Runs one command line.
 * @returns the exit code; never exits the process
 */
export const main = async (system: System): Promise<ExitCode> => {
  let flags: GlobalFlags | undefined;
  const flagsNow = (): GlobalFlags => withDebug((flags ??= flagsBeforeParsing(system.argv)), system.env);
  let exit: ExitCode = Exit.yes;
  let unread: ExitCode = Exit.yes;
  let paint: Paint | undefined;
  const argv = helpLast(system.argv);
  const program = buildProgram(
    {
      now: system.now,
      write: (text) => system.stdout.write(printableText(text)),
      paint: () => (paint ??= paintFor(system, system.stdout, flagsNow())),
      execute: async (command, values, given) => {
        flags = given;
        unread = command.unread ?? Exit.yes;
        exit = await execute(command, values, system, flagsNow());
      },
    },
    argv,
  );
  try {
    await program.parseAsync(argv, { from: "user" });
    return exit;
  } catch (error) {
    // Thrown by commander after printing help or version.
    if (error instanceof CommanderError) return Exit.yes;
    const stopped = signalExit(system);
    if (stopped !== undefined) return stopped;
    if (system.stopped() === "EPIPE") return unread;
    const converted = knownError(error);
    showError(converted, system, flagsNow());
    return exitCodeFor(converted);
  }
};

const execute = async (
  command: Command,
  values: Readonly<Record<string, unknown>>,
  system: System,
  flags: GlobalFlags,
): Promise<ExitCode> => {
  if (command.stopsOnSignal === true) system.drainsOnSignal?.();
  if (command.unread !== undefined) system.unread?.(command.unread);
  const { makeContext } = await import("./context.ts");
  const context = await makeContext(system, flags, main);
  const items: AsyncGenerator<OutputItem, ExitCode> = command.run(context, values);
  const exit = await showAll(items, system, flags, command.unread);
  return command.stopsOnSignal === true ? exit : (signalExit(system) ?? exit);
};

const signalExit = (system: System): ExitCode | undefined => {
  const reason = system.stopped();
  if (reason === "SIGINT") return Exit.interrupted;
  return reason === "SIGTERM" ? Exit.terminated : undefined;
};

const withDebug = (flags: GlobalFlags, env: System["env"]): GlobalFlags =>
  (env["HOOKPROOF_DEBUG"] ?? "") === "" ? flags : { ...flags, debug: true };
