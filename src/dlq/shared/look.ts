import type { DlqEntry, DlqFilter, DlqStats, DlqSummary } from "../dlq.ts";
import { matchesFilter, statsOf } from "../filter.ts";
import { summarize } from "../record.ts";

/** The entries that match a filter; for an engine's `entries`. */
export async function* matchingEntries(entries: AsyncIterable<DlqEntry>, filter: DlqFilter): AsyncGenerator<DlqEntry> {
  for await (const entry of entries) if (matchesFilter(summarize(entry), filter)) yield entry;
}

/** The summaries of the first `limit` entries that match a filter; for an engine's `list`. */
export async function* listMatching(
  entries: AsyncIterable<DlqEntry>,
  filter: DlqFilter,
  limit: number,
): AsyncGenerator<DlqSummary> {
  let count = 0;
  for await (const entry of entries) {
    if (count >= limit) return;
    const summary = summarize(entry);
    if (!matchesFilter(summary, filter)) continue;
    count++;
    yield summary;
  }
}

/** Counts the entries that match a filter; for an engine's `stats`. */
export const collectStats = async (
  entries: AsyncIterable<DlqEntry>,
  filter: DlqFilter,
  isClaimed: (id: string) => boolean = () => false,
): Promise<DlqStats> => {
  const stats = statsOf();
  for await (const entry of entries) {
    const summary = summarize(entry);
    if (matchesFilter(summary, filter)) stats.add(summary, isClaimed(entry.id));
  }
  return stats.result();
};

/** Stats for an engine that only knows totals unless it receives the messages. */
export const totalsOnly = (total: number, claimed: number): DlqStats => ({
  total,
  claimed,
  oldest: null,
  newest: null,
  bytes: 0,
  byType: {},
  byStatus: {},
  byProvider: {},
  byTime: [],
});

/** An entry that is held while it is read, and a function that removes it from the queue. */
export interface Peeked {
  readonly entry: DlqEntry;
  readonly take: () => Promise<void>;
}

/** The entries of a queue that can only be read by holding messages. */
export async function* peekedEntries(peeked: AsyncIterable<Peeked>): AsyncGenerator<DlqEntry> {
  for await (const { entry } of peeked) yield entry;
}

/** The entry with this id in such a queue; undefined if there is none. */
export const findById = async (entries: AsyncIterable<DlqEntry>, id: string): Promise<DlqEntry | undefined> => {
  for await (const entry of entries) if (entry.id === id) return entry;
  return undefined;
};
