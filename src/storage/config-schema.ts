import * as z from "zod";
import { HookproofError } from "../errors.ts";
import { contradictionIn } from "../providers/contradiction.ts";
import { builtInNamed, findProfile } from "../providers/index.ts";
import { unknownPlaceholderIn } from "./placeholders.ts";
import type { Profile } from "../providers/profile.ts";
import { profileSchema } from "../providers/schema.ts";
import { nearest } from "../values/nearest.ts";
import type { Config } from "./config.ts";

const ref = z
  .string()
  .min(1)
  .describe("env:NAME, file:PATH or store:NAME; a secret itself does not belong in a project file");

const forwardTo = z.string().min(1);

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
    endpoint: z
      .string()
      // A scheme that is no http(s) is none to deliver by; `localhost:3000/hooks` and `3000` are taken as send takes them.
      .regex(/^(?!(?!https?:)[a-z][a-z0-9+.-]*:\/\/)\S+$/i, "is not an http or https URL")
      .exactOptional()
      .describe("the endpoint's URL, for send, sign and check"),
    forward: z
      .union([forwardTo, z.array(forwardTo)])
      .exactOptional()
      .describe("where listen passes requests on to, as --forward-to has it: 3000 or type=invoice.*=localhost:3000/x"),
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
  const { provider, endpoint, forward = [], secrets = {}, providers: given = [] } = checked.data;
  const providers = given.map((one, at) => ownProfileOf(one, `providers[${at}]`, path));
  refuseSameNames(providers, path);
  if (provider !== undefined && provider !== byHeaders) refuseUnknown("provider", provider, providers, path);
  for (const id of Object.keys(secrets)) refuseUnknown("secrets", id, providers, path);
  return {
    provider,
    endpoint,
    forward: [forward].flat(),
    secrets: Object.fromEntries(Object.entries(secrets).map(([id, refs]) => [id, Array.isArray(refs) ? refs : [refs]])),
    providers,
  };
};

/** In place of a platform: told by each request's headers. */
const byHeaders = "auto";

const refuseUnknown = (field: string, wanted: string, providers: readonly Profile[], path: string): void => {
  try {
    findProfile(wanted, providers);
  } catch (error) {
    if (!(error instanceof HookproofError)) throw error;
    throw wrong(path, `${field}: ${error.message}`, error.hint);
  }
};

/** One name for two profiles of the file would leave it to chance which is meant. A built-in's may be taken. */
const refuseSameNames = (providers: readonly Profile[], path: string): void => {
  const taken = new Map<string, number>();
  for (const [at, { id, aliases = [] }] of providers.entries()) {
    for (const name of new Set([id, ...aliases].map((one) => one.toLowerCase()))) {
      const before = taken.get(name);
      if (before !== undefined) throw wrong(path, `providers[${at}]: '${name}' is a name of providers[${before}] too`);
      taken.set(name, at);
    }
  }
};

const ownProfileOf = (given: z.infer<typeof ownProfile>, field: string, path: string): Profile => {
  const { extends: base, ...fields } = given;
  if ("endpoints" in fields) refuseBuiltInApi(fields, field, path);
  const under = base === undefined ? usual(fields["envelope"]) : { ...findProfile(base), aliases: [] };
  const checked = profileSchema.safeParse(merged(under, fields));
  if (!checked.success) throw invalid(path, checked.error, field);
  const wrongly = contradictionIn(checked.data) ?? unknownPlaceholderIn(checked.data);
  if (wrongly !== undefined) throw wrong(path, `${fieldName([field, ...wrongly.path])}: ${wrongly.message}`);
  return checked.data;
};

/** The token for a platform's API goes where its own profile says: whoever wrote the project file may not say another place. */
const refuseBuiltInApi = (fields: Readonly<Record<string, unknown>>, field: string, path: string): void => {
  const { id, aliases } = fields;
  const names: readonly unknown[] = [id, ...(Array.isArray(aliases) ? aliases : [])];
  const taken = names.map((name) => builtInNamed(String(name))).find((one) => one !== undefined);
  if (taken !== undefined)
    throw wrong(path, `${field}.endpoints: the API of ${taken.id}, a built-in provider, cannot be replaced`, otherId);
};

const otherId = "give your profile an id of its own";

interface Base {
  readonly delivery: object;
  readonly envelope: object;
}

/** The base with the given fields in place of its own; of `delivery` and `envelope`, single fields may be given. */
const merged = (base: Base, fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const within = (own: object, given: unknown): unknown => (isObject(given) ? { ...own, ...given } : given);
  return {
    ...base,
    ...fields,
    ...("delivery" in fields ? { delivery: within(base.delivery, fields["delivery"]) } : {}),
    ...("envelope" in fields ? { envelope: within(base.envelope, fields["envelope"]) } : {}),
  };
};

/** What is taken of which nothing is said. Where an envelope says where the id stands, that is what to dedupe by. */
const usual = (envelope: unknown): Base => {
  const { shape } = profileSchema;
  const own = isObject(envelope) && "id" in envelope ? { dedupe: envelope.id } : {};
  return { delivery: shape.delivery.parse(undefined), envelope: { ...shape.envelope.parse(undefined), ...own } };
};

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Of a value with several forms, what is wrong by the form that it comes nearest to: the one it gets furthest in. */
const nearestIssue = (issue: z.core.$ZodIssue): Located => {
  if (issue.code !== "invalid_union") return { path: issue.path, message: worded(issue), ...guessOf(issue) };
  const inner = issue.errors
    .flatMap(([first]) => (first === undefined ? [] : [{ raw: first, ...nearestIssue(first) }]))
    .toSorted(
      (a, b) =>
        b.path.length - a.path.length || Number(a.raw.code === "invalid_type") - Number(b.raw.code === "invalid_type"),
    )[0];
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
};

interface Located {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** The field that was probably meant. */
  readonly guess?: string;
}

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** What is wrong, in words that do not need to know zod. */
const worded = (issue: z.core.$ZodIssue): string => {
  if (issue.code === "unrecognized_keys") return `there is no field ${issue.keys.map((key) => `'${key}'`).join(", ")}`;
  if (issue.code === "invalid_value") return `is none of ${issue.values.map(String).join(", ")}`;
  if (issue.code !== "invalid_type") return issue.message;
  const received = /received (\w+)$/.exec(issue.message)?.[1] ?? "";
  return received === "undefined"
    ? "is missing"
    : `is ${kinds[received] ?? received} where ${kinds[issue.expected] ?? issue.expected} is wanted`;
};

const guessOf = (issue: z.core.$ZodIssue): { readonly guess?: string } => {
  const key = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const guess =
    key === undefined ? undefined : nearest(key, Object.keys({ ...configSchema.shape, ...profileSchema.shape }));
  return guess === undefined ? {} : { guess };
};

const invalid = (path: string, error: z.ZodError, under?: string): HookproofError => {
  const [first] = error.issues;
  const issue = first === undefined ? undefined : nearestIssue(first);
  const place = fieldName([...(under === undefined ? [] : [under]), ...(issue?.path ?? [])]);
  const what = `${place === "" ? "" : `${place}: `}${issue?.message ?? "is not as it should be"}`;
  return issue?.guess === undefined ? wrong(path, what) : wrong(path, what, `did you mean ${issue.guess}?`);
};

/** `providers[0].delivery.timeout`. */
const fieldName = (path: readonly PropertyKey[]): string =>
  path.map((step, at) => (typeof step === "number" ? `[${step}]` : `${at === 0 ? "" : "."}${String(step)}`)).join("");

const wrong = (
  path: string,
  what: string,
  hint = 'the form is described in docs/profiles.md; "$schema" gives it to editors',
): HookproofError => new HookproofError("config-invalid", `${path}: ${what}`, { hint });
