import { HookproofError } from "../../errors.ts";
import { globPattern, parseMatch } from "../../listener/until.ts";
import type { Match } from "../../listener/until.ts";
import { parseReplies } from "../../listener/respond.ts";
import type { ReplyScript } from "../../listener/respond.ts";
import { parseSize } from "../../values/size.ts";
import type { Parse } from "../../cli/inputs.ts";
import { timeLimit } from "../../cli/value-parsers.ts";

// Option values that the help shows as typed.

export const scriptOf = (
  text: string,
): { readonly text: string; readonly script: ReplyScript; toString(): string } => ({
  text,
  script: parseReplies(text),
  toString: () => text,
});

export const sizeOf = (text: string): { readonly bytes: number; toString(): string } => ({
  bytes: parseSize(text),
  toString: () => text,
});

/** The size of `--rotate`. @throws HookproofError `usage` */
export const rotationOf = (text: string): number => {
  const bytes = parseSize(text);
  if (bytes >= 1024) return bytes;
  throw new HookproofError("usage", `--rotate ${text} is too small: the minimum is 1kb`, {
    hint: "write --rotate 100mb",
  });
};

interface Time {
  readonly ms: number;
  toString(): string;
}

export const timeOf: Parse<Time> = (text, at) => ({ ms: timeLimit(text, at), toString: () => text });

/** No platform waits longer than 30 s, so a delivery to a slower target has already failed. */
export const defaultForwardTimeout: Time = { ms: 30_000, toString: () => "30s" };

/** The match for `--until`, and whether it includes how requests were answered. */
export const untilOf = (text: string): { readonly match: Match; readonly judgesOutcome: boolean } => ({
  match: parseMatch(text),
  judgesOutcome: /(?:^|,)\s*(?:status|forward)\s*=/.test(text),
});

/** Parses `GET /health`, `/health` or `GET`, with `*` as wildcard. @throws HookproofError `usage` */
export const ignoreOf = (text: string): ((method: string, path: string) => boolean) => {
  const [, method = "*", path = "*"] = /^(?:([A-Za-z*]{1,40})(?:\s+|$))?(\/\S*)?$/.exec(text.trim()) ?? [];
  if (method === "*" && path === "*")
    throw new HookproofError("usage", `invalid --ignore value '${text}'`, { hint: "write 'GET /health'" });
  const [methods, paths] = [globPattern(method.toUpperCase()), globPattern(path)];
  return (asked, at) => methods.test(asked) && paths.test(at);
};
