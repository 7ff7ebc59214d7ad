import { parseArgs } from "node:util";
import { HookproofError } from "../errors.ts";
import { nearest } from "../values/nearest.ts";
import { catalogue, hidden } from "./catalogue.ts";
import type { Entry } from "./catalogue.ts";
import type { Command } from "./command.ts";
import { globalOptions } from "./global-options.ts";
import type { Input, Raw } from "./inputs.ts";

/** What a command line holds: the version is asked for, or each input of the command as it was typed. */
export type Parsed =
  | { readonly kind: "version" }
  | { readonly kind: "inputs"; readonly raw: Readonly<Record<string, Raw>> };

interface Option {
  /** As the help writes it: `-p, --provider <id>`. */
  readonly syntax: string;
  readonly short: string | undefined;
  readonly type: "string" | "boolean";
  /** The input it is for; undefined for the options of every command. */
  readonly key: string | undefined;
  readonly repeatable: boolean;
}

/**
 * Takes a command line apart: Node's `parseArgs` reads it, and what it does not know is told with the nearest that there is.
 * @throws HookproofError `usage`
 */
export const parse = (argv: readonly string[], entry: Entry | undefined, command: Command | undefined): Parsed => {
  const inputs = Object.entries(command?.inputs ?? {});
  const options = new Map([
    ...globalOptions.map(({ syntax }) => optionOf(syntax)),
    ...inputs.filter(([, input]) => input.kind === "option").map(([key, input]) => optionOf(input.syntax, key, input)),
  ]);
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      [...options].map(([name, { type, short }]) => [name, { type, ...(short === undefined ? {} : { short }) }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words = tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  const given = tokens.flatMap((token) => (token.kind === "option" ? [token] : []));
  if (given.some(({ name }) => name === "version")) return { kind: "version" };
  if (entry === undefined) {
    const [first] = tokens;
    const isEarly = first?.kind === "option" && !options.has(first.name);
    throw isEarly ? earlyOption(first.rawName, words) : unknownCommand(words);
  }
  const raw: Record<string, Raw> = {};
  for (const { name, rawName, value: typed, inlineValue } of given) {
    // As gh reads it: `-p=10x` is `-p 10x`. No short option's value begins with an equals sign.
    const value = inlineValue === true && !rawName.startsWith("--") ? typed.replace(/^=/, "") : typed;
    const option = options.get(name);
    if (option === undefined) throw unknownOption(rawName, entry, [...options.keys()]);
    if (option.type === "boolean") {
      if (value !== undefined) throw usage(`option '${rawName}' takes no value`, entry);
      if (option.key !== undefined) raw[option.key] = true;
      continue;
    }
    // `--secret --json` is a value forgotten, not a secret.
    if (value === undefined || (inlineValue !== true && isGlobal(value)))
      throw usage(`option '${option.syntax}' argument missing`, entry);
    if (option.key === undefined) continue;
    const before = raw[option.key];
    raw[option.key] = option.repeatable ? [...(Array.isArray(before) ? before.map(String) : []), value] : value;
  }
  const places = inputs.filter(([, input]) => input.kind === "argument");
  return { kind: "inputs", raw: { ...raw, ...placed(words.slice(entry.name.split(" ").length), places, entry) } };
};

const optionOf = (syntax: string, key?: string, input?: Input<unknown>): readonly [name: string, option: Option] => {
  const [, short, name = "", value] = /^(?:-(\w), )?--([\w-]+)( <.+>)?$/.exec(syntax) ?? [];
  const type = value === undefined ? "boolean" : "string";
  return [name, { syntax, short, type, key, repeatable: input?.repeatable === true }];
};

const isGlobal = (word: string): boolean => globalOptions.some(({ syntax }) => syntax.split(", ").includes(word));

/** The arguments by the inputs that they are for. */
const placed = (
  words: readonly string[],
  places: readonly (readonly [key: string, input: Input<unknown>])[],
  entry: Entry,
): Readonly<Record<string, Raw>> => {
  const takesRest = places.some(([, { repeatable }]) => repeatable === true);
  const missing = places.find(([, { syntax }], at) => syntax.startsWith("<") && words[at] === undefined);
  if (missing !== undefined) {
    throw usage(`missing required argument '${missing[1].syntax.replaceAll(/[<>.]/g, "")}'`, entry);
  }
  if (words.length > places.length && !takesRest) {
    const expected = `${places.length} argument${places.length === 1 ? "" : "s"}`;
    const message = `too many arguments for '${entry.name}'. Expected ${expected} but got ${words.length}.`;
    const below = catalogue.filter(({ name }) => name.startsWith(`${entry.name} `)).map(({ name }) => name);
    throw usage(message, entry, nearest(`${entry.name} ${words[0] ?? ""}`, below));
  }
  return Object.fromEntries(
    places.map(([key, { repeatable }], at) => [key, repeatable === true ? words.slice(at) : words[at]]),
  );
};

const unknownOption = (typed: string, entry: Entry, names: readonly string[]): HookproofError =>
  usage(
    `unknown option '${typed}'`,
    entry,
    nearest(
      typed,
      names.map((name) => `--${name}`),
    ),
  );

/** An option of a command that stands before it: its value is taken for the command. */
const earlyOption = (typed: string, words: readonly string[]): HookproofError => {
  const command = words.find((word) => catalogue.some(({ name }) => name.split(" ")[0] === word));
  return new HookproofError("usage", `option '${typed}' stands before the command`, {
    hint: command === undefined ? "hookproof --help" : `hookproof ${command} ${typed} …`,
  });
};

const unknownCommand = ([first = "", second]: readonly string[]): HookproofError => {
  const below = catalogue
    .filter(({ name }) => name.startsWith(`${first} `))
    .map(({ name }) => name.split(" ")[1] ?? "");
  if (below.length > 0 && second !== undefined)
    return usage(`unknown command '${second}'`, undefined, nearest(second, below));
  const shown = catalogue.filter(({ group }) => group !== hidden).map(({ name }) => name.split(" ")[0] ?? "");
  return usage(`unknown command '${first}'`, undefined, nearest(first, shown));
};

const usage = (message: string, entry: Entry | undefined, near?: string): HookproofError =>
  new HookproofError("usage", message, {
    hint:
      near === undefined ? `hookproof ${entry === undefined ? "" : `${entry.name} `}--help` : `did you mean ${near}?`,
  });
