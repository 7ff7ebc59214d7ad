import { HookproofError } from "../errors.ts";

export interface ParseContext {
  /** Epoch milliseconds; the base for ages such as `2h`. */
  readonly now: number;
}

/** The help group of an option. */
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

/** Shell completions for a value besides its choices; undefined offers files. */
export type Completion =
  | "provider"
  | "provider-or-auto"
  | "event"
  /** A comma-separated list. */
  | "events"
  | "secret"
  | "secret-name"
  | "dlq-id"
  | readonly string[];

/** Parses one text of an input. @throws HookproofError `usage` */
export interface Parse<T> {
  (text: string, at: ParseContext): T;
  /** The allowed words, if the set is fixed. */
  readonly choices?: readonly string[];
}

/** One argument or option of a command. */
export interface Input<T> {
  readonly kind: "argument" | "option";
  /** In commander's notation: `<url>`, `[request]`, `[ids...]`, `--at <time>`, `-k, --insecure`. */
  readonly syntax: string;
  readonly summary: string;
  /** May be given several times; the value is a list. */
  readonly repeatable?: boolean;
  /** A mandatory option. */
  readonly required?: boolean;
  /** The default value. */
  readonly fallback?: T;
  /** The default as shown in the help. */
  readonly fallbackText?: string;
  /** Undefined for a boolean flag. */
  readonly parse?: Parse<unknown>;
  readonly group?: OptionGroup;
  /** Conflicting options, by long name: `forward-to`. */
  readonly conflicts?: readonly string[];
  /** Works, but isn't listed in the help. */
  readonly hidden?: boolean;
  /** Unlisted aliases: `--max-time`. */
  readonly aliases?: readonly string[];
  readonly completes?: Completion;
}

type Extra = Pick<Input<unknown>, "group" | "conflicts" | "hidden" | "aliases" | "completes">;

/** Accepts any non-empty text. An empty value usually comes from an unset variable. */
export const asText: Parse<string> = (text) => {
  if (text !== "") return text;
  throw new HookproofError("usage", "empty value");
};

/** A required positional argument: `<url>`. */
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

/** An optional positional argument: `[file]`. */
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

/** A mandatory option. */
export const requiredOption = <T>(syntax: string, summary: string, parse: Parse<T>, extra: Extra = {}): Input<T> => ({
  kind: "option",
  syntax,
  summary,
  required: true,
  parse,
  ...extra,
});

/** An option with a default value. */
export const optionOr = <T>(
  syntax: string,
  summary: string,
  fallback: T,
  parse: Parse<T>,
  extra: Extra = {},
): Input<T> => ({ kind: "option", syntax, summary, fallback, fallbackText: String(fallback), parse, ...extra });

/** A repeatable option; the values are in order. */
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

/** Puts inputs into a help group. */
export const grouped = <const I extends Readonly<Record<string, Input<unknown>>>>(group: OptionGroup, inputs: I): I =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each keeps its type: the heading alone is added
  Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, { ...input, group }])) as unknown as I;

/** A boolean flag: `--insecure`. */
export const flag = (syntax: string, summary: string, extra: Extra = {}): Input<boolean> => ({
  kind: "option",
  syntax,
  summary,
  fallback: false,
  ...extra,
});
