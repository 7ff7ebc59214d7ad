import { HookproofError } from "../../errors.ts";
import type { Attempt } from "../../request/attempt.ts";
import { readerNames } from "../shared/readers.ts";
import type { Claim, Dlq, DlqEntry, DlqFilter, DlqStats, DlqSummary } from "../dlq.ts";
import { engineDeps } from "../shared/engine.ts";
import type { EngineDeps, OpenQueue } from "../shared/engine.ts";
import { isNarrow, matchesFilter } from "../filter.ts";
import { collectStats, listMatching, matchingEntries } from "../shared/look.ts";
import { Problems } from "../shared/problems.ts";
import { changeLine, entryLine, summarize } from "../record.ts";
import { claimItems, heldItems, itemAt, itemsAfter, moveItem, readersOf, renewItems } from "./commands.ts";
import type { StreamItem, StreamKeys } from "./commands.ts";
import { entryOfItem, sourceOf } from "./message.ts";
import { connectRedis, textOf } from "./client.ts";
import type { RedisLink } from "./client.ts";
import { streamAddress } from "./address.ts";
import type { StreamAddress } from "./address.ts";

/** A reader on another machine that gives no sign of life for this long is treated as dead. */
const leaseMs = 60_000;
const page = 500;

/**
 * A Redis stream as dead-letter queue. Readers share a consumer group, and claims are its pending entries. A delivered
 * entry is acknowledged and deleted in one transaction. Entries are never rewritten: new attempts are in the hash
 * `STREAM:attempts`. The archive is the stream `STREAM:archive`. Needs Redis 6.2 or newer.
 * @throws HookproofError `backend-unreachable`, `backend-client-missing`, `unsupported` for a key of another type
 */
export const open: OpenQueue = async (spec, deps, choice) => {
  const address = streamAddress(spec);
  return new RedisStreamDlq(address, await engineDeps(deps, choice, address.name), await connectRedis(address));
};

class RedisStreamDlq implements Dlq {
  readonly name: string;
  readonly listNote = null;
  readonly #deps: EngineDeps;
  readonly #link: RedisLink;
  readonly #keys: StreamKeys;
  readonly #reader: ReturnType<typeof readerNames>;
  readonly #problems = new Problems();
  /** Entries already handed out to this process. */
  readonly #handed = new Set<string>();
  readonly #mine = new Set<string>();
  #cursor = "-";
  #joined = false;
  #renewal: NodeJS.Timeout | undefined;

  constructor(address: StreamAddress, deps: EngineDeps, link: RedisLink) {
    this.name = address.name;
    this.#deps = deps;
    this.#link = link;
    this.#reader = readerNames(deps.processInfo, deps.randomBytes(6).toString("hex"));
    const { stream, group } = address;
    this.#keys = { stream, group, changes: `${stream}:attempts`, archive: `${stream}:archive` };
  }

  get problems(): readonly string[] {
    return this.#problems.all;
  }

  get unreadable(): number {
    return this.#problems.unreadable;
  }

  async add(entry: Omit<DlqEntry, "id">): Promise<string> {
    return textOf(await this.#link.call("XADD", this.#keys.stream, "*", "entry", entryLine({ ...entry, id: "" })));
  }

  list(filter: DlqFilter, limit = Number.POSITIVE_INFINITY): AsyncGenerator<DlqSummary> {
    return listMatching(this.#entries(), filter, limit);
  }

  entries(filter: DlqFilter): AsyncGenerator<DlqEntry> {
    return matchingEntries(this.#entries(), filter);
  }

  async get(id: string): Promise<DlqEntry | undefined> {
    const item = await itemAt(this.#link, this.#keys, id);
    return item === undefined ? undefined : this.#entry(item);
  }

  async stats(filter: DlqFilter): Promise<DlqStats> {
    const heldIds = new Set<string>();
    if ((await this.isThere()) && (await this.#hasGroup()))
      for await (const { id, idleMs } of heldItems(this.#link, this.#keys)) if (idleMs < leaseMs) heldIds.add(id);
    return collectStats(this.#entries(), filter, (id) => heldIds.has(id));
  }

  async waiting(): Promise<number> {
    return Number(await this.#link.call("XLEN", this.#keys.stream));
  }

  async claim(filter: DlqFilter, max: number): Promise<readonly Claim[]> {
    if (!(await this.#join())) return [];
    const claims = await this.#claimFrom(filter, max);
    if (claims.length === max) return claims;
    // Entries that were claimed when the cursor passed may be free now: released, or held by a reader that has died.
    this.#cursor = "-";
    await this.#releaseDeadReaders();
    return [...claims, ...(await this.#claimFrom(filter, max - claims.length))];
  }

  async #claimFrom(filter: DlqFilter, max: number): Promise<readonly Claim[]> {
    const claims: Claim[] = [];
    const narrow = isNarrow(filter);
    while (claims.length < max) {
      const items = await itemsAfter(this.#link, this.#keys, this.#cursor, Math.min(page, max - claims.length));
      const last = items.at(-1);
      if (last === undefined) break;
      this.#cursor = last.id;
      const wanted = items.filter((item) => {
        if (this.#handed.has(item.id)) return false;
        if (!narrow) return true;
        const entry = this.#entry(item);
        return entry !== undefined && matchesFilter(summarize(entry), filter);
      });
      if (wanted.length > 0) claims.push(...(await this.#claimItems(wanted, filter)));
    }
    return claims;
  }

  async #claimItems(wanted: readonly StreamItem[], filter: DlqFilter): Promise<readonly Claim[]> {
    const claims: Claim[] = [];
    for (const item of await claimItems(this.#link, this.#keys, this.#reader.mine, leaseMs, wanted)) {
      this.#handed.add(item.id);
      // Test the filter again: another reader may have changed the attempts since.
      const entry = this.#entry(item);
      if (entry === undefined || !matchesFilter(summarize(entry), filter)) {
        await this.#link.call("XACK", this.#keys.stream, this.#keys.group, item.id);
        continue;
      }
      this.#mine.add(item.id);
      claims.push(this.#claimOf(entry, item));
    }
    return claims;
  }

  #claimOf(entry: DlqEntry, item: StreamItem): Claim {
    const { stream, group, changes } = this.#keys;
    const release = ["XACK", stream, group, entry.id] as const;
    const settle = async (commands: readonly (readonly [string, ...(string | Buffer)[]])[]): Promise<void> => {
      await this.#link.transaction([...commands, release]);
      this.#mine.delete(entry.id);
    };
    const note = (attempts: readonly Attempt[], reason: string) =>
      attempts.length === 0 ? [] : [["HSET", changes, entry.id, changed(entry, attempts, reason)] as const];
    return {
      entry,
      acknowledge: async (attempts, keep = false) => {
        if (keep) return settle(note(attempts, entry.reason));
        await settle([
          ["HDEL", changes, entry.id],
          ["XDEL", stream, entry.id],
        ]);
        this.#handed.delete(entry.id);
      },
      requeue: (attempts) => settle(note(attempts, attempts.at(-1)?.reason ?? entry.reason)),
      moveToSource: async () => {
        const source = sourceOf(item);
        if (source === undefined)
          throw new HookproofError("unsupported", "no field says which stream it came from (source_stream)");
        if (source === stream) throw new HookproofError("unsupported", "it came from this same stream");
        const moved = await moveItem(this.#link, this.#keys, this.#reader.mine, entry.id, source);
        if (moved === "no stream") throw new HookproofError("unsupported", `there is no stream ${source}`);
        this.#mine.delete(entry.id);
        if (moved === "taken") throw new HookproofError("unsupported", "another reader took it in the meantime");
        this.#handed.delete(entry.id);
        return source;
      },
    };
  }

  async discard(ids: readonly string[], reason: string): Promise<number> {
    let moved = 0;
    const { stream, changes, archive } = this.#keys;
    for (const id of new Set(ids)) {
      const item = await itemAt(this.#link, this.#keys, id);
      if (item === undefined) continue;
      // Archive an unreadable entry unchanged.
      const entry = this.#entry(item);
      const content = entry === undefined ? item.fields.flat() : ["entry", entryLine(entry)];
      await this.#link.transaction([
        ["XADD", archive, "*", ...content, "discarded", reason],
        ["XDEL", stream, id],
        ["HDEL", changes, id],
      ]);
      moved++;
    }
    return moved;
  }

  async close(): Promise<void> {
    clearInterval(this.#renewal);
    // Leaving the group frees whatever this reader still holds.
    if (this.#joined)
      await this.#link
        .call("XGROUP", "DELCONSUMER", this.#keys.stream, this.#keys.group, this.#reader.mine)
        .catch(() => undefined);
    await this.#link.close();
  }

  async *#entries(): AsyncGenerator<DlqEntry> {
    for (let after = "-"; ;) {
      const items = await itemsAfter(this.#link, this.#keys, after, page);
      const last = items.at(-1);
      if (last === undefined) {
        if (after === "-") await this.isThere();
        return;
      }
      after = last.id;
      for (const item of items) {
        const entry = this.#entry(item);
        if (entry !== undefined) yield entry;
      }
    }
  }

  #entry(item: StreamItem): DlqEntry | undefined {
    return this.#problems.entryOrNote(this.name, entryOfItem(item, this.#deps.reading));
  }

  /** Creates the consumer group if the stream exists. @returns whether the stream exists */
  async #join(): Promise<boolean> {
    if (this.#joined) return true;
    if (!(await this.isThere())) return false;
    const { stream, group } = this.#keys;
    if (!(await this.#hasGroup()))
      await this.#link.call("XGROUP", "CREATE", stream, group, "0").catch((error: unknown) => {
        // Another reader has just created the group.
        if (!(error instanceof Error && error.message.includes("BUSYGROUP"))) throw error;
      });
    this.#joined = true;
    this.#renewal = setInterval(() => {
      if (this.#mine.size === 0) return;
      // A failure surfaces at the next awaited call.
      renewItems(this.#link, this.#keys, this.#reader.mine, [...this.#mine]).catch(() => undefined);
    }, leaseMs / 4).unref();
    return true;
  }

  /**
   * Notes a problem if the stream is missing, so that a mistyped name isn't treated as an empty queue. An emptied
   * stream still has its key.
   */
  async isThere(): Promise<boolean> {
    const isThere = Number(await this.#link.call("EXISTS", this.#keys.stream)) > 0;
    if (!isThere) this.#problems.note(`${this.name}: there is no such stream: the queue is empty`);
    return isThere;
  }

  async #hasGroup(): Promise<boolean> {
    const { stream, group } = this.#keys;
    const groups = await this.#link.call("XINFO", "GROUPS", stream);
    return Array.isArray(groups) && groups.some((row: unknown) => Array.isArray(row) && textOf(row[1]) === group);
  }

  /** Releases entries held by dead readers of this machine. */
  async #releaseDeadReaders(): Promise<void> {
    for (const name of await readersOf(this.#link, this.#keys)) {
      if (this.#reader.isDead(name))
        await this.#link.call("XGROUP", "DELCONSUMER", this.#keys.stream, this.#keys.group, name);
    }
  }
}

const changed = (entry: DlqEntry, attempts: readonly Attempt[], reason: string): string =>
  changeLine({ type: "attempts", id: entry.id, reason, attempts: [...entry.attempts, ...attempts] });
