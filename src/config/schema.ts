import * as z from "zod";
import { HookproofError } from "../errors.ts";
import { findProfile } from "../providers/index.ts";
import type { Profile } from "../providers/profile.ts";
import { profileSchema } from "../providers/schema.ts";
import type { Config } from "./config.ts";

const ref = z
  .string()
  .min(1)
  .describe("env:NAME, file:PATH or store:NAME; a secret itself does not belong in a project file");

/** A profile of the user's own: whole, or another one's with some fields replaced. */
const ownProfile = z.looseObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .describe("lower-case letters, digits and dashes"),
  extends: z
    .string()
    .exactOptional()
    .describe("id of a built-in profile whose fields are taken where this one has none"),
});

export const configSchema = z
  .strictObject({
    $schema: z.string().exactOptional(),
    provider: z.string().exactOptional().describe("the provider where -p is not given"),
    endpoint: z.string().exactOptional().describe("the endpoint's URL, for send, sign and check"),
    secrets: z
      .record(z.string(), z.union([ref, z.array(ref)]))
      .exactOptional()
      .describe("secret references by provider id"),
    providers: z.array(ownProfile).exactOptional().describe("your own platform profiles"),
  })
  .describe("hookproof.config.json");

/**
 * Checks a project file's content.
 * @throws HookproofError `config-invalid` naming the file and the field
 */
export const checkConfig = (value: unknown, path: string): Omit<Config, "path"> => {
  const checked = configSchema.safeParse(value);
  if (!checked.success) throw invalid(path, checked.error);
  const { provider, endpoint, secrets = {}, providers = [] } = checked.data;
  return {
    provider,
    endpoint,
    secrets: Object.fromEntries(Object.entries(secrets).map(([id, refs]) => [id, Array.isArray(refs) ? refs : [refs]])),
    providers: providers.map((one, at) => ownProfileOf(one, `providers[${at}]`, path)),
  };
};

const ownProfileOf = (given: z.infer<typeof ownProfile>, field: string, path: string): Profile => {
  const { extends: base, ...fields } = given;
  const checked = profileSchema.safeParse(base === undefined ? fields : merged(findProfile(base), fields));
  if (!checked.success) throw invalid(path, checked.error, field);
  return checked.data;
};

/** The base with the given fields in place of its own; of `delivery` and `envelope`, single fields may be given. */
const merged = (base: Profile, fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const within = (own: object, given: unknown): unknown =>
    typeof given === "object" && given !== null && !Array.isArray(given) ? { ...own, ...given } : given;
  return {
    ...base,
    aliases: [],
    ...fields,
    ...("delivery" in fields ? { delivery: within(base.delivery, fields["delivery"]) } : {}),
    ...("envelope" in fields ? { envelope: within(base.envelope, fields["envelope"]) } : {}),
  };
};

/** Of a value with several forms, what is wrong by the form that it comes nearest to: the one it gets furthest in. */
const nearestIssue = (issue: z.core.$ZodIssue): { readonly path: readonly PropertyKey[]; readonly message: string } => {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors
    .flatMap(([first]) => (first === undefined ? [] : [{ raw: first, ...nearestIssue(first) }]))
    .toSorted(
      (a, b) =>
        b.path.length - a.path.length || Number(a.raw.code === "invalid_type") - Number(b.raw.code === "invalid_type"),
    )[0];
  return inner === undefined ? issue : { path: [...issue.path, ...inner.path], message: inner.message };
};

const invalid = (path: string, error: z.ZodError, under?: string): HookproofError => {
  const [first] = error.issues;
  const issue = first === undefined ? undefined : nearestIssue(first);
  const place = [...(under === undefined ? [] : [under]), ...(issue?.path ?? []).map(String)].join(".");
  return new HookproofError(
    "config-invalid",
    `${path}: ${place === "" ? "" : `${place}: `}${issue?.message ?? "is not as it should be"}`,
    {
      hint: 'the form is described in docs/profiles.md; "$schema" gives it to editors',
    },
  );
};
