import * as z from "zod";
import { contradictionInDelivery, contradictionsIn, contradictionsInChallenge } from "../providers/contradiction.ts";
import { builtInNamed, builtInNames, builtInProfile } from "../providers/index.ts";
import type { Profile } from "../providers/profile.ts";
import { challengeSchema, profileSchema, schemeSchema } from "../providers/schema.ts";
import { near, problemsIn } from "./config-problems.ts";
import type { Problem } from "./config-problems.ts";
import type { Config } from "./config.ts";

const ref = z
  .string()
  .min(1)
  .describe("env:NAME, file:PATH or store:NAME; do not put the secret itself in a project file");

const forwardTo = z.string().min(1);

/** A user's own profile: complete, or a built-in one with some fields replaced. */
const ownProfile = z.looseObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, "may only contain lower-case letters, digits and dashes")
    .describe("lower-case letters, digits and dashes"),
  extends: z.string().exactOptional().describe("id of the built-in profile that missing fields are taken from"),
});

export const configSchema = z
  .strictObject({
    $schema: z.string().exactOptional(),
    provider: z.string().exactOptional().describe("the provider to use without -p"),
    endpoint: z
      .string()
      // A URL of another scheme than http(s) cannot be delivered to; `localhost:3000/hooks` and `3000` are accepted as
      // in `send`.
      .regex(/^(?!(?!https?:)[a-z][a-z0-9+.-]*:\/\/)\S+$/i, "is not an http or https URL")
      .exactOptional()
      .describe("the endpoint's URL, for send, sign and check"),
    forward: z
      .union([forwardTo, z.array(forwardTo)])
      .exactOptional()
      .describe("targets of listen, in the format of --forward-to: 3000 or type=invoice.*=localhost:3000/x"),
    secrets: z
      .record(z.string(), z.union([ref, z.array(ref)]))
      .exactOptional()
      .describe("secret references by provider id"),
    providers: z.array(ownProfile).exactOptional().describe("your own platform profiles"),
  })
  .describe("hookproof.config.json");

/** The checked content of a project file, or everything that is wrong with it. */
interface CheckedConfig {
  readonly config: Omit<Config, "path"> | undefined;
  readonly problems: readonly Problem[];
}

/** Checks a project file's content. */
export const checkConfig = (value: unknown): CheckedConfig => {
  const checked = configSchema.safeParse(value);
  const file = isObject(value) ? value : {};
  const given: readonly unknown[] = Array.isArray(file["providers"]) ? file["providers"] : [];
  const own = given.map((one, at) => (isObject(one) ? checkProfile(one, ["providers", at]) : undefined));
  const names = given.map((one) => (isObject(one) ? namesOf(one) : []));
  const problems = [
    ...own.flatMap((one) => one?.problems ?? []),
    ...problemsIn(value, configSchema),
    ...sameNames(names),
    ...unknownNames(file, names.flat()),
  ];
  if (!checked.success || problems.length > 0) return { config: undefined, problems: onceEach(problems) };
  const { provider, endpoint, forward = [], secrets = {} } = checked.data;
  const config = {
    provider,
    endpoint,
    forward: [forward].flat(),
    secrets: Object.fromEntries(Object.entries(secrets).map(([id, refs]) => [id, Array.isArray(refs) ? refs : [refs]])),
    providers: own.flatMap((one) => one?.profile ?? []),
  };
  return { config, problems };
};

/** Keeps the first problem per field. */
const onceEach = (problems: readonly Problem[]): readonly Problem[] => {
  const seen = new Set<string>();
  return problems.filter(({ path }) => {
    const field = JSON.stringify(path);
    return !seen.has(field) && seen.add(field);
  });
};

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A profile's id and aliases, if they are strings. */
const namesOf = ({ id, aliases }: Fields): readonly string[] =>
  [id, ...(Array.isArray(aliases) ? aliases : [])].flatMap((name: unknown) =>
    typeof name === "string" ? [name.toLowerCase()] : [],
  );

/** Two profiles of the file must not share a name. Names of built-in profiles may be reused. */
const sameNames = (names: readonly (readonly string[])[]): readonly Problem[] => {
  const firstIndex = new Map<string, number>();
  return names.flatMap((its, at) =>
    [...new Set(its)].flatMap((name): readonly Problem[] => {
      const before = firstIndex.get(name);
      if (before === undefined) firstIndex.set(name, at);
      return before === undefined
        ? []
        : [{ path: ["providers", at], message: `'${name}' is also a name of providers[${before}]` }];
    }),
  );
};

/** Instead of a provider id: detect it by each request's headers. */
const byHeaders = "auto";

/** Problems with provider names that are neither built in nor defined in the file. */
const unknownNames = ({ provider: chosen, secrets }: Fields, own: readonly string[]): readonly Problem[] => {
  const isKnown = (name: string): boolean => own.includes(name.toLowerCase()) || builtInNamed(name) !== undefined;
  const named: readonly Problem[] = [
    ...(typeof chosen === "string" && chosen !== byHeaders && !isKnown(chosen)
      ? [{ path: ["provider"], ...noProvider(chosen, own) }]
      : []),
    ...(isObject(secrets) ? Object.keys(secrets) : [])
      .filter((id) => !isKnown(id))
      .map((id): Problem => ({ path: ["secrets", id], ...noProvider(id, own), isName: true })),
  ];
  return named;
};

const noProvider = (name: string, own: readonly string[]): Omit<Problem, "path"> => ({
  message: `there is no provider '${name.slice(0, 64)}'`,
  nearest: near(name.toLowerCase(), [...own, ...builtInNames()]),
});

/** Only used for its field names. */
const ownSchema = profileSchema.extend(ownProfile.pick({ extends: true }).shape);

/** Checks a user's profile and fills in omitted fields. */
export const checkProfile = (
  given: Fields,
  path: Problem["path"],
): { readonly profile: Profile | undefined; readonly problems: readonly Problem[] } => {
  const { extends: base, ...fields } = given;
  const extended = typeof base === "string" ? builtInProfile(base) : undefined;
  const under = extended === undefined ? usual(fields["envelope"]) : { ...extended, aliases: [] };
  const whole = merged(under, fields);
  const checked = profileSchema.safeParse(whole);
  const wrong = [
    ...(typeof base === "string" && extended === undefined ? [{ path: ["extends"], ...noProvider(base, []) }] : []),
    ...("endpoints" in fields ? builtInApi(fields) : []),
    ...(checked.success ? [] : problemsIn(whole, ownSchema)),
    ...contradictions(whole),
  ];
  return {
    profile: checked.success && wrong.length === 0 ? checked.data : undefined,
    problems: wrong
      // If the base profile wasn't found, don't report fields as missing that it might have.
      .filter((one) => !(base !== undefined && extended === undefined && !(String(one.path[0]) in given)))
      .map((one) => ({ ...one, path: [...path, ...one.path] })),
  };
};

/** Contradictions between fields, checked only if the fields themselves are valid. */
const contradictions = ({ schemes, delivery, challenges }: Fields): readonly Problem[] => {
  const isAssumed = isObject(schemes) && Array.isArray(schemes["assumed"]);
  const list: readonly unknown[] = isAssumed ? [schemes["assumed"]].flat() : Array.isArray(schemes) ? schemes : [];
  const policy = profileSchema.shape.delivery.safeParse(delivery);
  const wrongly = policy.success ? contradictionInDelivery(policy.data) : undefined;
  return [
    ...list.flatMap((one, at) => {
      const scheme = schemeSchema.safeParse(one);
      const path = ["schemes", ...(isAssumed ? ["assumed"] : []), at];
      return scheme.success
        ? [...contradictionsIn(scheme.data)].map((found) => ({ ...found, path: [...path, ...found.path] }))
        : [];
    }),
    ...(wrongly === undefined ? [] : [{ ...wrongly, path: ["delivery", ...wrongly.path] }]),
    ...(Array.isArray(challenges) ? challenges : []).flatMap((one, at) => {
      const challenge = challengeSchema.safeParse(one);
      return challenge.success
        ? [...contradictionsInChallenge(challenge.data)].map((found) => ({
            ...found,
            path: ["challenges", at, ...found.path],
          }))
        : [];
    }),
  ];
};

/** A built-in platform's API token may only go where its own profile says: a project file must not redirect it. */
const builtInApi = (fields: Fields): readonly Problem[] => {
  const reserved = namesOf(fields)
    .map(builtInNamed)
    .find((one) => one !== undefined);
  if (reserved === undefined) return [];
  const message = `the API of ${reserved.id}, a built-in provider, cannot be replaced: give your profile its own id`;
  return [{ path: ["endpoints"], message, isName: true }];
};

interface Base {
  readonly delivery: object;
  readonly envelope: object;
}

/** The base with the given fields replaced; in `delivery` and `envelope`, single fields are merged. */
const merged = (base: Base, fields: Fields): Fields => {
  const within = (own: object, given: unknown): unknown => (isObject(given) ? { ...own, ...given } : given);
  return {
    ...base,
    ...fields,
    ...("delivery" in fields ? { delivery: within(base.delivery, fields["delivery"]) } : {}),
    ...("envelope" in fields ? { envelope: within(base.envelope, fields["envelope"]) } : {}),
  };
};

/** Defaults for omitted fields. If the envelope has an id, it is the dedupe key. */
const usual = (envelope: unknown): Base => {
  const { shape } = profileSchema;
  const own = isObject(envelope) && "id" in envelope ? { dedupe: envelope["id"] } : {};
  return { delivery: shape.delivery.parse(undefined), envelope: { ...shape.envelope.parse(undefined), ...own } };
};
