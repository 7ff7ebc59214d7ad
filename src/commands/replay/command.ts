import { createTransport } from "../../http/client.ts";
import type { Dlq, DlqEntry, DlqFilter } from "../../dlq/dlq.ts";
import { isNarrow } from "../../dlq/filter.ts";
import { HookproofError } from "../../errors.ts";
import { replay, skipReason } from "../../replay/replay.ts";
import type { ReplayResults, ReplaySummary, Signer, Unsendable } from "../../replay/replay.ts";
import { stream } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { dlqInputs, filterOf, warnProblems } from "../shared/dlq-inputs.ts";
import { Exit } from "../../cli/exit.ts";
import { delivering } from "../shared/delivery-inputs.ts";
import { asText, flag, grouped, option, optionOr, restArgument } from "../../cli/inputs.ts";
import { shared } from "../shared/inputs.ts";
import { privateKeyInputs } from "../shared/keys.ts";
import { choice, hostName, wholeNumber } from "../../cli/value-parsers.ts";
import { formatDuration } from "../../values/duration.ts";
import { destinationFor } from "./destination.ts";
import type { Destination } from "./destination.ts";
import { sourceOf } from "./source.ts";
import { fileName } from "../../dlq/file/path.ts";
import { openExisting } from "../shared/open-queue.ts";
import { namedEntries, reportHeld } from "./named.ts";
import { replayProgress } from "./progress.ts";
import { confirmed } from "./safety.ts";
import { replayView } from "./view.ts";
import type { PlannedEvent } from "./view.ts";
import { signerFor } from "./signers.ts";
import { authorizationTo, basicInput } from "../shared/basic.ts";
import { connectionFor, connectionInputs, defaultEndpoint } from "../shared/targets.ts";

const share = (text: string): number => {
  const [, percent] = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text) ?? [];
  const value = percent === undefined ? Number.NaN : Number(percent) / 100;
  if (!(value > 0 && value <= 1))
    throw new HookproofError("usage", `'${text}' is not a percentage`, { hint: "write 20%" });
  return value;
};

const destinations =
  "a URL, localhost:3000/hooks or 3000 (without a path, each event keeps its own); 'recorded' for the endpoint where each event failed; 'source' for the queue it came from";

/**
 * A replay may send many events at once, perhaps another project's too, so --to must be typed even if the project has
 * an endpoint.
 * @throws HookproofError `usage`
 */
const missingTo = async (context: Context, input: MissingToInput): Promise<never> => {
  const endpoint = await defaultEndpoint(context);
  const recorded = await recordedPlaces(context, input);
  const [place] = recorded;
  const isElsewhere = recorded.some((url) => url !== endpoint);
  const project =
    endpoint === undefined ? `add --to <url> (${destinations})` : `add --to ${endpoint} (this project's endpoint)`;
  throw new HookproofError("usage", "required option '--to <url>' not specified", {
    hint:
      place !== undefined && isElsewhere
        ? `add --to recorded (where each event failed: ${recorded.length === 1 ? place : `${place} and others`}), or --to <url>`
        : project,
  });
};

type MissingToInput = Parameters<typeof filterOf>[1] & {
  readonly captures: string | undefined;
  readonly ids: readonly string[];
};

/** Where the events of a queue file failed, without queries: no other queue is opened, and listing some has effects. */
const recordedPlaces = async (context: Context, input: MissingToInput): Promise<readonly string[]> => {
  if (input.captures !== undefined || (input.dlq !== undefined && !fileName.test(input.dlq))) return [];
  const dlq = await openExisting(context, input).catch(() => undefined);
  if (dlq === undefined) return [];
  try {
    const filter = { ...(await filterOf(context, input, input.ids)), orNoProvider: true };
    const urls: URL[] = [];
    for await (const { url } of dlq.list(filter, 100)) {
      const parsed = URL.parse(url ?? "");
      if (parsed !== null) urls.push(parsed);
    }
    return [...new Set(urls.map(({ origin, pathname }) => origin + pathname))];
  } finally {
    await dlq.close();
  }
};

/** `hookproof replay`: sends the events of a dead-letter queue again. */
export default stream({
  summary: "Send the events of the dead-letter queue again",
  unread: Exit.no,
  details:
    "Re-signs each event, keeps its body bytes and id, and continues its attempt count. An event leaves the queue only after its 2xx. If interrupted, rerun the command to continue.",
  inputs: {
    ids: restArgument("[ids...]", "only these entry or event ids", { completes: "dlq-id" }),
    ...grouped("Delivery", {
      to: option("--to <url>", destinations),
    }),
    secret: shared.secret,
    ...privateKeyInputs,
    ...grouped("Provider and secret", {
      provider: option(
        "-p, --provider <id>",
        "only events of this provider, and events that name no provider, which are treated as this provider's",
        asText,
        { completes: "provider" },
      ),
    }),
    scheme: shared.scheme,
    ...dlqInputs,
    ...grouped("Event selection", {
      captures: option("--captures <file>", "replay what `listen` captured instead of a queue", asText, {
        conflicts: ["dlq"],
      }),
      failed: flag("--failed", "with --captures: only events whose last response was not a 2xx"),
      force: flag("--force", "also send entries that do not look like webhooks"),
      maxReplays: optionOr(
        "--max-replays <n>",
        "skip events that have failed this many replays",
        10,
        wholeNumber(1, 1_000_000),
      ),
      limit: option("--limit <n>", "at most this many events", wholeNumber(1)),
      keep: flag("--keep", "leave delivered events in the queue"),
    }),
    retry: delivering.retry,
    speed: delivering.speed,
    concurrency: delivering.concurrency,
    rate: delivering.rate,
    timeout: delivering.timeout,
    ...grouped("Delivery", {
      signature: optionOr(
        "--signature <mode>",
        "resign: sign again with the current secret; keep: send the stored headers",
        "resign",
        choice("resign", "keep"),
      ),
      stopAtFailures: option(
        "--stop-at-failures <share>",
        "stop once this share of the results has failed, such as 20%, after at least 20 results",
        share,
      ),
      dryRun: flag("--dry-run", "show what would be sent, send nothing"),
      yes: flag("-y, --yes", "do not ask before sending to another machine"),
    }),
    header: shared.header,
    ...grouped("Payload and headers", {
      messageHeaders: flag("--message-headers", "also send the broker message's own fields as headers"),
      hostHeader: option("--host-header <host>", "send this Host header", hostName),
    }),
    ...basicInput,
    ...connectionInputs,
  },
  examples: [
    "hookproof replay --to localhost:3000/hooks --secret env:WEBHOOK_SECRET",
    "hookproof replay --to https://api.example.com/hooks --type link.clicked --since 2h --rate 50/s --yes",
    "hookproof replay --dlq redis://localhost/0?stream=dlq --to recorded --status 5xx --dry-run",
    "hookproof replay --captures captures.ndjson --failed --to 3000 --signature keep",
  ],
  view: replayView,
  jsonLines: (event: ReplayResults | ReplaySummary | PlannedEvent) => {
    if (event.type === "summary") return [event];
    return event.type === "planned" ? [lineOf(event)] : event.results;
  },
  async *run(context, given) {
    const input = { ...given, to: given.to ?? (await missingTo(context, given)) };
    const to = destinationFor(input.to);
    if (to.of === "source") refuseWithSource(input);
    const filter = { ...(await filterOf(context, input, input.ids)), orNoProvider: true };
    const transport = createTransport({
      ...(await connectionFor(context, input)),
      ...(await authorizationTo(context, input.to, input)),
      keepAlive: true,
    });
    const dlq = await sourceOf(context, input);
    try {
      const named = input.ids.length === 0 ? undefined : await namedEntries(context, dlq, input, filter, input.ids);
      if (input.dryRun) {
        yield* plan(context, dlq, filter, to, input);
        return Exit.yes;
      }
      const matching = named?.length ?? (await countOf(dlq, filter));
      const total = Math.min(matching, input.limit ?? matching);
      await confirmed(context, total, () => to.endpoints(dlq, filter, total), input);
      const unreported = new Set(named?.map(({ id }) => id));
      const results = replay({
        dlq,
        filter,
        to: to.of,
        headers: input.hostHeader === undefined ? input.header : [...input.header, ["Host", input.hostHeader]],
        maxReplays: input.maxReplays,
        force: input.force,
        onWait: (ms, status) => context.warn(`${status} with Retry-After: pausing for ${formatDuration(ms)}`),
        concurrency: input.concurrency,
        retry: input.retry,
        speed: input.speed,
        signature: input.signature,
        keep: input.keep,
        transport,
        clock: context.clock,
        signal: context.signal,
        signer: signerFor(context, input),
        ...(input.limit === undefined ? {} : { limit: input.limit }),
        ...(input.rate === undefined ? {} : { rate: input.rate }),
        ...(input.stopAtFailures === undefined ? {} : { stopAtFailures: input.stopAtFailures }),
        ...(input.scheme === undefined ? {} : { scheme: input.scheme }),
        ...(input.timeout === undefined ? {} : { maxTimeMs: input.timeout }),
      });
      const whole = !isNarrow(filter) && input.limit === undefined && !input.keep;
      const progress = replayProgress(context, dlq, total, whole);
      let done = 0;
      let failed = 0;
      try {
        for (;;) {
          const next = await results.next();
          if (next.done === true) {
            progress.stop();
            const isOver = next.value.stopped === null && unreported.size > 0;
            const isHeld = isOver && (await reportHeld(context, dlq, [...unreported]));
            yield next.value;
            if (named === undefined) warnUnprocessed(context, next.value, input.keep);
            return !isHeld &&
              next.value.unreadable === 0 &&
              next.value.failed === 0 &&
              next.value.skipped === 0 &&
              (next.value.stopped === null || next.value.stopped === "limit")
              ? Exit.yes
              : Exit.no;
          }
          const batch = next.value.results;
          done += batch.length;
          if (unreported.size > 0) for (const { id } of batch) unreported.delete(id);
          failed += batch.filter(({ outcome }) => outcome === "failed" || outcome === "skipped").length;
          progress.update(done, failed);
          yield next.value;
        }
      } finally {
        progress.stop();
      }
    } finally {
      warnProblems(context, dlq);
      await transport.close();
      await dlq.close();
    }
  },
});

/** Rejects options about how to deliver: `--to source` moves messages unchanged and would silently ignore them. */
const refuseWithSource = (input: {
  readonly keep: boolean;
  readonly captures: string | undefined;
  readonly header: readonly unknown[];
  readonly hostHeader: string | undefined;
  readonly messageHeaders: boolean;
}): void => {
  const given: readonly (readonly [name: string, isGiven: boolean])[] = [
    ["--keep", input.keep],
    ["--captures", input.captures !== undefined],
    ["--header", input.header.length > 0],
    ["--host-header", input.hostHeader !== undefined],
    ["--message-headers", input.messageHeaders],
  ];
  const [name] = given.find(([, isGiven]) => isGiven) ?? [];
  if (name !== undefined)
    throw new HookproofError("usage", `${name} cannot be combined with --to source`, {
      hint: "--to source moves messages back unchanged; --to URL sends them",
    });
};

/**
 * The maximum number of events that a replay will deliver. Uses the engine's own count if possible, because counting
 * with a filter may mean receiving all messages.
 */
const countOf = async (dlq: Dlq, filter: DlqFilter): Promise<number> =>
  dlq.waiting === undefined || isNarrow(filter) ? (await dlq.stats(filter)).total : dlq.waiting();

const lineOf = ({ id, eventId, outcome, status, attempts, reason, provider = null, url = null }: PlannedEvent) => ({
  id,
  eventId,
  outcome,
  status,
  attempts,
  reason,
  provider,
  url,
});

async function* plan(
  context: Context,
  dlq: Dlq,
  filter: DlqFilter,
  to: Destination,
  input: Parameters<typeof signerFor>[1] & {
    readonly maxReplays: number;
    readonly force: boolean;
    readonly limit: number | undefined;
  },
): AsyncGenerator<PlannedEvent | ReplayResults | ReplaySummary, void> {
  let [planned, seen] = [0, 0];
  const signer = signerFor(context, input);
  for await (const entry of dlq.entries(filter)) {
    if (seen++ === input.limit) break;
    const { id, eventId, attempts } = entry;
    const line = { id, eventId, status: attempts.at(-1)?.status ?? null, attempts: attempts.length };
    const why = to.of === "source" ? undefined : whyLeft(entry, await signer(entry), to.of(entry), input);
    if (why === undefined) {
      planned++;
      const { reason, provider, url } = entry;
      yield { type: "planned", ...line, outcome: "planned", reason, provider, url };
    } else yield { type: "results", results: [{ ...line, outcome: "skipped", reason: why }] };
  }
  yield {
    type: "summary",
    delivered: 0,
    returned: 0,
    failed: 0,
    skipped: planned,
    left: (await dlq.stats(filter)).total,
    unreadable: dlq.unreadable,
    perSecond: 0,
    seconds: 0,
    stopped: "dry-run",
  };
}

/** Why a replay would skip an event; checks in the same order as the replay itself. */
const whyLeft = (
  entry: DlqEntry,
  signer: Signer | Unsendable,
  to: string | Unsendable,
  input: { readonly maxReplays: number; readonly force: boolean },
): string | undefined => {
  if ("unsendable" in signer) return signer.unsendable;
  return typeof to === "string" ? skipReason(entry, signer.profile, input) : to.unsendable;
};

/** Warns if events are left that this replay didn't try, because the summary alone would look like success. */
const warnUnprocessed = (context: Context, summary: ReplaySummary, keep: boolean): void => {
  const { left, failed, skipped, delivered, stopped } = summary;
  const untaken = left - failed - skipped - (keep ? delivered : 0);
  if (stopped === null && untaken > 0)
    context.warn(
      `${untaken === 1 ? "1 event" : `${untaken} events`} left in the queue: another reader holds ${untaken === 1 ? "it" : "them"}, or ${untaken === 1 ? "it" : "they"} arrived in the meantime`,
    );
};
