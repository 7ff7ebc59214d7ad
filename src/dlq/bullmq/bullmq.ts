import type { Queue } from "bullmq";
import { HookproofError } from "../../errors.ts";
import type { Attempt } from "../../request/attempt.ts";
import { jobClaims } from "./claims.ts";
import { entryOfJob, jobFields } from "./message.ts";
import { jobOutcomes } from "./outcome.ts";
import type { Written } from "./outcome.ts";
import { archiveEntries } from "../shared/archive.ts";
import { backendError, loadClient } from "../shared/client.ts";
import type { Claim, Dlq, DlqEntry, DlqFilter, DlqStats, DlqSummary } from "../dlq.ts";
import { engineDeps } from "../shared/engine.ts";
import type { EngineDeps, OpenQueue } from "../shared/engine.ts";
import { matchesFilter, statsOf } from "../filter.ts";
import { listMatching, matchingEntries } from "../shared/look.ts";
import { Problems } from "../shared/problems.ts";
import { changeLine, summarize } from "../record.ts";
import { closeRedis, connectRedis, listOf, openRedis, textOf } from "../redis/client.ts";
import type { RedisLink } from "../redis/client.ts";
import { bullAddress } from "./address.ts";
import type { BullAddress } from "./address.ts";

const page = 200;

/**
 * The failed jobs of a BullMQ queue. A delivered job is completed as a worker would. If a job fails again, its reason,
 * attempt count and failure time are updated and its data stays unchanged.
 * @throws HookproofError `backend-unreachable`, `backend-client-missing`
 */
export const open: OpenQueue = async (spec, deps, choice) => {
  const address = bullAddress(spec);
  const { Queue: BullQueue } = await loadClient("bullmq", () => import("bullmq"));
  const link = await connectRedis(address);
  const redis = await openRedis(address).catch(async (error: unknown) => {
    await link.close();
    throw error;
  });
  const queue = new BullQueue(address.queue, { connection: redis, prefix: address.prefix, skipMetasUpdate: true });
  queue.on("error", () => undefined);
  return new BullDlq(address, await engineDeps(deps, choice, address.name), link, queue, async () => {
    await queue.close().catch(() => undefined);
    await closeRedis(redis);
    await link.close();
  });
};

class BullDlq implements Dlq {
  readonly name: string;
  readonly listNote = null;
  readonly #address: BullAddress;
  readonly #deps: EngineDeps;
  readonly #link: RedisLink;
  readonly #queue: Queue;
  readonly #hangUp: () => Promise<void>;
  readonly #claims: ReturnType<typeof jobClaims>;
  readonly #outcomes: ReturnType<typeof jobOutcomes>;
  readonly #problems = new Problems();
  /** Jobs already handed out to this process. */
  readonly #handed = new Set<string>();
  readonly #keys: {
    readonly failed: string;
    readonly attempts: string;
    readonly ofQueue: readonly string[];
    job(id: string): string;
  };
  #ahead: string[] = [];

  constructor(address: BullAddress, deps: EngineDeps, link: RedisLink, queue: Queue, hangUp: () => Promise<void>) {
    this.name = address.name;
    this.#address = address;
    this.#deps = deps;
    this.#link = link;
    this.#queue = queue;
    this.#hangUp = hangUp;
    const prefix = `${address.prefix}:${address.queue}`;
    this.#claims = jobClaims(link, prefix, deps);
    this.#outcomes = jobOutcomes(link, queue, prefix, deps.randomBytes(16).toString("hex"));
    this.#keys = {
      failed: `${prefix}:failed`,
      attempts: `${prefix}:hookproof:attempts`,
      ofQueue: [`${prefix}:meta`, `${prefix}:id`, `${prefix}:completed`],
      job: (id) => `${prefix}:${id}`,
    };
  }

  get problems(): readonly string[] {
    return this.#problems.all;
  }

  get unreadable(): number {
    return this.#problems.unreadable;
  }

  add(): Promise<string> {
    return Promise.reject(
      new HookproofError("unsupported", `${this.name}: only a BullMQ worker can fail a job, so nothing can be added`, {
        hint: "use redis://…?stream=NAME, or a file",
      }),
    );
  }

  list(filter: DlqFilter, limit = Number.POSITIVE_INFINITY): AsyncGenerator<DlqSummary> {
    return listMatching(this.#entries(), filter, limit);
  }

  entries(filter: DlqFilter): AsyncGenerator<DlqEntry> {
    return matchingEntries(this.#entries(), filter);
  }

  async get(id: string): Promise<DlqEntry | undefined> {
    const isFailed = (await this.#link.call("ZSCORE", this.#keys.failed, id)) !== null;
    return isFailed ? (await this.#read([id]))[0] : undefined;
  }

  async stats(filter: DlqFilter): Promise<DlqStats> {
    const stats = statsOf();
    const ids = await this.#failed();
    while (ids.length > 0) {
      const summaries = (await this.#read(ids.splice(0, page)))
        .map((entry) => summarize(entry))
        .filter((summary) => matchesFilter(summary, filter));
      const held = await this.#claims.held(summaries.map(({ id }) => id));
      for (const [at, summary] of summaries.entries()) stats.add(summary, held[at] === true);
    }
    return stats.result();
  }

  async isThere(): Promise<boolean> {
    return Number(await this.#link.call("EXISTS", this.#keys.failed, ...this.#keys.ofQueue)) > 0;
  }

  async waiting(): Promise<number> {
    return Number(await this.#link.call("ZCARD", this.#keys.failed));
  }

  async claim(filter: DlqFilter, max: number): Promise<readonly Claim[]> {
    const claims = await this.#claimAhead(filter, max);
    if (claims.length === max) return claims;
    // Scan again: meanwhile jobs may have failed, been released, or lost the reader that held them.
    this.#ahead = await this.#failed();
    return [...claims, ...(await this.#claimAhead(filter, max - claims.length))];
  }

  async #claimAhead(filter: DlqFilter, max: number): Promise<readonly Claim[]> {
    const claims: Claim[] = [];
    while (claims.length < max && this.#ahead.length > 0) {
      const ids = this.#ahead.splice(0, Math.min(page, max - claims.length)).filter((id) => !this.#handed.has(id));
      const wanted = (await this.#read(ids)).filter((entry) => matchesFilter(summarize(entry), filter));
      const won = await Promise.all(wanted.map(({ id }) => this.#claims.take(id)));
      const mine = wanted.filter((_, at) => won[at] === true).map(({ id }) => id);
      for (const id of mine) this.#handed.add(id);
      // Read again: another reader may have changed it since.
      claims.push(...(await this.#read(mine)).map((entry) => this.#claimOf(entry)));
    }
    return claims;
  }

  #claimOf(entry: DlqEntry): Claim {
    const { id } = entry;
    return {
      entry,
      acknowledge: async (attempts, keep = false) => {
        if (keep) await this.#note(entry, attempts, entry.reason);
        else {
          const status = attempts.at(-1)?.status ?? null;
          this.#reportTaken(id, await this.#outcomes.completed(id, attempts.length, status, this.#deps.now()));
          await this.#link.call("HDEL", this.#keys.attempts, id);
        }
        await this.#claims.release(id);
      },
      requeue: async (attempts) => {
        const last = attempts.at(-1);
        if (last !== undefined) {
          await this.#note(entry, attempts, last.reason);
          this.#reportTaken(id, await this.#outcomes.failedAgain(id, attempts.length, last.reason, this.#deps.now()));
        }
        await this.#claims.release(id);
      },
      moveToSource: async () => {
        try {
          const job = await this.#queue.getJob(id);
          if (job === undefined) throw new Error("there is no such job");
          await job.retry("failed");
        } catch (error) {
          throw new HookproofError("unsupported", `BullMQ refused to retry job ${id}`, { cause: error });
        }
        await this.#link.call("HDEL", this.#keys.attempts, id);
        await this.#claims.release(id);
        return this.#queue.name;
      },
    };
  }

  async discard(ids: readonly string[]): Promise<number> {
    let moved = 0;
    for (const id of new Set(ids)) {
      const entry = await this.get(id);
      if (entry === undefined) continue;
      await archiveEntries(this.#deps.archive, [entry]);
      await this.#remove(id);
      moved++;
    }
    return moved;
  }

  async close(): Promise<void> {
    await this.#claims.close();
    await this.#hangUp();
  }

  async #note(entry: DlqEntry, attempts: readonly Attempt[], reason: string): Promise<void> {
    const all = [...entry.attempts, ...attempts];
    const line = changeLine({ type: "attempts", id: entry.id, reason, attempts: all });
    await this.#link.call("HSET", this.#keys.attempts, entry.id, line);
  }

  /** Reports a job that another program removed or that BullMQ refused to change. */
  #reportTaken(id: string, written: Written): void {
    if (written === "taken")
      this.#problems.note(
        `${this.name}: job ${id} was removed from the failed jobs by another program in the meantime`,
      );
    else if (written !== "written")
      this.#problems.note(`${this.name}: job ${id} was delivered and stays failed: ${written.refused}`);
  }

  async #remove(id: string): Promise<void> {
    try {
      const job = await this.#queue.getJob(id);
      await job?.remove({ removeChildren: false });
    } catch (error) {
      throw backendError(error, this.#address, `BullMQ refused to remove job ${id}`);
    }
    await this.#link.call("HDEL", this.#keys.attempts, id);
  }

  /** The ids of all failed jobs, oldest failure first. */
  async #failed(): Promise<string[]> {
    const ids = listOf(await this.#link.call("ZRANGE", this.#keys.failed, 0, -1)).map(textOf);
    // `isThere` checks keys that remain once a queue was used, so that a mistyped name isn't reported as an empty
    // queue.
    if (ids.length === 0 && !(await this.isThere()))
      this.#problems.note(`${this.name}: this BullMQ queue does not exist, or is empty`);
    return ids;
  }

  async *#entries(): AsyncGenerator<DlqEntry> {
    const ids = await this.#failed();
    while (ids.length > 0) yield* await this.#read(ids.splice(0, page));
  }

  /** Reads jobs as entries, with their data as stored in Redis: BullMQ would parse it. */
  async #read(ids: readonly string[]): Promise<readonly DlqEntry[]> {
    if (ids.length === 0) return [];
    const replies = await this.#link.transaction([
      ["HMGET", this.#keys.attempts, ...ids],
      ...ids.map((id) => ["HMGET", this.#keys.job(id), ...jobFields] as const),
    ]);
    const changes = listOf(replies[0]);
    return ids.flatMap((id, at) => {
      const entry = entryOfJob(id, listOf(replies[at + 1]), changes[at], this.#deps.reading);
      return (entry === undefined ? undefined : this.#problems.entryOrNote(this.name, entry)) ?? [];
    });
  }
}
