import { Command, Option } from "commander";
import { parseSize } from "../values/size.ts";
import type { GlobalFlags } from "./context.ts";

export const globalGroup = "Global options:";

const globalOption = (flags: string, summary: string): Option => new Option(flags, summary).helpGroup(globalGroup);

/** The global options. */
export const globalOptions: readonly Option[] = [
  globalOption("--json", "print results as JSON on stdout: one object, or one per line"),
  globalOption("-q, --quiet", "print less"),
  globalOption("-v, --verbose", "print more"),
  globalOption("--raw", "show bodies as received, not formatted"),
  globalOption("--no-color", "no colors (NO_COLOR, FORCE_COLOR, TERM and CI are honored too)"),
  globalOption("--no-input", "never prompt"),
  globalOption("--debug", "show the stack trace of an error"),
  globalOption("--max-input <size>", "maximum input size, such as 1gb (default: 100mb for requests)").argParser(
    (text) => parseSize(text, "--max-input"),
  ),
];

export const versionOption = { flags: "-V, --version", summary: "show the version" };

export const helpOption = globalOption("-h, --help", "show help");

const everywhere = [...globalOptions, new Option(versionOption.flags), helpOption];

/** Whether a word is a global option, and so not another option's value. */
export const isGlobal = (word: string): boolean =>
  everywhere.some(({ short, long }) => word === short || word === long);

/** Turns `--help sign` into `sign --help`: commander reads a leading `--help` as the program's own. */
export const helpLast = (argv: readonly string[]): readonly string[] => {
  const [first = "", ...rest] = argv;
  return first === helpOption.short || first === helpOption.long ? [...rest, first] : argv;
};

/** Reads the global flags from a command and its parents. */
export const flagsOf = (commands: readonly Command[]): GlobalFlags => {
  const given = (name: string): unknown =>
    commands.find((one) => one.getOptionValueSource(name) === "cli")?.getOptionValue(name);
  const limit = given("maxInput");
  return {
    json: given("json") === true,
    quiet: given("quiet") === true,
    verbose: given("verbose") === true,
    debug: given("debug") === true,
    raw: given("raw") === true,
    noColor: given("color") === false,
    noInput: given("input") === false,
    ...(typeof limit === "number" ? { maxInput: limit } : {}),
  };
};

/** Reads the global flags from an unparsed line, to format its help or error. */
export const flagsBeforeParsing = (argv: readonly string[]): GlobalFlags => {
  const globals = new Command();
  // Wrong or missing values are reported by the real parser.
  for (const { flags } of globalOptions) globals.addOption(new Option(flags.replace(/<([^<>]*)>/, "[$1]")));
  globals.parseOptions([...argv]);
  return flagsOf([globals]);
};
