import { builtInProfile, builtInProfilesFor } from "../../providers/index.ts";
import type { Profile } from "../../providers/profile.ts";
import { schemesOf } from "../../providers/profile.ts";
import { documentedSchemes } from "../../signature/sign.ts";
import { verify } from "../../signature/verify.ts";
import { formatNames } from "../../formats/formats.ts";
import { oneOf } from "../../values/count.ts";
import { HookproofError } from "../../errors.ts";
import type { WebhookRequest } from "../../request/request.ts";
import type { VerifyOptions } from "../../signature/try-schemes.ts";
import { newProfile } from "../../signature/advice.ts";
import type { Finding, Verdict } from "../../signature/verdict.ts";
import { shellLine } from "../../values/shell-line.ts";
import { secretWords } from "../shared/command-words.ts";
import { Secret } from "../../values/secret.ts";
import { command } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { Exit } from "../../cli/exit.ts";
import { flag, grouped, option, optionalArgument } from "../../cli/inputs.ts";
import { exampleSecret } from "../shared/example.ts";
import { packageFile } from "../shared/package-file.ts";
import { shared } from "../shared/inputs.ts";
import { keyInputs, platformKeys } from "../shared/keys.ts";
import type { KeyInput } from "../shared/keys.ts";
import { instant, wholeNumber } from "../../cli/value-parsers.ts";
import { profileFor } from "../shared/profile-input.ts";
import { verdictView } from "./view.ts";
import { requestFor, sentFor } from "./request-input.ts";

/** `hookproof verify`: checks whether a request's signature is valid, and if not, why. */
export default command({
  summary: "Check a captured request and say why it fails",
  inputs: {
    request: optionalArgument("[request]", `${oneOf([...formatNames, "body"])}; - for standard input`),
    provider: shared.providerOrAuto,
    secret: shared.secret,
    ...grouped("Provider and secret", {
      at: option("--at <time>", "check the timestamp as of this time (default: when captured, else now)", instant),
    }),
    tolerance: shared.tolerance,
    ...keyInputs,
    scheme: shared.scheme,
    signatureHeader: shared.signatureHeader,
    signatureForm: shared.signatureForm,
    ...grouped("Request selection", {
      id: option("--id <id>", "the request with this id in a capture file"),
      last: flag("--last", "the last request of a capture file", { conflicts: ["id"] }),
      entry: option("--entry <n>", "the n-th request of a HAR file or log, counting from 1", wholeNumber(1)),
      sent: option("--sent <file>", "the request as it was sent, or its body, to compare with"),
      example: flag("--example", "try it on a sample request whose signature fails; needs nothing else", {
        conflicts: ["id", "last", "entry", "body"],
      }),
    }),
    ...grouped("Payload and headers", {
      body: option("--body <file>", "a file with just the body; pass its headers with -H"),
    }),
    header: shared.header,
    url: shared.url,
    method: shared.method,
  },
  examples: [
    "hookproof verify --example",
    "hookproof verify request.http -p 10x --secret env:WEBHOOK_SECRET",
    "hookproof verify captures.ndjson --last -p auto --secret store:stripe --json",
    "hookproof verify -p github --body payload.json -H 'X-Hub-Signature-256: sha256=…' --secret env:S",
  ],
  view: verdictView,
  async run(context, given) {
    const input = given.example ? exampleOf(context, given) : given;
    const asked = input.provider ?? (context.env["HOOKPROOF_PROVIDER"] || undefined);
    // Report an undocumented signature before reading the request.
    const named = given.example
      ? builtInProfile("10x")
      : asked === undefined || asked === "auto"
        ? undefined
        : await documented(context, input, asked);
    const { request, recorded } = await requestFor(context, input);
    const profile =
      named ?? (asked === undefined ? await defaultProfile(context, input, recorded.provider) : undefined);
    const { secrets, ...keys } = await secretsFor(context, input, request, profile);
    const sent = input.sent === undefined ? undefined : await sentFor(context, input.sent, request);
    const options = {
      ...keys,
      at: input.at ?? request.receivedAt ?? context.now(),
      ...(input.tolerance === undefined ? {} : { toleranceMs: input.tolerance }),
      ...(input.scheme === undefined ? {} : { scheme: input.scheme }),
      ...(input.url === undefined ? {} : { url: input.url }),
      ...(input.method === undefined ? {} : { method: input.method }),
    };
    // A valid request needs no diagnosis, so its code need not be loaded.
    const plain = profile === undefined ? undefined : verify(request, profile, secrets, options);
    if (plain?.valid === true) return { data: { ...plain, recorded: recorded.response }, exit: Exit.yes };
    // The example needs nothing of the user's, not even a project file that can be read.
    const profiles = given.example ? [] : (await context.config()).providers;
    const { diagnose } = await import("../../diagnosis/diagnose.ts");
    const verdict = diagnose(
      request,
      profile ?? { auto: [...profiles, ...builtInProfilesFor(request)].filter(isDocumented) },
      secrets,
      {
        ...options,
        profiles,
        otherSecrets: given.example ? [] : await context.otherSecrets(),
        now: () => performance.now(),
        ...(sent === undefined ? {} : { sent }),
      },
    );
    const { findings } = withProfileCommand(verdict, input);
    const data = { ...verdict, findings: withCompareLine(findings, input) };
    return { data: { ...data, recorded: recorded.response }, exit: verdict.valid ? Exit.yes : Exit.no };
  },
});

/** Advice to write a profile, with the command for the request that was verified. */
const withProfileCommand = <V extends Pick<Verdict, "findings">>(
  verdict: V,
  { request, id, last, entry, secret }: ProfileSource,
): V => {
  if (request === undefined || request === "-" || id !== undefined) return verdict;
  const refs = secretWords(secret);
  const command = [
    "hookproof",
    "providers",
    "new",
    "NAME",
    "--from",
    request,
    ...(last ? ["--last"] : []),
    ...(entry === undefined ? [] : ["--entry", String(entry)]),
    ...(refs.length > 0 ? refs : ["--secret", "env:NAME"]),
  ];
  const line = shellLine(command);
  return {
    ...verdict,
    findings: verdict.findings.map((one) => ({ ...one, fix: one.fix.replace(newProfile, () => line) })),
  };
};

interface ProfileSource {
  readonly request: string | undefined;
  readonly id: string | undefined;
  readonly last: boolean;
  readonly entry: number | undefined;
  readonly secret: readonly string[];
}

interface CompareInput {
  readonly request: string | undefined;
  readonly body: string | undefined;
  readonly sent: string | undefined;
  readonly id: string | undefined;
  readonly last: boolean;
  readonly entry: number | undefined;
}

/** Fixes with the command that compares the two files that were given, in place of SENT and RECEIVED. */
const withCompareLine = (findings: readonly Finding[], input: CompareInput): Finding[] => {
  const { sent, id, last, entry } = input;
  const received = input.body ?? input.request;
  if (sent === undefined || received === undefined || sent === "-" || received === "-") return [...findings];
  const line = shellLine([
    "hookproof",
    "compare",
    sent,
    received,
    "--body-only",
    ...(id === undefined ? [] : ["--id", id]),
    ...(last ? ["--last"] : []),
    ...(entry === undefined ? [] : ["--entry", String(entry)]),
  ]);
  return findings.map((finding) => ({
    ...finding,
    fix: finding.fix
      .replace("See what differs: hookproof compare SENT RECEIVED", () => `See what differs: ${line}`)
      .replace(/^Find the hop that changes the body:.*/s, (generic) => `See what differs: ${line}. ${generic}`)
      .replace(
        "the request as it was sent (hookproof verify … --sent FILE, or hookproof compare SENT RECEIVED)",
        () => `how it differs from the request as it was sent (${line})`,
      ),
  }));
};

/** Replaces the user's request with the sample that ships with hookproof. */
const exampleOf = <I extends { readonly request: string | undefined; readonly provider: string | undefined }>(
  context: Context,
  input: I,
): I => {
  if (input.request !== undefined)
    throw new HookproofError("usage", `a request (${input.request}) and --example cannot be combined`, {
      hint: "remove one of them",
    });
  context.note("A sample 10x.in delivery that its receiver rejected. The secret is known, so why?");
  return { ...input, request: packageFile("examples/request.http"), provider: "10x" };
};

type ProfileInput = Omit<Parameters<typeof profileFor>[1], "provider">;

/** The profile with this id. @throws HookproofError `unsupported` if its signature is not documented */
const documented = async (context: Context, input: ProfileInput, provider: string): Promise<Profile> => {
  const profile = await profileFor(context, { ...input, provider });
  documentedSchemes(profile);
  return profile;
};

/**
 * The profile of the provider recorded in the capture, or else the project's; undefined for `auto`.
 * @throws as `documented`
 */
const defaultProfile = async (
  context: Context,
  input: ProfileInput,
  recorded: string | undefined,
): Promise<Profile | undefined> => {
  const { provider, providers } = await context.config();
  const builtIn = recorded === undefined ? undefined : builtInProfile(recorded);
  const known = [...providers, builtIn].find((one) => one?.id === recorded);
  const id = known !== undefined && isDocumented(known) ? known.id : provider;
  if (id !== undefined && id !== "auto") return documented(context, input, id);
  if (input.signatureHeader === undefined && input.signatureForm === undefined) return undefined;
  throw new HookproofError("usage", "--signature-header and --signature-form need -p", { hint: "add -p apex" });
};

const isDocumented = (profile: Profile): boolean => schemesOf(profile) !== undefined;

/** What to verify a request with: secrets, and public keys for platforms that sign with a private key. */
const secretsFor = async (
  context: Context,
  input: KeyInput & { readonly secret: readonly string[]; readonly example: boolean },
  request: WebhookRequest,
  profile: Profile | undefined,
): Promise<Pick<VerifyOptions, "keys" | "keyProblem"> & { readonly secrets: readonly Secret[] }> => {
  if (input.example) return { secrets: [new Secret("example", exampleSecret)] };
  const { forRequest } = await platformKeys(context, input);
  const { keys, problem } = await forRequest(request, profile);
  if (profile === undefined && keys.length === 0)
    return { secrets: await anySecrets(context, input.secret), keyProblem: problem };
  if (profile !== undefined && keys.length === 0 && problem === undefined)
    return { secrets: await context.needSecrets(input.secret, profile) };
  return { secrets: [...keys, ...(await context.secrets(input.secret, profile))], keys, keyProblem: problem };
};

/** For `-p auto`: the given secrets, or else all stored ones. @throws HookproofError `secret-missing` */
const anySecrets = async (context: Context, refs: readonly string[]): Promise<readonly Secret[]> => {
  const given = await context.secrets(refs, undefined);
  const secrets = given.length > 0 ? given : await context.store.all();
  if (secrets.length > 0) return secrets;
  if (context.interactive) return [await context.askSecret("webhooks")];
  throw new HookproofError("secret-missing", "missing secret", {
    hint: "add --secret env:NAME, set HOOKPROOF_SECRET, or run: hookproof secret set NAME",
  });
};
