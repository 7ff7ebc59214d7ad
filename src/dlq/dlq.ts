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
  /** With `provider`: also entries whose provider is not known. */
  readonly orNoProvider?: boolean;
  /** Status of the last attempt, both ends included. */
  readonly status?: StatusRange;
  /** Part of the reason, any case. */
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
  /** How many failed in each step of time that had any, oldest first. */
  readonly byTime: readonly TimeStep[];
}

/** Failures from one instant up to another, in epoch milliseconds. */
export interface TimeStep {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** How an entry left the queue. */
export type RemovalReason = "delivered" | "discarded";

/** An entry handed to this process alone until it is settled or the claim runs out. */
export interface Claim {
  readonly entry: DlqEntry;
  /** Delivered: it leaves the queue (unless `keep`), its last attempt recorded. */
  acknowledge(attempts: readonly Attempt[], keep?: boolean): Promise<void>;
  /** Not delivered: it goes back with the new attempts added. */
  requeue(attempts: readonly Attempt[]): Promise<void>;
  /**
   * Puts the message back on the queue it came from, as it was, for its own consumers; only of engines that have such.
   * @returns that queue's name
   * @throws HookproofError `unsupported` where the message does not say where it came from; it is still claimed then
   */
  readonly moveToSource?: () => Promise<string>;
}

/**
 * The dead-letter queue's contract; every engine passes `test/dlq/contract.ts`. A wish beyond what an
 * engine can do is `unsupported` (exit 2) with the engine's reason.
 */
export interface Dlq {
  /** The queue's name without passwords. */
  readonly name: string;
  /** What a listing does to the queue, where that is more than looking (SQS, RabbitMQ); else null. */
  readonly listNote: string | null;
  /** Whether the queue is there; only of engines that open one that is not, as the first that is added makes it. */
  readonly isThere?: () => Promise<boolean>;
  /** Adds a failed delivery. Resolves when it is stored. @returns the entry's id */
  add(entry: Omit<DlqEntry, "id">): Promise<string>;
  list(filter: DlqFilter, limit?: number): AsyncGenerator<DlqSummary>;
  /** As `list`, whole. An entry that cannot be read is among the problems. */
  entries(filter: DlqFilter): AsyncGenerator<DlqEntry>;
  get(id: string): Promise<DlqEntry | undefined>;
  stats(filter: DlqFilter): Promise<DlqStats>;
  /** How entries left that are no longer in the queue, by their ids or their events'; only of engines that record it. */
  readonly removed?: (ids: readonly string[]) => Promise<ReadonlyMap<string, RemovalReason>>;
  /** How many are in the whole queue, held ones too; only of engines that can tell at once. */
  readonly waiting?: () => Promise<number>;
  /**
   * Hands out up to `max` matching entries that nobody else holds, oldest first; an empty list
   * means none is left for this process. A claim outlives a crash only for the engine's own time.
   */
  claim(filter: DlqFilter, max: number): Promise<readonly Claim[]>;
  /** Moves entries to the archive. @returns how many moved */
  discard(ids: readonly string[], reason: string): Promise<number>;
  /** What could not be read so far (a torn line, a message in no known form): a few in words, the others as a number. */
  readonly problems: readonly string[];
  /** How many entries could not be read so far. */
  readonly unreadable: number;
  close(): Promise<void>;
}
