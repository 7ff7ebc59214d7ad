import { HookproofError } from "../errors.ts";

/** What the parser hands over: text, several texts, a flag, or nothing. */
export type Raw = string | readonly string[] | boolean | undefined;

export interface ParseContext {
  /** Epoch milliseconds, for ages such as `2h`. */
  readonly now: number;
}

/** What the shell may complete a value with; with nothing of ours it offers files. */
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

/** One argument or option of a command, with how its text becomes a value. */
export interface Input<T> {
  readonly kind: "argument" | "option";
  /** As the help writes it: `<url>`, `[request]`, `[ids...]`, `--at <time>`, `-k, --insecure`. */
  readonly syntax: string;
  readonly summary: string;
  readonly repeatable?: boolean;
  /** An option without which the command does not run. */
  readonly required?: boolean;
  readonly completes?: Completion;
  readonly parse: (raw: Raw, at: ParseContext) => T;
}

/** What turns an input's text into its value. @throws HookproofError `usage` */
export type Parse<T> = (text: string, at: ParseContext) => T;

interface Extra {
  readonly completes?: Completion;
}

/** The text itself. An empty one is mostly that of a variable that is not set, and would be taken for something else. */
export const asText: Parse<string> = (text) => {
  if (text !== "") return text;
  throw new HookproofError("usage", "nothing is given");
};

const one = (raw: Raw): string | undefined =>
  typeof raw === "string" ? raw : Array.isArray(raw) ? String(raw[0]) : undefined;
const many = (raw: Raw): readonly string[] =>
  Array.isArray(raw) ? raw.map(String) : typeof raw === "string" ? [raw] : [];

/** A positional argument that must be there: `<url>`. */
export function argument(syntax: string, summary: string): Input<string>;
export function argument<T>(syntax: string, summary: string, parse: Parse<T>, extra?: Extra): Input<T>;
export function argument(
  syntax: string,
  summary: string,
  parse: Parse<unknown> = asText,
  extra: Extra = {},
): Input<unknown> {
  return { kind: "argument", syntax, summary, ...extra, parse: (raw, at) => parse(one(raw) ?? "", at) };
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
  return { kind: "argument", syntax, summary, ...extra, parse: (raw, at) => mapped(one(raw), parse, at) };
}

/** All remaining positional arguments: `[ids...]`. */
export const restArgument = (syntax: string, summary: string, extra: Extra = {}): Input<readonly string[]> => ({
  kind: "argument",
  syntax,
  summary,
  repeatable: true,
  ...extra,
  parse: (raw) => many(raw),
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
  return { kind: "option", syntax, summary, ...extra, parse: (raw, at) => mapped(one(raw), parse, at) };
}

/** An option that must be there. */
export function requiredOption<T>(syntax: string, summary: string, parse: Parse<T>, extra: Extra = {}): Input<T> {
  return {
    kind: "option",
    syntax,
    summary,
    required: true,
    ...extra,
    parse: (raw, at) => {
      const text = one(raw);
      if (text === undefined) {
        const [name = ""] = /--[\w-]+ <.+>/.exec(syntax) ?? [];
        throw new HookproofError("usage", `${name} is not given`, { hint: `add ${name}: ${summary}` });
      }
      return parse(text, at);
    },
  };
}

/** An option with a value when it is not given. */
export const optionOr = <T>(
  syntax: string,
  summary: string,
  fallback: T,
  parse: Parse<T>,
  extra: Extra = {},
): Input<T> => ({
  kind: "option",
  syntax,
  summary: `${summary} (default ${String(fallback)})`,
  ...extra,
  parse: (raw, at) => {
    const text = one(raw);
    return text === undefined ? fallback : parse(text, at);
  },
});

/** An option that may be given several times: every value, in order. */
export function repeated(syntax: string, summary: string): Input<readonly string[]>;
export function repeated<T>(syntax: string, summary: string, parse: Parse<T>, extra?: Extra): Input<readonly T[]>;
export function repeated(
  syntax: string,
  summary: string,
  parse: Parse<unknown> = asText,
  extra: Extra = {},
): Input<readonly unknown[]> {
  return {
    kind: "option",
    syntax,
    summary,
    repeatable: true,
    ...extra,
    parse: (raw, at) => many(raw).map((text) => parse(text, at)),
  };
}

/** A switch: `--insecure`. */
export const flag = (syntax: string, summary: string, extra: Extra = {}): Input<boolean> => ({
  kind: "option",
  syntax,
  summary,
  ...extra,
  parse: (raw) => raw === true,
});

const mapped = <T>(text: string | undefined, parse: Parse<T>, at: ParseContext): T | undefined =>
  text === undefined ? undefined : parse(text, at);
