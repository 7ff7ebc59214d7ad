import type { Dlq } from "../dlq/dlq.ts";
import type { Profile } from "../providers/profile.ts";
import type { Secret } from "../values/secret.ts";
import { attemptsOfLog, mergeAttempts } from "./attempts.ts";
import type { Findings } from "./bundle/make.ts";
import type { Deploy, Window } from "./deploys.ts";
import { diagnose } from "./diagnosis.ts";
import type { VerdictOf } from "./diagnosis.ts";
import { gather } from "./gather.ts";
import type { SourceFile } from "./gather.ts";
import { failureTime, receiverOf } from "./items.ts";
import { selectLines, maxLines } from "./logs/select.ts";
import type { Case, ChangeEvidence, LogEvidence } from "./types.ts";

export interface Investigation {
  readonly facts: Case;
  readonly files: readonly SourceFile[];
  readonly queues: readonly Dlq[];
  /** All known platforms, to recognize deliveries of other ones. */
  readonly profiles: readonly Profile[];
  /** Paths of logs, with the names to show. */
  readonly logs: readonly { readonly path: string; readonly displayName: string }[];
  readonly changes: { readonly source: string; readonly list: (window: Window) => Promise<readonly Deploy[]> } | null;
  readonly probe: ((url: string) => Promise<Findings["probe"]>) | null;
  readonly secrets: readonly Secret[];
  readonly verdictOf: VerdictOf;
  readonly salt: Buffer;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly signal: AbortSignal;
  /** The maximum size of a log, in bytes. */
  readonly logLimit: number;
  readonly skipped: Findings["skipped"];
}

/** How long before and after the failure to look for changes. */
const changesBefore = 7 * 86_400_000;
const changesAfter = 3_600_000;
const logWindow = 5_000;
/** A failure time given by a user is only approximate. */
const givenWindow = 60_000;

/** Collects everything the sources contain about one event. Nothing is masked yet. */
export const investigate = async (input: Investigation): Promise<Findings> => {
  const { facts } = input;
  const gathered = await gather(facts.eventId, facts.profile, input.files, input.queues, input.profiles);
  const receiver = receiverOf(facts, gathered);
  const times = [...gathered.attempts.map(({ at }) => at), ...(facts.failedAt === null ? [] : [facts.failedAt])];
  const log = await readLogs(input, receiver?.path ?? null, receiver?.hostname ?? null, times);
  const logged = attemptsOfLog(log?.lines ?? [], facts.profile, gathered.attempts);
  const attempts = mergeAttempts([...gathered.attempts, ...logged]);
  const skipped = [...input.skipped];
  const judged = await diagnose(gathered, facts.profile, input.secrets, input.salt, input.verdictOf);
  if ("unjudged" in judged) skipped.push({ what: "signature verdict", why: judged.unjudged });
  if (input.probe !== null && receiver === null)
    skipped.push({ what: "probe", why: "the receiver's URL is unknown: pass --url" });
  return {
    facts,
    gathered,
    attempts,
    receiver,
    log,
    changes: await readChanges(input, failureTime(facts, attempts) ?? attempts.at(-1)?.at ?? input.now),
    diagnosis: "unjudged" in judged ? null : judged,
    probe: input.probe === null || receiver === null ? null : await input.probe(receiver.url),
    skipped,
  };
};

const readLogs = async (
  input: Investigation,
  path: string | null,
  hostname: string | null,
  times: readonly number[],
): Promise<LogEvidence | null> => {
  if (input.logs.length === 0) return null;
  const lines = [];
  let linesRead = 0;
  let naming = 0;
  let unknown: string | null = null;
  let cut = false;
  for (const { path: file, displayName } of input.logs) {
    const query = {
      eventId: input.facts.eventId,
      path,
      hostname,
      times,
      windowMs: input.facts.failedAt === null ? logWindow : givenWindow,
    };
    const found = await selectLines(file, displayName, query, input.signal, input.logLimit);
    lines.push(...found.lines);
    linesRead += found.linesRead;
    naming += found.naming;
    if (found.unknown !== null) unknown ??= `${displayName} line ${found.unknown}`;
    cut ||= found.cut;
  }
  return {
    lines: lines.slice(0, maxLines),
    files: input.logs.map(({ displayName }) => displayName),
    linesRead,
    naming,
    unknown,
    cut: cut || lines.length > maxLines,
  };
};

const readChanges = async ({ changes }: Investigation, at: number): Promise<ChangeEvidence | null> => {
  if (changes === null) return null;
  const window = { since: at - changesBefore, until: at + changesAfter };
  return { deploys: await changes.list(window), source: changes.source, ...window };
};
