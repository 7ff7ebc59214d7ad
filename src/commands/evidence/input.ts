import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { Dlq } from "../../dlq/dlq.ts";
import { fileName } from "../../dlq/file/path.ts";
import type { Bundle, Findings } from "../../evidence/bundle/make.ts";
import type { SourceFile } from "../../evidence/gather.ts";
import type { Investigation } from "../../evidence/investigate.ts";
import { HookproofError } from "../../errors.ts";
import { schemesOf } from "../../providers/profile.ts";
import { eventOfEntry, isEntryId, providerOfEntry } from "../../evidence/entry-event.ts";
import type { Profile } from "../../providers/profile.ts";
import { hasPublishedKeys } from "../../signature/published-keys.ts";
import type { Secret } from "../../values/secret.ts";
import type { Context } from "../../cli/context.ts";
import { rotatedOf } from "../../storage/rotated.ts";
import { platformKeys } from "../shared/keys.ts";
import { networkFor } from "../shared/network.ts";
import { endpointWithUser } from "../../values/endpoint.ts";
import type { EvidenceInput } from "./command.ts";
import { version } from "../../cli/version.ts";

interface Collected {
  readonly bundle: Bundle;
  /** Absolute path; undefined for a dry run. */
  readonly output: string | undefined;
  /** The path as typed. */
  readonly displayName: string;
  readonly dryRun: boolean;
  /** Whether any existing file may be replaced, or only one of this version. */
  readonly overwrite: boolean | string;
}

/**
 * Collects evidence for a command line, up to the finished archive in memory.
 * @throws HookproofError `usage`, `output-exists`, `input-unreadable`, `redaction-failed`
 */
export const collectEvidence = async (context: Context, input: EvidenceInput): Promise<Collected> => {
  if (input.output === undefined && !input.dryRun)
    throw new HookproofError("usage", "missing output file", { hint: "add -o case.zip, or --dry-run" });
  if (input.event.trim() === "") throw new HookproofError("usage", "the event id is empty");
  const output = input.output === undefined || input.dryRun ? undefined : context.path(input.output);
  const [{ versionOf }, { investigate }, { makeBundle }] = await Promise.all([
    import("../../evidence/bundle/archive.ts"),
    import("../../evidence/investigate.ts"),
    import("../../evidence/bundle/make.ts"),
  ]);
  const replaced = output === undefined || input.force ? undefined : await versionOf(output, input.output ?? "");
  // Reject an existing file before doing any work.
  const earlier = replaced === undefined ? undefined : await incompleteBundle(context, input.output ?? "");
  const profile = await context.profile(input.provider ?? (await recordedProvider(context, input)));
  const { readRulesFile, withKept } = await import("../../evidence/redact/rules-file.ts");
  const rules =
    input.rules === undefined
      ? undefined
      : await readRulesFile((await context.readInput(input.rules, "settings")).toString("utf8"), input.rules);
  const keys = await platformKeys(context, input);
  const own = [...keys.given, ...(await context.secrets(input.secret, profile))];
  if (own.length === 0 && schemesOf(profile) !== undefined && !hasPublishedKeys(profile))
    context.warn(`no secret for ${profile.id}: the signature cannot be verified (--secret)`);
  const secrets = distinct([...own, ...(await context.otherSecrets())]);
  const { endpoint } = await context.config();
  const { diagnose } = await import("../../diagnosis/diagnose.ts");
  const { files, queues, skipped } = await sources(context, input.from, profile);
  const progress = context.progress("gathering evidence");
  try {
    const eventId = isEntryId(input.event)
      ? await eventOf(context, input.event, profile, { files, queues })
      : input.event;
    if (earlier !== undefined && earlier !== eventId) throw notReplaced(input.output ?? "");
    const salt = context.randomBytes(16);
    const findings = await investigate({
      facts: {
        profile,
        eventId,
        handle: input.handle ?? null,
        subscription: input.subscription ?? null,
        url: input.url ?? null,
        endpoint: endpoint === undefined ? null : endpointWithUser(endpoint).url,
        failedAt: input.failedAt ?? null,
        caseId: input.caseId ?? null,
        note: input.note ?? null,
      },
      files,
      queues,
      profiles: await context.profiles(),
      logs: input.receiverLog.map((path) => ({ path: context.path(path), displayName: basename(path) })),
      changes: changesFrom(context, input.deploys),
      probe: input.probe ? prober(context, input, profile) : null,
      secrets: own,
      verdictOf: async (request, of, known, { at, sent }) => {
        const { keys: published, problem: keyProblem } = await keys.forRequest(request, of);
        return diagnose(request, of, distinct([...published, ...known]), {
          keys: published,
          keyProblem,
          at: at === 0 ? context.now() : at,
          otherSecrets: secrets.filter((secret) => !own.includes(secret)),
          now: () => performance.now(),
          budget: { ms: 5000 },
          ...(sent === undefined ? {} : { sent }),
          ...(input.url === undefined ? {} : { url: input.url }),
        });
      },
      salt,
      now: context.now(),
      // Nothing is written before the end, so a signal may simply kill the process.
      signal: new AbortController().signal,
      logLimit: context.inputLimit("log"),
      skipped,
    });
    const bundle = await makeBundle(findings, {
      version,
      now: context.now(),
      randomBytes: context.randomBytes,
      salt,
      secrets,
      bodyMode: input.body,
      rules: withKept(rules, input.keep),
      environment: {
        hookproof: version,
        node: process.version,
        platform: process.platform,
        architecture: process.arch,
      },
      insecure: input.insecure,
    });
    return {
      bundle,
      output,
      displayName: input.output ?? "",
      dryRun: input.dryRun,
      overwrite: input.force || (replaced ?? false),
    };
  } finally {
    progress.stop();
    for (const queue of queues) await queue.close();
  }
};

/**
 * The event of the incomplete bundle at this path. Rerunning the command with the missing parts may replace such a
 * bundle.
 * @throws HookproofError `output-exists` for any other file
 */
const incompleteBundle = async (context: Context, shown: string): Promise<string> => {
  try {
    const { verifyBundle } = await import("../../evidence/bundle/verify.ts");
    const { bundleAt } = await import("./bundle-input.ts");
    const { intact, complete, eventId } = await verifyBundle(await bundleAt(context, shown), undefined);
    if (intact && !complete) return eventId;
  } catch (error) {
    if (!(error instanceof HookproofError)) throw error;
  }
  throw notReplaced(shown);
};

const notReplaced = (shown: string): HookproofError =>
  new HookproofError("output-exists", `${shown} already exists, and is not an incomplete bundle of this event`, {
    hint: "choose another name with -o, or overwrite it with --force",
  });

/** Resolves a DLQ entry id, which `send` and `dlq list` show first, to its event. @throws HookproofError `usage` */
const eventOf = async (
  context: Context,
  id: string,
  profile: Profile,
  { files, queues }: Pick<Sources, "files" | "queues">,
): Promise<string> => {
  const eventId = await eventOfEntry(id, profile, files, queues);
  if (eventId === undefined) {
    throw new HookproofError("usage", `no source has an entry '${id}'`, {
      hint: "pass the event's id, or --from with the DLQ that has the entry",
    });
  }
  context.note(`${id} is of event ${eventId}`);
  return eventId;
};

/** The platform of the DLQ entry that `--event` names, where a file records it. */
const recordedProvider = async (context: Context, { event, from }: EvidenceInput): Promise<string | undefined> => {
  if (!isEntryId(event)) return undefined;
  const given = from.filter((one) => !isQueue(one)).map((one) => one.replace(/^file:(?:\/\/)?/, ""));
  const own = join(context.folders.data, "dlq.ndjson");
  for (const path of from.length > 0 ? given : existsSync(own) ? [own] : []) {
    const provider = providerOfEntry(event, await context.readInput(path));
    if (provider !== undefined) return provider;
  }
  return undefined;
};

/** Removes duplicates, because a secret may be both given and stored. */
const distinct = (secrets: readonly Secret[]): readonly Secret[] => [
  ...new Map(secrets.map((secret) => [secret.fingerprint, secret])).values(),
];

interface Sources {
  readonly files: readonly SourceFile[];
  readonly queues: readonly Dlq[];
  readonly skipped: Findings["skipped"];
}

const isQueue = (from: string): boolean => !fileName.test(from);

/** The sources named by `--from`: files or queues; by default the user's own files. */
const sources = async (context: Context, given: readonly string[], profile: Profile): Promise<Sources> => {
  const files: SourceFile[] = [];
  if (given.length > 0) {
    for (const from of given) {
      if (isQueue(from)) continue;
      const path = from.replace(/^file:(?:\/\/)?/, "");
      files.push({ name: basename(path), bytes: await context.readInput(path) });
    }
    // Opened last: an open queue keeps the process alive.
    return { files, queues: await openQueues(context, given.filter(isQueue), profile), skipped: [] };
  }
  const skipped: { what: string; why: string }[] = [];
  for (const name of ["captures.ndjson", "deliveries.ndjson", "dlq.ndjson"]) {
    const path = join(context.folders.data, name);
    if (existsSync(path) || rotatedOf(path).length > 0) files.push({ name, bytes: await context.readInput(path) });
    else skipped.push({ what: name, why: "there is no such file in your data folder" });
  }
  return { files, queues: [], skipped };
};

const openQueues = async (context: Context, specs: readonly string[], profile: Profile): Promise<readonly Dlq[]> => {
  const queues: Dlq[] = [];
  const { openQueue } = await import("../shared/open-queue.ts");
  try {
    for (const from of specs) queues.push(await openQueue(context, { dlq: from, provider: profile.id }));
    return queues;
  } catch (error) {
    for (const queue of queues) await queue.close();
    throw error;
  }
};

const changesFrom = (context: Context, deploys: string | undefined): Investigation["changes"] => {
  if (deploys === undefined) return null;
  return {
    source: deploys === "git" ? "git log" : basename(deploys),
    list: async (window) => {
      const { gitDeploys, readDeploys } = await import("../../evidence/deploys.ts");
      return deploys === "git"
        ? gitDeploys(context.cwd, window, context.env)
        : readDeploys((await context.readInput(deploys, "settings")).toString("utf8"), deploys, window);
    },
  };
};

const prober =
  (context: Context, input: EvidenceInput, profile: Profile): NonNullable<Investigation["probe"]> =>
  async (url) => {
    const [{ probe }, { findingsOf }] = await Promise.all([
      import("../../doctor/probe.ts"),
      import("../../doctor/findings.ts"),
    ]);
    const target = URL.parse(url);
    if (target === null) return null;
    const facts = await probe(target, {
      timeoutMs: 10_000,
      signal: context.signal,
      now: context.now,
      connection: await networkFor(context, input),
    });
    return { facts, findings: findingsOf(facts, { profiles: [profile], local: false, now: context.now() }) };
  };
