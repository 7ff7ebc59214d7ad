import type { Attempt } from "../request/attempt.ts";
import type { DlqEntry, DlqSummary } from "./record.ts";

export type { DlqEntry, DlqSummary } from "./record.ts";

export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

export interface DlqFilter {
  readonly ids?: readonly string[];
  readonly type?: string;
  readonly provider?: string;
  /** Together with `provider`: also match entries whose provider is unknown. */
  readonly orNoProvider?: boolean;
  /** Status of the last attempt, inclusive range. */
  readonly status?: StatusRange;
  /** Substring of the reason, case-insensitive. */
  readonly reason?: string;
  /** Epoch milliseconds, on `failedAt`. */
  readonly since?: number;
  readonly until?: number;
}

export interface DlqStats {
  readonly total: number;
  readonly claimed: number;
  readonly oldest: number | null;
  readonly newest: number | null;
  readonly bytes: number;
  readonly byType: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byProvider: Readonly<Record<string, number>>;
  /** Failures per time step, oldest first, empty steps omitted. */
  readonly byTime: readonly TimeStep[];
}

/** Failures within a time range, in epoch milliseconds. */
export interface TimeStep {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** How an entry left the queue. */
export type RemovalReason = "delivered" | "discarded";

/** An entry reserved for this process until it is settled or the claim expires. */
export interface Claim {
  readonly entry: DlqEntry;
  /** Marks the entry as delivered: it leaves the queue (unless `keep`), with its last attempt recorded. */
  acknowledge(attempts: readonly Attempt[], keep?: boolean): Promise<void>;
  /** Returns the entry to the queue with the new attempts added. */
  requeue(attempts: readonly Attempt[]): Promise<void>;
  /**
   * Moves the message unchanged back to the queue it came from, for that queue's consumers; only some engines support
   * this.
   * @returns that queue's name
   * @throws HookproofError `unsupported` if the source is unknown; the entry stays claimed
   */
  readonly moveToSource?: () => Promise<string>;
}

/**
 * The contract of every engine, tested by `test/dlq/contract.ts`. Unsupported requests throw `unsupported` (exit 2)
 * with the engine's reason.
 */
export interface Dlq {
  /** The queue's name without passwords. */
  readonly name: string;
  /** A listing's side effects on the queue (SQS, RabbitMQ); null if there are none. */
  readonly listNote: string | null;
  /** Whether the queue exists; only for engines that can open a missing one, because adding creates it. */
  readonly isThere?: () => Promise<boolean>;
  /** Adds a failed delivery. Resolves when it is stored. @returns the entry's id */
  add(entry: Omit<DlqEntry, "id">): Promise<string>;
  list(filter: DlqFilter, limit?: number): AsyncGenerator<DlqSummary>;
  /** Like `list`, but with full entries. Unreadable entries are added to the problems. */
  entries(filter: DlqFilter): AsyncGenerator<DlqEntry>;
  get(id: string): Promise<DlqEntry | undefined>;
  stats(filter: DlqFilter): Promise<DlqStats>;
  /** Why entries left the queue, by entry or event id; only for engines that record it. */
  readonly removed?: (ids: readonly string[]) => Promise<ReadonlyMap<string, RemovalReason>>;
  /** The number of entries, including held ones; only for engines that can count cheaply. */
  readonly waiting?: () => Promise<number>;
  /**
   * Claims up to `max` matching entries that nobody else holds, oldest first; an empty list means none is left for this
   * process. After a crash a claim lasts only as long as the engine's lease.
   */
  claim(filter: DlqFilter, max: number): Promise<readonly Claim[]>;
  /** Moves entries to the archive. @returns how many moved */
  discard(ids: readonly string[], reason: string): Promise<number>;
  /**
   * Unreadable data so far (a torn line, a message in an unknown format): the first few as text, the others as a count.
   */
  readonly problems: readonly string[];
  /** The number of unreadable entries so far. */
  readonly unreadable: number;
  close(): Promise<void>;
}
