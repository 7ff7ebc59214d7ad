import { createTransport } from "../http/client.ts";
import type { TransportOptions } from "../http/client.ts";
import type { DeliveryClock } from "../delivery/deliver.ts";
import type { Dlq, DlqEntry } from "../dlq/dlq.ts";
import { connectionTo, forwardedUrl } from "../listener/target.ts";
import { replay } from "../replay/replay.ts";
import type { ReplayResult, Signer, Unsendable } from "../replay/replay.ts";
import type { Attempt } from "../request/attempt.ts";
import { isoInstant } from "../values/instant.ts";
import { candidateOf } from "./desk.ts";
import type { Desk } from "./desk.ts";
import type { Resender } from "./resend.ts";
import { attemptsOf, sameEvent } from "./schedule.ts";
import type { Entry } from "./store.ts";
import type { DeadLettered, QueueList, ReplayInput, Replayed } from "./types.ts";

export interface DeadLetterOptions {
  readonly desk: Desk;
  /** Opens the queue when it is first needed. @throws HookproofError */
  readonly open: () => Promise<Dlq>;
  readonly resender: Resender;
  readonly connection: TransportOptions;
  readonly clock: DeliveryClock;
  readonly signal: AbortSignal;
}

const maxListed = 1000;

/** The dead-letter queue of a run: adds requests to it and replays its events. */
export class DeadLetters {
  readonly #options: DeadLetterOptions;
  #queue: Promise<Dlq> | undefined;

  constructor(options: DeadLetterOptions) {
    this.#options = options;
  }

  async #opened(): Promise<Dlq> {
    const opening = (this.#queue ??= this.#options.open());
    // If it can't be opened now, retry on the next use.
    opening.catch(() => (this.#queue = undefined));
    return opening;
  }

  /** Puts requests into the queue with every attempt of their events. @throws HookproofError */
  async put(ids: readonly string[]): Promise<DeadLettered> {
    const { desk } = this.#options;
    const queue = await this.#opened();
    const results: { readonly id: string; readonly result: string | null; readonly error: string | null }[] = [];
    for (const id of ids) {
      const entry = desk.store.get(id);
      const loaded = entry === undefined ? undefined : await desk.load(entry);
      results.push(
        entry === undefined || loaded === undefined
          ? { id, result: null, error: entry === undefined ? "there is no such request" : "its bytes are gone" }
          : { id, result: await queue.add(await this.#entryOf(entry, loaded.request)), error: null },
      );
    }
    return { queue: queue.name, results };
  }

  async #entryOf(entry: Entry, request: DlqEntry["request"]): Promise<Omit<DlqEntry, "id">> {
    const { desk } = this.#options;
    const { row } = entry;
    const forwards = await Promise.all(entry.forwards.map(desk.loadForward));
    return {
      eventId: row.eventId,
      eventType: row.eventType,
      provider: row.provider,
      url: forwards.find((one) => one?.answers === true)?.url ?? null,
      failedAt: desk.now(),
      reason: row.status === null ? "added from the inspector" : `added from the inspector after ${row.status}`,
      request,
      // The platform's attempts only: manual resends don't count.
      attempts: attemptsOf(desk, sameEvent(desk, entry))
        .filter(({ resentFrom }) => resentFrom === null)
        .map(storedAttempt),
    };
  }

  async list(): Promise<QueueList> {
    const queue = await this.#opened();
    if ((await queue.isThere?.()) === false) return { queue: queue.name, entries: [], truncated: false, problems: [] };
    const entries: QueueList["entries"][number][] = [];
    for await (const { receiveCount: _, failedAt, ...summary } of queue.list({}, maxListed + 1))
      entries.push({ ...summary, failedAt: isoInstant(failedAt) });
    const { mask } = this.#options.desk;
    return {
      queue: queue.name,
      entries: entries
        .slice(0, maxListed)
        .map((one) => ({ ...one, url: one.url === null ? null : mask.target(one.url), reason: mask.text(one.reason) })),
      truncated: entries.length > maxListed,
      problems: queue.problems,
    };
  }

  /** Replays events of the queue, re-signed. @throws HookproofError `usage`, `backend-unreachable` */
  async replay({ ids, to }: ReplayInput): Promise<Replayed> {
    const { resender, connection, clock, signal } = this.#options;
    const { target } = await resender.targetFor(to);
    const queue = await this.#opened();
    const transport = createTransport({ ...connection, ...connectionTo(target) });
    const results: ReplayResult[] = [];
    try {
      const running = replay({
        dlq: queue,
        filter: ids === "all" ? {} : { ids },
        concurrency: 4,
        to: ({ request }) => forwardedUrl(target, request.target),
        headers: target.authorization === null ? [] : [["Authorization", target.authorization]],
        maxReplays: Number.POSITIVE_INFINITY,
        // Events named explicitly are sent even if they don't look like webhooks.
        force: ids !== "all",
        retry: "none",
        speed: 1,
        signature: "resign",
        keep: false,
        transport,
        clock,
        signal,
        signer: (entry) => this.#signerOf(entry),
      });
      for (;;) {
        const next = await running.next();
        if (next.done === true) break;
        results.push(...next.value.results);
      }
    } finally {
      await transport.close();
    }
    const isDelivered = ({ outcome }: ReplayResult): boolean => outcome === "delivered";
    return {
      delivered: results.filter(isDelivered).length,
      failed: results.filter((one) => !isDelivered(one)).length,
      results: results.map((one) => ({
        id: one.id,
        result: one.outcome,
        error: isDelivered(one) ? null : one.reason,
      })),
    };
  }

  #signerOf({ provider }: DlqEntry): Signer | Unsendable {
    const candidate = candidateOf(this.#options.desk, provider);
    const secret = candidate?.secrets[0];
    if (candidate === undefined) return { unsendable: "its platform is unknown" };
    if (secret === undefined) return { unsendable: `no secret is known for ${candidate.profile.id}` };
    return { profile: candidate.profile, secret };
  }

  async close(): Promise<void> {
    const queue = await this.#queue?.catch(() => undefined);
    await queue?.close();
  }
}

const storedAttempt = (one: ReturnType<typeof attemptsOf>[number], index: number): Attempt => ({
  number: one.attempt ?? index + 1,
  startedAt: one.at,
  durationMs: one.durationMs ?? 0,
  timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: one.durationMs ?? 0 },
  status: one.status,
  outcome: one.outcome ?? "terminal",
  reason: one.status === null ? "no response" : `answered ${one.status}`,
  nextDelayMs: null,
  error: null,
});
