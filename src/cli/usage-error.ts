import { HookproofError } from "../errors.ts";
import { nearest } from "../values/nearest.ts";
import type { CommandLine } from "./command-line.ts";
import { foreignHint, foreignIn } from "./foreign-options.ts";

/** Converts commander's error into a HookproofError with a hint. */
export const usageError = (command: CommandLine, text: string, code: string | undefined): HookproofError => {
  const foreign = foreignOption(command, text, code);
  if (foreign !== undefined) return foreign;
  const [message = text, asked] = text.replace(/^error: /, "").split("\n(Did you mean ", 2);
  const suggestion = asked?.replace(/\?\)$/, "");
  if (suggestion !== undefined) return usage(message, `did you mean ${suggestion}?`);
  return specificError(command, message, code) ?? usage(message, `${command.path} --help`);
};

/** The error for an option known from another tool, even if something else is wrong with the line too. */
const foreignOption = (command: CommandLine, text: string, code: string | undefined): HookproofError | undefined => {
  const named =
    code === "commander.unknownOption"
      ? /'(-[^'=]+)/.exec(text)?.[1]
      : code === "commander.missingMandatoryOptionValue" || code === "commander.missingArgument"
        ? foreignIn(command, command.args)
        : undefined;
  const hint = named === undefined ? undefined : foreignHint(command, named);
  return hint === undefined ? undefined : usage(`unknown option '${named}'`, hint);
};

/** The error for an unknown subcommand. */
export const unknownCommand = (above: CommandLine, word: string): HookproofError => {
  const near = nearestSubcommand(above, word);
  return usage(`unknown command '${word}'`, near === undefined ? `${above.path} --help` : `did you mean ${near}?`);
};

const usage = (message: string, hint: string): HookproofError => new HookproofError("usage", message, { hint });

const nearestSubcommand = ({ commands }: CommandLine, word: string): string | undefined => {
  const listed = commands.filter(({ entry }) => entry !== undefined && entry.hidden !== true);
  return nearest(
    word,
    listed.map((one) => one.name()),
  );
};

/** A more precise error, if commander only names the option or argument where it stopped. */
const specificError = (command: CommandLine, message: string, code: string | undefined): HookproofError | undefined => {
  const [first = ""] = command.args;
  // `evidence verfy`: commander suggests subcommands only if the parent isn't runnable.
  if (!first.startsWith("-") && nearestSubcommand(command, first) !== undefined) return unknownCommand(command, first);
  if (code === "commander.missingMandatoryOptionValue") {
    const impossible = command.record?.impossible?.(command.opts());
    if (impossible !== undefined) return impossible;
  }
  if (code === "commander.excessArguments" || code === "commander.missingMandatoryOptionValue") {
    const instead = command.record?.instead?.(command.args);
    if (instead !== undefined) return usage(`'${command.path}' does not take '${first}'`, instead);
  }
  if (code === "commander.unknownOption") return misplacedOption(command, first) ?? abbreviatedOption(command, message);
  if (code === "commander.missingArgument") {
    const place = command.registeredArguments.find((one) => message.endsWith(`'${one.name()}'`));
    return place === undefined ? undefined : usage(message, `add <${place.name()}> (${place.description})`);
  }
  if (code !== "commander.missingMandatoryOptionValue") return undefined;
  const missing = command.options.find(({ flags }) => message.includes(`'${flags}'`));
  const flags = missing?.flags.replace(/^-\w, /, "") ?? "";
  return missing === undefined ? undefined : usage(message, `add ${flags} (${missing.description})`);
};

/** `--prov` for `--provider`: commander's suggestions cover typos, not abbreviations. */
const abbreviatedOption = (command: CommandLine, message: string): HookproofError | undefined => {
  const name = /'(--[^'=]+)/.exec(message)?.[1];
  const names = command.options.flatMap(({ long, hidden }) => (long === undefined || hidden === true ? [] : [long]));
  const near = name === undefined ? undefined : nearest(name, names);
  return near === undefined ? undefined : usage(message, `did you mean ${near}?`);
};

/** The error for an option placed before its command. */
const misplacedOption = ({ args, commands, parent }: CommandLine, option: string): HookproofError | undefined => {
  if (parent !== null) return undefined;
  const command = args.find((word) => commands.some((one) => one.name() === word));
  if (command === undefined || !option.startsWith("-")) return undefined;
  return usage(`option '${option}' must come after the command`, `hookproof ${command} ${option} …`);
};
