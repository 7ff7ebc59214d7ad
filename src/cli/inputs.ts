import { HookproofError } from "../errors.ts";

export interface ParseContext {
  /** Epoch milliseconds, for ages such as `2h`. */
  readonly now: number;
}

/** Where the help lists an option, in commands that have many. */
export type OptionGroup =
  | "Provider and secret"
  | "Payload and headers"
  | "Request selection"
  | "Event selection"
  | "Delivery"
  | "Server"
  | "Responses and forwarding"
  | "Stop conditions"
  | "Storage"
  | "Output"
  | "Inspector"
  | "Success criteria"
  | "Cases and results"
  | "Platform API"
  | "Subscription"
  | "Support case"
  | "Sources"
  | "Archive"
  | "Network";

/** What the shell may complete a value with, besides its choices; with nothing of ours it offers files. */
export type Completion =
  | "provider"
  | "provider-or-auto"
  | "event"
  /** Several, with commas between. */
  | "events"
  | "secret"
  | "secret-name"
  | "dlq-id"
  | readonly string[];

/** What turns one text of an input into its value. @throws HookproofError `usage` */
export interface Parse<T> {
  (text: string, at: ParseContext): T;
  /** Where only these words are values. */
  readonly choices?: readonly string[];
}

/** One argument or option of a command: what commander and the help are told of it. */
export interface Input<T> {
  readonly kind: "argument" | "option";
  /** As commander and the help write it: `<url>`, `[request]`, `[ids...]`, `--at <time>`, `-k, --insecure`. */
  readonly syntax: string;
  readonly summary: string;
  /** Given several times, the value is a list. */
  readonly repeatable?: boolean;
  /** An option without which the command does not run. */
  readonly required?: boolean;
  /** The value when it is not given. */
  readonly fallback?: T;
  /** How the help writes that value. */
  readonly fallbackText?: string;
  /** Undefined for a switch. */
  readonly parse?: Parse<unknown>;
  readonly group?: OptionGroup;
  /** Options that cannot be used with it, by their long names: `forward-to`. */
  readonly conflicts?: readonly string[];
  /** Works and is not listed. */
  readonly hidden?: boolean;
  /** Other names that work and are not listed: `--max-time`. */
  readonly aliases?: readonly string[];
  readonly completes?: Completion;
}

type Extra = Pick<Input<unknown>, "group" | "conflicts" | "hidden" | "aliases" | "completes">;

/** The text itself. An empty one is mostly that of a variable that is not set, and would be treated as something else. */
export const asText: Parse<string> = (text) => {
  if (text !== "") return text;
  throw new HookproofError("usage", "empty value");
};

/** A positional argument that must be there: `<url>`. */
export function argument(syntax: string, summary: string): Input<string>;
export function argument<T>(syntax: string, summary: string, parse: Parse<T>, extra?: Extra): Input<T>;
export function argument(
  syntax: string,
  summary: string,
  parse: Parse<unknown> = asText,
  extra: Extra = {},
): Input<unknown> {
  return { kind: "argument", syntax, summary, parse, ...extra };
}

/** A positional argument that may be left out: `[file]`. */
export function optionalArgument(syntax: string, summary: string): Input<string | undefined>;
export function optionalArgument<T>(
  syntax: string,
  summary: string,
  parse: Parse<T>,
  extra?: Extra,
): Input<T | undefined>;
export function optionalArgument(
  syntax: string,
  summary: string,
  parse: Parse<unknown> = asText,
  extra: Extra = {},
): Input<unknown> {
  return { kind: "argument", syntax, summary, parse, ...extra };
}

/** All remaining positional arguments: `[ids...]`. */
export const restArgument = (syntax: string, summary: string, extra: Extra = {}): Input<readonly string[]> => ({
  kind: "argument",
  syntax,
  summary,
  repeatable: true,
  fallback: [],
  parse: (text) => text,
  ...extra,
});

/** An option with a value: `--at <time>`. */
export function option(syntax: string, summary: string): Input<string | undefined>;
export function option<T>(syntax: string, summary: string, parse: Parse<T>, extra?: Extra): Input<T | undefined>;
export function option(
  syntax: string,
  summary: string,
  parse: Parse<unknown> = asText,
  extra: Extra = {},
): Input<unknown> {
  return { kind: "option", syntax, summary, parse, ...extra };
}

/** An option that must be there. */
export const requiredOption = <T>(syntax: string, summary: string, parse: Parse<T>, extra: Extra = {}): Input<T> => ({
  kind: "option",
  syntax,
  summary,
  required: true,
  parse,
  ...extra,
});

/** An option with a value when it is not given. */
export const optionOr = <T>(
  syntax: string,
  summary: string,
  fallback: T,
  parse: Parse<T>,
  extra: Extra = {},
): Input<T> => ({ kind: "option", syntax, summary, fallback, fallbackText: String(fallback), parse, ...extra });

/** An option that may be given several times: every value, in order. */
export function repeated(syntax: string, summary: string): Input<readonly string[]>;
export function repeated<T>(syntax: string, summary: string, parse: Parse<T>, extra?: Extra): Input<readonly T[]>;
export function repeated(
  syntax: string,
  summary: string,
  parse: Parse<unknown> = asText,
  extra: Extra = {},
): Input<readonly unknown[]> {
  return { kind: "option", syntax, summary, repeatable: true, fallback: [], parse, ...extra };
}

/** The same inputs, listed under a heading of their own where a command has many. */
export const grouped = <const I extends Readonly<Record<string, Input<unknown>>>>(group: OptionGroup, inputs: I): I =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each keeps its type: the heading alone is added
  Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, { ...input, group }])) as unknown as I;

/** A switch: `--insecure`. */
export const flag = (syntax: string, summary: string, extra: Extra = {}): Input<boolean> => ({
  kind: "option",
  syntax,
  summary,
  fallback: false,
  ...extra,
});
