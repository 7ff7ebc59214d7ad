import { renameSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { HookproofError, fileError } from "../../errors.ts";
import { openJournal } from "../../storage/journal.ts";
import type { TransportOptions } from "../../http/client.ts";
import { makeCertificate } from "../../http/certificate.ts";
import { proxyFor } from "../../http/proxy.ts";
import type { Certificate } from "../../http/certificate.ts";
import { challengeResponder } from "../../listener/challenges.ts";
import type { Candidate } from "../../listener/inspect.ts";
import type { ListenOptions } from "../../listener/listen.ts";
import { withFiles } from "../../listener/respond.ts";
import { parseRoute } from "../../listener/routes.ts";
import type { Route, RouteText } from "../../listener/routes.ts";
import { isLoopback, parseTarget, resolveTarget } from "../../listener/target.ts";
import type { ForwardTarget } from "../../listener/target.ts";
import type { CaptureSink } from "../../listener/capture-writer.ts";
import type { Context } from "../../cli/context.ts";
import { wantsInspector } from "../shared/inspector.ts";
import { networkFor } from "../shared/network.ts";
import { warnUnknown } from "../shared/payload.ts";
import { platformKeys } from "../shared/keys.ts";
import { schemeWords, secretWords } from "../shared/command-words.ts";
import { profileFor } from "../shared/profile-input.ts";
import { hasPublishedKeys } from "../../signature/published-keys.ts";
import type { Purpose } from "../../storage/trusted-hosts.ts";
import { needTrust, purposeOf } from "../shared/trust.ts";
import { verifyTokenOf } from "../shared/verify-token.ts";
import type { HeaderPair } from "../../request/request.ts";
import type { ListenInput } from "./command.ts";
import { maskedUrl } from "../../values/masked-url.ts";
import { scriptOf } from "./values.ts";

const maxResponse = 64 * 1024 * 1024;
/** The limits of the search for one cause. They are low because under load many requests wait for theirs. */
const searchLimits = {
  budget: { ms: 200, bytes: 100_000_000, tries: 30_000 },
  idle: { afterMs: 3000, budget: { ms: 1000, bytes: 400_000_000, tries: 120_000 } },
  deadlineMs: 3000,
  waiting: 20,
  waitingBytes: 64 * 1024 * 1024,
} as const;
const commandLimits = { timeoutMs: 30_000, parallel: 4, waiting: 1000 } as const;

/**
 * The listener's options, from the command line, the project file and the user's folders. All input is checked before
 * anything is opened or created.
 * @throws HookproofError
 */
export const listenOptions = async (context: Context, input: ListenInput): Promise<ListenOptions> => {
  const keys = await platformKeys(context, input);
  const found = await candidatesFor(context, input);
  const { auto } = found;
  const candidates = found.candidates.map((one) => ({ ...one, secrets: [...keys.given, ...one.secrets] }));
  const routeTexts = await routesOf(context, input, await forwardPurpose(context, input, auto, candidates));
  const [{ profile }] = auto ? [{ profile: undefined }] : [...candidates, { profile: undefined }];
  if (profile !== undefined) for (const type of input.events ?? []) warnUnknown(context, profile, type);
  const routes = await resolvedRoutes(context, input, routeTexts);
  const origin = input.url === undefined ? undefined : originOf(input.url);
  const capture =
    input.capture === undefined ? join(context.folders.data, "captures.ndjson") : context.path(input.capture);
  const certificate = input.tls
    ? await makeCertificate(
        input.host,
        join(context.folders.state, `listen-${input.port || context.processInfo.pid}.pem`),
        context.now(),
      )
    : undefined;
  const readyFile = input.readyFile === undefined ? undefined : context.path(input.readyFile);
  // A file from an earlier run would signal too early that the listener is ready.
  if (readyFile !== undefined) await rm(readyFile, { force: true });
  const script = await withFiles((input.respond ?? plain).script, (file) => context.readInput(file, "settings"));
  const wanted = input.count ?? (input.until === undefined ? undefined : 1);
  const { SearchThread } = await import("../../listener/search-thread.ts");
  const [profiles, otherSecrets] = [await context.profiles(), await context.otherSecrets()];
  const secrets = [...new Set(candidates.flatMap((one) => one.secrets.map((secret) => secret.label)))];
  const isKeyed = !auto && candidates.some(({ profile }) => hasPublishedKeys(profile));
  if (secrets.length === 0 && !isKeyed) context.warn(noSecret(auto, candidates));
  return {
    host: input.host,
    port: input.port,
    path: input.path,
    maxBody: input.maxBody.bytes,
    now: context.now,
    clock: () => performance.now(),
    random: () => context.randomBytes(4).readUInt32BE() / 2 ** 32,
    runId: context.randomBytes(4).toString("hex"),
    signal: context.signal,
    drainMs: input.forwardTimeout.ms,
    verifyWords: verifyWords(input),
    ...(context.forceSignal === undefined ? {} : { forceSignal: context.forceSignal }),
    silent: input.silent,
    script,
    causes: new SearchThread({ ...searchLimits, candidates, profiles, otherSecrets }),
    inspect: {
      auto,
      candidates,
      keysFor: (request, profile) => keys.forRequest(request, auto ? undefined : profile),
      secure: input.tls,
      ...(origin === undefined ? {} : { publicOrigin: origin }),
      ...(input.tolerance === undefined ? {} : { toleranceMs: input.tolerance }),
      ...(input.scheme === undefined ? {} : { scheme: input.scheme }),
    },
    openSink: ({ onReopened, onRotated, onRotateFailed: onFailed }) =>
      sinkTo(context, capture, {
        fsync: input.fsync,
        onReopened,
        places: wantsInspector(input),
        ...(input.rotate === undefined ? {} : { rotate: { bytes: input.rotate, onRotated, onFailed } }),
      }),
    ready: {
      provider: auto ? "auto" : (candidates[0]?.profile.id ?? "auto"),
      secrets,
      capture,
      respond: (input.respond ?? plain).text,
      forwardTo: routes[0]?.target.url ?? null,
      routes: routes.map(({ target, condition }) => ({ url: target.url, condition })),
      tls: certificate === undefined ? null : { certificate: certificate.file, fingerprint: certificate.fingerprint },
      insecure: input.insecure,
    },
    ...(certificate === undefined ? {} : { tls: tlsOf(certificate) }),
    ignores: (method, path) => input.ignore.some((ignores) => ignores(method, path)),
    ...(input.until === undefined ? {} : { matches: input.until.match }),
    ...(readyFile === undefined ? {} : { onReady: (url: string) => writeReady(readyFile, url) }),
    ...(wanted === undefined ? {} : { wanted }),
    ...(input.timeout === undefined ? {} : { timeoutMs: input.timeout }),
    ...(input.events === undefined ? {} : { events: new Set(input.events) }),
    ...(input.noChallenge
      ? {}
      : { challenges: challengeResponder(candidates, auto, await verifyTokenOf(context, input.verifyToken)) }),
    routes,
    ...(input.onVerified === undefined
      ? {}
      : {
          command: {
            ...commandLimits,
            line: input.onVerified,
            env: context.env,
            cwd: context.cwd,
            kill: (group: number) => process.kill(group, "SIGKILL"),
          },
        }),
  };
};

/** The response if none is configured. */
const plain = scriptOf("200");

/** What is forwarded: the secret itself if the chosen platform, or one that the user has set up, sends it. */
const forwardPurpose = async (
  context: Context,
  input: ListenInput,
  auto: boolean,
  candidates: readonly Candidate[],
): Promise<Purpose> => {
  const own = new Set((await context.config()).providers);
  const isSetUp = ({ profile, secrets }: Candidate): boolean =>
    !auto || own.has(profile) || (input.secret.length === 0 && secrets.length > 0);
  return candidates.some((one) => isSetUp(one) && purposeOf(one.profile) === "token") ? "token" : "deliveries";
};

/**
 * The routes from the command line, or else those of the project file if its hosts are trusted.
 * @throws HookproofError `usage`, `confirmation-needed`
 */
const routesOf = async (context: Context, input: ListenInput, purpose: Purpose): Promise<readonly RouteText[]> => {
  const given = input.forwardTo.map(parseRoute);
  const isProject = given.length === 0 && input.respond === undefined;
  const routes = isProject ? (await context.config()).forward.map(parseRoute) : given;
  if (isProject && routes.length > 0) {
    for (const { target } of routes) await needTrust(context, parseTarget(target).url.href, purpose, input);
  }
  // With --events, the script responds to all other requests.
  if (input.respond !== undefined && input.events === undefined && routes.some(({ condition }) => condition === null)) {
    throw new HookproofError("usage", "--respond and --forward-to cannot be combined", {
      hint: "with --forward-to, the target's response is returned to the sender",
    });
  }
  if (routes.length === 0 && (input.header.length > 0 || input.hostHeader !== undefined)) {
    throw new HookproofError("usage", "-H and --host-header apply to forwarded requests, and nothing is forwarded", {
      hint: "add --forward-to, or set response headers with --respond '200;name=value'",
    });
  }
  return routes;
};

const resolvedRoutes = async (
  context: Context,
  input: ListenInput,
  texts: readonly RouteText[],
): Promise<readonly Route[]> => {
  if (texts.length === 0) return [];
  const network = await networkFor(context, input);
  const headers: readonly HeaderPair[] =
    input.hostHeader === undefined ? input.header : [...input.header, ["Host", input.hostHeader]];
  const routes: Route[] = [];
  for (const { target: text, condition, takes } of texts) {
    const { target, connection } = await upstreamOf(input, network, text);
    if (isListener(target, input))
      throw new HookproofError("usage", `--forward-to ${target.url} is this listener itself`, {
        hint: "listen on another port: --port 0 picks a free one",
      });
    const options = { timeoutMs: input.forwardTimeout.ms, maxResponse, connection, headers };
    routes.push({ target, condition, takes, options });
  }
  return routes;
};

/**
 * Whether a target is the port that the listener binds: each request would be forwarded in a circle. */
const isListener = ({ port, addresses }: ForwardTarget, input: ListenInput): boolean => {
  const everywhere = ["0.0.0.0", "::", "localhost"].includes(input.host);
  return (
    input.port !== 0 &&
    port === input.port &&
    addresses.some(({ address }) => address === input.host || (everywhere && isLoopback(address)))
  );
};

/** The upstream and how to connect to it. With a proxy, the proxy resolves the name, and requests leave this machine.
 */
const upstreamOf = async (
  input: ListenInput,
  { proxies, ...direct }: TransportOptions,
  text: string,
): Promise<{ readonly target: ForwardTarget; readonly connection: TransportOptions }> => {
  const connection = { ...direct, insecure: input.insecure };
  if (!input.forwardAnywhere) {
    if (input.proxy === undefined) return { target: await resolveTarget(text, false), connection };
    throw new HookproofError("usage", "--proxy leaves this machine", {
      hint: "add --forward-anywhere to allow it",
    });
  }
  const isProxied =
    proxies !== undefined &&
    parseTarget(text).unixSocket === null &&
    proxyFor(parseTarget(text).url, proxies) !== undefined;
  return isProxied
    ? { target: await resolveTarget(text, true, async () => []), connection: { ...connection, proxies } }
    : { target: await resolveTarget(text, true), connection };
};

type CandidateInput = Pick<
  ListenInput,
  "provider" | "secret" | "scheme" | "signatureHeader" | "signatureForm" | "tolerance"
>;

/** The platforms that requests may come from, with their secrets. @throws HookproofError */
export const candidatesFor = async (
  context: Context,
  input: CandidateInput,
): Promise<{ readonly auto: boolean; readonly candidates: readonly Candidate[] }> => {
  const wanted = input.provider ?? (context.env["HOOKPROOF_PROVIDER"] || (await context.config()).provider) ?? "auto";
  if (wanted !== "auto") {
    const profile = await profileFor(context, { ...input, provider: wanted }).catch((error: unknown) => {
      throw /^\d{2,5}$/.test(wanted) && error instanceof HookproofError && error.code === "unknown-provider"
        ? new HookproofError(error.code, error.message, {
            hint: `-p names the platform; for the port: --port ${wanted}`,
          })
        : error;
    });
    return { auto: false, candidates: [{ profile, secrets: await context.secrets(input.secret, profile) }] };
  }
  if (input.signatureHeader !== undefined || input.signatureForm !== undefined) {
    throw new HookproofError("usage", "--signature-header and --signature-form need -p", { hint: "add -p apex" });
  }
  const candidates: Candidate[] = [];
  for (const profile of await context.profiles()) {
    candidates.push({ profile, secrets: await context.secrets(input.secret, profile) });
  }
  return { auto: true, candidates };
};

const originOf = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new HookproofError("usage", `--url '${maskedUrl(text)}' is not an http or https URL`, {
      hint: "write --url https://abc.example",
    });
  }
  return url.origin;
};

const noSecret = (auto: boolean, candidates: readonly Candidate[]): string => {
  const id = auto ? undefined : candidates[0]?.profile.id;
  return `no secret given${id === undefined ? "" : ` for ${id}`}: signatures are not verified (--secret env:NAME)`;
};

const sinkTo = (context: Context, path: string, options: Parameters<typeof openJournal>[1]): CaptureSink => {
  const journal = openJournal(path, options);
  if (journal.torn) context.warn(`${path}: its last line was cut off by a crash and is left as it is`);
  return journal;
};

/** The options that a suggested `verify` must repeat, as `verify` names them. */
export const verifyWords = (
  input: Pick<ListenInput, "secret" | "publicKey" | "offline" | "scheme" | "signatureHeader" | "signatureForm">,
): readonly string[] => [
  ...secretWords(input.secret),
  ...input.publicKey.flatMap((from) => ["--public-key", from]),
  ...(input.offline ? ["--offline"] : []),
  ...schemeWords(input),
];

/**
 * Writes the file atomically, because a script that waits for it reads it as soon as it exists.
 * @throws HookproofError
 */
const writeReady = (path: string, url: string): void => {
  try {
    writeFileSync(`${path}.new`, `${url}\n`);
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw fileError(error, "write", path);
  }
};

const tlsOf = ({ key, cert }: Certificate): { readonly key: string; readonly cert: string } => ({ key, cert });
