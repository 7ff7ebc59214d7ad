import { HookproofError } from "../errors.ts";
import type { HeaderPair } from "../request/request.ts";
import { parseDuration } from "../values/duration.ts";
import { parseInstant } from "../values/instant.ts";

/** What the parser hands over: text, several texts, a flag, or nothing. */
export type Raw = string | readonly string[] | boolean | undefined;

export interface ParseContext {
  /** Epoch milliseconds, for ages such as `2h`. */
  readonly now: number;
}

/** What the shell may complete a value with. */
export type Completion =
  | "provider"
  | "provider-or-auto"
  | "event"
  /** Several, with commas between. */
  | "events"
  | "secret"
  | "secret-name"
  | "dlq-id"
  | "file"
  | "directory"
  | readonly string[];

/** One argument or option of a command, with how its text becomes a value. */
export interface Input<T> {
  readonly kind: "argument" | "option";
  /** As the help writes it: `<url>`, `[request]`, `[ids...]`, `--at <time>`, `-k, --insecure`. */
  readonly syntax: string;
  readonly summary: string;
  readonly repeatable?: boolean;
  readonly completes?: Completion;
  /** The heading it stands under in the help. */
  readonly group?: string;
  readonly parse: (raw: Raw, at: ParseContext) => T;
}

type Parse<T> = (text: string, at: ParseContext) => T;

interface Extra {
  readonly completes?: Completion;
  readonly group?: string;
}

const asText: Parse<string> = (text) => text;

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
    ...extra,
    parse: (raw, at) => {
      const text = one(raw);
      if (text === undefined) throw new HookproofError("usage", `required option '${syntax}' is not given`);
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

/** One of a fixed set of words. */
export const choice =
  <const T extends string>(...words: readonly T[]): Parse<T> =>
  (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) {
      throw new HookproofError("usage", `'${text}' is not one of ${words.join(", ")}`);
    }
    return found;
  };

/** A whole number in a range. */
export const wholeNumber =
  (min: number, max = Number.MAX_SAFE_INTEGER): Parse<number> =>
  (text) => {
    const number = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (!(number >= min && number <= max)) {
      throw new HookproofError(
        "usage",
        `'${text}' is not a whole number of ${min} or more`.replace(
          " or more",
          max < Number.MAX_SAFE_INTEGER ? ` to ${max}` : " or more",
        ),
      );
    }
    return number;
  };

/** A positive number, decimals allowed. */
export const positiveNumber: Parse<number> = (text) => {
  const number = /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : 0;
  if (number <= 0) throw new HookproofError("usage", `'${text}' is not a number above 0`);
  return number;
};

/** `Name: value` as curl takes it. */
export const headerText: Parse<HeaderPair> = (text) => {
  const at = text.indexOf(":");
  const name = at < 0 ? "" : text.slice(0, at).trim();
  // The characters RFC 9110 (5.6.2) allows in a field name; a line break in a value would be a second header.
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || /[\r\n\0]/.test(text)) {
    throw new HookproofError("usage", `'${text}' is not a header`, { hint: "write -H 'Name: value'" });
  }
  return [name, Buffer.from(text.slice(at + 1).trim(), "utf8").toString("latin1")];
};

/** A method as RFC 9110 (9.1) has it: a token. */
export const methodName: Parse<string> = (text) => {
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text)) return text;
  throw new HookproofError("usage", `'${text}' is not an HTTP method`, { hint: "write --method PUT" });
};

/** `path=value` of `--set`. */
export const assignment: Parse<readonly [path: string, value: string]> = (text) => {
  const at = text.indexOf("=");
  if (at < 1)
    throw new HookproofError("usage", `'${text}' is not an assignment`, { hint: "write --set data.amount=12" });
  return [text.slice(0, at), text.slice(at + 1)];
};

/** The point in time option values stand for. */
export const instant: Parse<number> = (text, at) => parseInstant(text, at.now);
export const duration: Parse<number> = (text) => parseDuration(text);

/** A time limit: above nothing, and what a timer of Node's can hold (2^31 ms); a longer one would end at once. */
export const timeLimit: Parse<number> = (text) => {
  const ms = parseDuration(text);
  if (ms > 0 && ms < 2 ** 31) return ms;
  throw new HookproofError("usage", `'${text}' is no time limit`, { hint: "write more than 0s and no more than 24d" });
};

const provider = (summary: string, completes: Completion): Input<string | undefined> =>
  option("-p, --provider <id>", summary, asText, { completes });

/** The inputs that many commands share. */
export const shared = {
  provider: provider("platform profile (see `hookproof providers`)", "provider"),
  providerOrAuto: provider("platform profile, or auto to tell it by the headers", "provider-or-auto"),
  secret: repeated(
    "--secret <ref>",
    "env:NAME, file:PATH, store:NAME or the secret itself; repeat while one is rolled",
    asText,
    { completes: "secret" },
  ),
  scheme: option("--scheme <name>", "one scheme of the profile (hubspot: v3, v2, v1; salesos: hex, prefixed, base64)"),
  signatureHeader: option("--signature-header <name>", "the header, where the platform does not document it (apex)"),
  signatureForm: option("--signature-form <form>", "its form: hex, base64, or with a prefix such as sha256=hex"),
  header: repeated("-H, --header <line>", "a header 'Name: value'; repeatable", headerText),
  set: repeated("--set <path=value>", "change one value of the sample or payload, every other byte stays", assignment),
  event: option("--event <type>", "event type of the profile's catalogue", asText, { completes: "event" }),
  url: option("--url <url>", "the endpoint's URL as the platform knows it, for schemes that sign it"),
  method: option("--method <method>", "HTTP method (default POST)", methodName),
} as const;
