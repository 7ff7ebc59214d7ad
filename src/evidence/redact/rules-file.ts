import * as z from "zod";
import { HookproofError } from "../../errors.ts";
import type { Infer } from "../../values/infer.ts";
import type { Rule } from "./rules.ts";

const names = z.array(z.string().min(1)).max(1000);

/** What to mask, as data: the built-in rules and a user's own file have the same form. */
export const ruleSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, "a name is lower-case letters, digits and dashes")
    .describe("part of the token: [redacted:email:7f3a]"),
  class: z
    .enum(["credential", "personal"])
    .default("credential")
    .describe(
      "credential is always masked; personal is masked unless the user asks for the body in full, and then only inside that body",
    ),
  pattern: z
    .string()
    .min(1)
    .max(2000)
    .exactOptional()
    .describe(
      "a regular expression (flags giu, or gu) over any text; with a group named value, only that part is masked",
    ),
  check: z
    .enum(["luhn", "dense", "mixed", "iban", "spoken"])
    .exactOptional()
    .describe(
      "a match must also pass this. luhn: a card number's check digit. iban: an account number's. mixed: no plain word. dense: looks made by a machine. spoken: no word that follows `password` in a sentence without one",
    ),
  caseSensitive: z
    .boolean()
    .exactOptional()
    .describe("whether the pattern minds case; it does not unless this is true"),
  keys: names
    .exactOptional()
    .describe("names in JSON, forms, queries and logs, compared without case, -, _ and spaces; * matches anything"),
  headers: names.exactOptional().describe("header names, in any case; * matches anything"),
});

/** Names whose values may be shown. */
export const allowedSchema = z.strictObject({
  headers: names.default([]),
  keys: names.default([]),
  rules: names.default([]).describe("names of rules that are turned off, such as phone"),
});

/** A user's own rules: added to the built-in ones, and names that may be shown after all. */
const fileSchema = z.strictObject({
  $schema: z.string().exactOptional(),
  rules: z
    .array(
      ruleSchema.refine((rule) => rule.pattern !== undefined || rule.keys !== undefined || rule.headers !== undefined, {
        error: "a rule needs a pattern, keys or headers",
      }),
    )
    .max(500)
    .default([]),
  allow: allowedSchema.default({ headers: [], keys: [], rules: [] }),
});

export type RulesFile = Omit<Infer<typeof fileSchema>, "$schema">;

const example = 'write {"rules":[{"name":"customer","pattern":"cus_[A-Za-z0-9]+"}]}; see docs/evidence.md';

/**
 * Reads a user's rules file.
 * @param name of the file, for errors
 * @throws HookproofError `input-malformed` naming the place
 */
export const readRulesFile = (text: string, name: string): RulesFile => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // Node's own message quotes the file, which may be a key that was given by mistake.
    throw new HookproofError("input-malformed", `${name} is not JSON`, { cause: error, hint: example });
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new HookproofError(
      "input-malformed",
      `${name}: ${issue?.message ?? "not a rules file"} (at ${issue?.path.join(".") || "the top"})`,
      { hint: example },
    );
  }
  for (const rule of parsed.data.rules) checkPattern(rule, name);
  return { rules: parsed.data.rules, allow: parsed.data.allow };
};

/** A rule's pattern as it is applied. */
export const patternOfRule = (pattern: string, caseSensitive = false): RegExp =>
  new RegExp(pattern, caseSensitive ? "gdu" : "gdiu");

const checkPattern = (rule: Rule, name: string): void => {
  if (rule.pattern === undefined) return;
  let empty: boolean;
  try {
    empty = patternOfRule(rule.pattern, rule.caseSensitive).test("");
  } catch (error) {
    throw new HookproofError(
      "input-malformed",
      `${name}: the pattern of '${rule.name}' is no regular expression: ${String(error)}`,
      { cause: error },
    );
  }
  if (empty) {
    throw new HookproofError("input-malformed", `${name}: the pattern of '${rule.name}' matches empty text`, {
      hint: "a pattern must match at least one character, or it would mask everything",
    });
  }
};
