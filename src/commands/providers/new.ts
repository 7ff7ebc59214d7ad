import { join } from "node:path";
import { HookproofError } from "../../errors.ts";
import { placeName, placesName } from "../../providers/place.ts";
import type { Profile } from "../../providers/profile.ts";
import { configFileName, inspectConfig, readConfigAt } from "../../storage/config.ts";
import { writeConfig } from "../../storage/config-write.ts";
import { verify } from "../../signature/verify.ts";
import type { WebhookRequest } from "../../request/request.ts";
import type { SchemeFound } from "../../diagnosis/scheme-search.ts";
import type { Secret } from "../../values/secret.ts";
import { command } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { Exit } from "../../cli/exit.ts";
import { asText, flag, option, optionalArgument, repeated } from "../../cli/inputs.ts";
import { wholeNumber } from "../../cli/value-parsers.ts";
import { shared } from "../shared/inputs.ts";
import { proposalFrom } from "./proposal.ts";
import type { Proposal } from "./proposal.ts";
import { newView } from "./view-new.ts";

/**
 * `hookproof providers new`: writes a profile, found from captured requests and a secret, or built from answers to
 * questions.
 */
export default command({
  summary: "Write a profile for a platform of your own, from a captured request and its secret",
  details:
    "With --from, finds out how the requests are signed and proves it: they verify with the profile, and signing them again gives the same signature. Without --from, asks on the terminal.",
  inputs: {
    id: optionalArgument("[id]", "the id to use with -p"),
    from: repeated(
      "--from <file>",
      "a captured request in any format that `hookproof verify` reads; - for standard input",
      asText,
    ),
    last: flag("--last", "if the file has several requests: use only the last", { conflicts: ["entry"] }),
    entry: option(
      "--entry <n>",
      "if the file has several requests: use only the n-th, counting from 1",
      wholeNumber(1),
    ),
    secret: shared.secret,
    name: option("--name <name>", "the platform's name"),
    url: shared.url,
    print: flag("--print", "print the profile and write nothing"),
    force: flag("--force", "replace a profile with the same id"),
  },
  examples: [
    "hookproof providers new acme --from request.http --secret env:ACME_SECRET",
    "hookproof providers new acme --from captures.ndjson --last --secret env:ACME_SECRET --print",
    "hookproof providers new",
  ],
  view: newView,
  async run(context, input) {
    const id = await idOf(context, input.id, input.from.length > 0);
    const config = await context.config();
    const file = config.path ?? join(context.cwd, configFileName);
    const old = config.path === null ? undefined : await textOf(context, file);
    const { hasProfile, withProfile } = await import("../../storage/config-edit.ts");
    const isThere = old !== undefined && hasProfile(old, id);
    if (isThere && !input.force && !input.print)
      throw new HookproofError("output-exists", `${file} already has a profile ${id}`, {
        hint: "--force replaces it, --print shows the new one",
      });
    const name = input.name ?? `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`;
    const made =
      input.from.length > 0
        ? await profileFromRequests(context, input, id, name)
        : await profileFromAnswers(context, id, name);
    const { proposal, reference, ...searchFacts } = made;
    if (proposal === undefined)
      return { data: { id, path: null, profile: null, replaced: false, ...searchFacts }, exit: Exit.no };
    // Throw here rather than write a profile that other commands can't use.
    await completeProfile(proposal);
    if (input.print)
      return { data: { id, path: null, profile: proposal, replaced: false, ...searchFacts }, exit: Exit.yes };
    const text = withProfile(old, { profile: proposal, secret: reference });
    if (text === undefined || (await inspectConfig({ text, path: file })).config === undefined)
      throw new HookproofError("config-invalid", `the profile cannot be added to ${file}`, {
        hint: "--print shows it, to add by hand",
      });
    writeConfig(file, text, context.randomBytes(6).toString("hex"));
    return { data: { id, path: file, profile: proposal, replaced: isThere, ...searchFacts }, exit: Exit.yes };
  },
});

const idOf = async (context: Context, given: string | undefined, isFound: boolean): Promise<string> => {
  if (given !== undefined) {
    if (/^[a-z0-9][a-z0-9-]*$/.test(given)) return given;
    throw new HookproofError("usage", `'${given}' is not an id`, { hint: "use lower-case letters, digits and dashes" });
  }
  if (!context.interactive || isFound)
    throw new HookproofError("usage", "missing id of the new profile", {
      hint: "hookproof providers new acme --from request.http --secret env:NAME",
    });
  const { askId } = await import("./questions.ts");
  return askId(context);
};

const textOf = async (context: Context, file: string): Promise<string> =>
  (await readConfigAt(file, { limit: context.inputLimit("settings"), signal: context.signal })).text;

interface NewProfile {
  /** Undefined if no scheme was found. */
  readonly proposal: Proposal | undefined;
  /** Where the signature is and how it is computed. */
  readonly signature: string | null;
  readonly secret: string | null;
  /** A reference to the secret that may be written to a project file. */
  readonly reference: string | undefined;
  /** The number of requests given; if a profile was found, it verifies all of them. */
  readonly requests: number;
  readonly tried: number;
  /** Where signatures were looked for. */
  readonly places: readonly string[];
  /** Additional notes; if no scheme was found, the findings of the diagnosis. */
  readonly notes: readonly string[];
}

interface FoundInput {
  readonly from: readonly string[];
  readonly last: boolean;
  readonly entry: number | undefined;
  readonly secret: readonly string[];
  readonly url: string | undefined;
}

const profileFromRequests = async (
  context: Context,
  input: FoundInput,
  id: string,
  name: string,
): Promise<NewProfile> => {
  const requests = await requestsOf(context, input);
  const secrets = await secretsFor(context, input.secret);
  const { searchScheme } = await import("../../diagnosis/scheme-search.ts");
  const { url } = input;
  const draft = await completeProfile({
    id,
    name,
    schemes: [
      {
        name: "",
        summary: "",
        header: "X",
        layout: { kind: "single" },
        encoding: "hex",
        mac: { kind: "token" },
        content: [],
      },
    ],
  });
  const searched = searchScheme({ requests, secrets, profile: draft, url, now: () => performance.now() });
  const searchFacts = { requests: requests.length, tried: searched.tried, places: searched.places.map(placeName) };
  const made =
    searched.found === undefined ? undefined : await provenProfile(context, searched.found, requests, input, draft);
  if (made !== undefined) return { ...made, ...searchFacts };
  const notes = [
    ...(searched.stopped ? ["the search was stopped before everything was tried"] : []),
    ...(await diagnosed(context, requests, secrets)),
  ];
  return { proposal: undefined, signature: null, secret: null, reference: undefined, notes, ...searchFacts };
};

/**
 * The profile of a scheme that was found.
 * @returns undefined if it doesn't verify every request, or contains the secret
 */
const provenProfile = async (
  context: Context,
  { scheme, secret }: SchemeFound,
  requests: readonly [WebhookRequest, ...WebhookRequest[]],
  { url }: FoundInput,
  { id, name }: Profile,
): Promise<Omit<NewProfile, "requests" | "tried" | "places"> | undefined> => {
  const [first] = requests;
  const proposal = proposalFrom(id, name, scheme, first);
  if (!verifies(context, await completeProfile(proposal), secret, requests, url)) return undefined;
  // If the request contains the secret, a name or prefix in the profile could be the secret.
  const text = secret.reveal().toString("utf8").trim();
  if (text.length >= 8 && JSON.stringify(proposal).includes(text)) return undefined;
  const same = await sameAs(context, first, secret);
  const notes = [
    ...(same === undefined ? [] : [`the built-in profile ${same} verifies it too: -p ${same} may be all you need`]),
    ...(first.body.length === 0
      ? ["the body is empty, so this does not show whether it is signed: try another request"]
      : []),
  ];
  const isReference = /^(?:env|store):/.test(secret.name) && secret.name !== "env:HOOKPROOF_SECRET";
  return {
    proposal,
    signature: `${placesName(scheme)}: ${scheme.summary}`,
    secret: secret.label,
    reference: isReference ? secret.name : undefined,
    notes,
  };
};

/** Whether every request is valid under the finished profile, whatever its age. */
const verifies = (
  context: Context,
  profile: Profile,
  secret: Secret,
  requests: readonly WebhookRequest[],
  url: string | undefined,
): boolean => {
  const options = { at: context.now(), toleranceMs: Number.MAX_SAFE_INTEGER, ...(url === undefined ? {} : { url }) };
  return requests.every((request) => verify(request, profile, [secret], options).valid);
};

/** The id of a built-in profile that verifies this request too. */
const sameAs = async (context: Context, request: WebhookRequest, secret: Secret): Promise<string | undefined> => {
  const { builtInProfilesFor } = await import("../../providers/index.ts");
  const options = { at: context.now(), toleranceMs: Number.MAX_SAFE_INTEGER };
  return builtInProfilesFor(request).find(
    (one) => !("undocumented" in one.schemes) && verify(request, one, [secret], options).valid,
  )?.id;
};

/** The findings of the diagnosis for a request that no profile fits. */
const diagnosed = async (
  context: Context,
  [request]: readonly WebhookRequest[],
  secrets: readonly Secret[],
): Promise<readonly string[]> => {
  if (request === undefined) return [];
  const { diagnose } = await import("../../diagnosis/diagnose.ts");
  const { findings } = diagnose(request, { auto: [] }, secrets, { at: context.now(), now: () => performance.now() });
  return findings.filter(({ code }) => code !== "signature-missing").map(({ message }) => message);
};

const maxRequests = 100;

const requestsOf = async (
  context: Context,
  { from, last, entry, url }: FoundInput,
): Promise<readonly [WebhookRequest, ...WebhookRequest[]]> => {
  const { readRequest, readRequests } = await import("../../formats/read.ts");
  const all: WebhookRequest[] = [];
  for (const path of from) {
    const bytes = await context.readInput(path);
    const name = path === "-" ? "standard input" : path;
    const hints = { warn: context.warn, ...(url === undefined ? {} : { url }) };
    if (last || entry !== undefined)
      all.push(await readRequest(bytes, name, { ...hints, ...(last ? { last } : { entry: entry ?? 1 }) }));
    else all.push(...(await readRequests(bytes, name, hints)));
  }
  const [first, ...others] = all;
  if (first !== undefined && all.length <= maxRequests) return [first, ...others];
  throw new HookproofError(
    "usage",
    first === undefined ? "the input contains no request" : `${all.length} requests are more than ${maxRequests}`,
    {
      hint: "choose one with --last or --entry N",
    },
  );
};

/** @throws HookproofError `secret-missing` */
const secretsFor = async (context: Context, refs: readonly string[]): Promise<readonly Secret[]> => {
  const given = await context.secrets(refs, undefined);
  if (given.length > 0) return given;
  if (context.interactive) {
    const { Secret } = await import("../../values/secret.ts");
    const typed = await context.ask("secret (hidden, not stored):", { hidden: true });
    if (typed !== "") return [new Secret("typed", typed)];
  }
  throw new HookproofError("secret-missing", "missing secret", {
    hint: "add --secret env:NAME, or set HOOKPROOF_SECRET",
  });
};

const profileFromAnswers = async (context: Context, id: string, name: string): Promise<NewProfile> => {
  if (!context.interactive)
    throw new HookproofError("usage", "no request given, and no terminal to ask on", {
      hint: `hookproof providers new ${id} --from request.http --secret env:NAME`,
    });
  const { askScheme } = await import("./questions.ts");
  const scheme = await askScheme(context, name);
  return {
    proposal: { id, name, schemes: [scheme] },
    signature: `${scheme.header ?? ""}: ${scheme.summary}`,
    secret: null,
    reference: undefined,
    requests: 0,
    tried: 0,
    places: [],
    notes: [`not yet tested with a request; to test it: hookproof verify request.http -p ${id}`],
  };
};

/** Completes a proposal to a whole profile. @throws Error if it is invalid, which is a bug in hookproof */
const completeProfile = async (proposal: Proposal): Promise<Profile> => {
  const { checkProfile } = await import("../../storage/config-schema.ts");
  const { profile, problems } = checkProfile({ ...proposal }, []);
  if (profile !== undefined) return profile;
  throw new Error(
    `the profile is wrong: ${problems.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ")}`,
  );
};
