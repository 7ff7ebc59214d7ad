import * as z from "zod";
import { HookproofError } from "../../errors.ts";
import type { Infer } from "../../values/infer.ts";
import type { Rule } from "./rules.ts";
import { linearFinder } from "./user-pattern.ts";
import type { Finder } from "./user-pattern.ts";

const names = z.array(z.string().min(1)).max(1000);

/** What to mask, as data. The built-in rules and a user's rules file have the same structure. */
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
      "an RE2 regular expression, case-insensitive unless caseSensitive; with a group named value, only that part is masked",
    ),
  check: z
    .enum(["luhn", "dense", "mixed", "iban", "spoken"])
    .exactOptional()
    .describe(
      "a match must also pass this. luhn: card number check digit. iban: account number check digits. mixed: not a plain word. dense: looks machine-generated. spoken: not a word that often follows `password` in a sentence",
    ),
  caseSensitive: z.boolean().exactOptional().describe("whether the pattern is case-sensitive (default: false)"),
  keys: names
    .exactOptional()
    .describe("names in JSON, forms, queries and logs; case, -, _ and spaces are ignored; * matches anything"),
  headers: names.exactOptional().describe("header names, case-insensitive; * matches anything"),
});

/** Names whose values may be shown. */
export const allowedSchema = z.strictObject({
  headers: names.default([]),
  keys: names.default([]),
  rules: names.default([]).describe("names of rules that are turned off, such as phone"),
});

/** A user's rules file: rules added to the built-in ones, and names to show anyway. */
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

/** A user's rule with its compiled pattern. */
export type UserRule = Rule & { readonly finder?: Finder };

export type RulesFile = Omit<Infer<typeof fileSchema>, "$schema" | "rules"> & { readonly rules: readonly UserRule[] };

const example = 'write {"rules":[{"name":"customer","pattern":"cus_[A-Za-z0-9]+"}]}; see docs/evidence.md';

/**
 * Reads a user's rules file.
 * @param name the file's name, for errors
 * @throws HookproofError `input-malformed` naming the place
 */
export const readRulesFile = async (text: string, name: string): Promise<RulesFile> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // Node's error message quotes the file, which may be a key that was passed by mistake.
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
  const { rules, allow } = parsed.data;
  return { rules: await Promise.all(rules.map((rule) => readyRule(rule, name))), allow };
};

/** A built-in rule's compiled pattern. */
export const patternOfRule = (pattern: string, caseSensitive = false): RegExp =>
  new RegExp(pattern, caseSensitive ? "gdu" : "gdiu");

const readyRule = async (rule: Rule, name: string): Promise<UserRule> => {
  if (rule.pattern === undefined) return rule;
  let finder: Finder;
  try {
    finder = await linearFinder(rule.pattern, rule.caseSensitive);
  } catch (error) {
    throw new HookproofError(
      "input-malformed",
      `${name}: the pattern of '${rule.name}' is not a valid RE2 regular expression: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
        hint: "RE2 has no lookaround (?=…) (?<!…) or back references \\1, so no log can make a pattern slow",
      },
    );
  }
  for (const _ of finder.matchAll("")) {
    throw new HookproofError("input-malformed", `${name}: the pattern of '${rule.name}' matches empty text`, {
      hint: "a pattern must match at least one character, or it would mask everything",
    });
  }
  return { ...rule, finder };
};

/** The user's rules extended by `--keep`: each word is a rule to turn off, or a header or key to show. */
export const withKept = (rules: RulesFile | undefined, keep: readonly string[]): RulesFile => ({
  rules: rules?.rules ?? [],
  allow: {
    headers: [...(rules?.allow.headers ?? []), ...keep],
    keys: [...(rules?.allow.keys ?? []), ...keep],
    rules: [...(rules?.allow.rules ?? []), ...keep],
  },
});
