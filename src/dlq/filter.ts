import { timeline } from "./timeline.ts";
import type { DlqFilter, DlqStats, DlqSummary } from "./dlq.ts";

/** Whether an entry matches a filter. An id may be the entry's or the event's. */
export const matchesFilter = (entry: DlqSummary, filter: DlqFilter): boolean =>
  (filter.ids === undefined ||
    filter.ids.length === 0 ||
    filter.ids.includes(entry.id) ||
    (entry.eventId !== null && filter.ids.includes(entry.eventId))) &&
  (filter.type === undefined || entry.eventType === filter.type) &&
  (filter.provider === undefined ||
    entry.provider === filter.provider ||
    (filter.orNoProvider === true && entry.provider === null)) &&
  (filter.status === undefined ||
    (entry.status !== null && entry.status >= filter.status.from && entry.status <= filter.status.to)) &&
  (filter.reason === undefined || entry.reason.toLowerCase().includes(filter.reason.toLowerCase())) &&
  (filter.since === undefined || entry.failedAt >= filter.since) &&
  (filter.until === undefined || entry.failedAt <= filter.until);

/**
 * Whether a filter excludes anything. A provider filter that includes unknown providers doesn't count: few messages
 * name a provider, and counting with a filter means receiving all messages.
 */
export const isNarrow = ({ orNoProvider, provider, ...filter }: DlqFilter): boolean =>
  Object.values(orNoProvider === true ? filter : { ...filter, provider }).some(
    (wish) => wish !== undefined && !(Array.isArray(wish) && wish.length === 0),
  );

export type Counted = Pick<DlqSummary, "failedAt" | "bytes" | "eventType" | "status" | "attempts" | "provider">;

/** The last attempt's status, or text if there is no status. */
export const responseLabel = ({ status, attempts }: Pick<DlqSummary, "status" | "attempts">): string => {
  if (status !== null) return String(status);
  // Imported entries may have no recorded attempt.
  return attempts === 0 ? "no attempt recorded" : "no response";
};

/** Adds up entries for `stats`. */
export const statsOf = () => {
  let total = 0;
  let claimed = 0;
  let bytes = 0;
  let oldest: number | null = null;
  let newest: number | null = null;
  const by = {
    type: new Map<string, number>(),
    status: new Map<string, number>(),
    provider: new Map<string, number>(),
  };
  const times = timeline();
  const count = (map: Map<string, number>, key: string): void => {
    map.set(key, (map.get(key) ?? 0) + 1);
  };
  return {
    add: (entry: Counted, isClaimed: boolean): void => {
      total++;
      if (isClaimed) claimed++;
      bytes += entry.bytes;
      oldest = oldest === null ? entry.failedAt : Math.min(oldest, entry.failedAt);
      newest = newest === null ? entry.failedAt : Math.max(newest, entry.failedAt);
      times.add(entry.failedAt);
      count(by.type, entry.eventType ?? "unknown");
      count(by.status, responseLabel(entry));
      count(by.provider, entry.provider ?? "unknown");
    },
    result: (): DlqStats => ({
      total,
      claimed,
      oldest,
      newest,
      bytes,
      byType: sorted(by.type),
      byStatus: sorted(by.status),
      byProvider: sorted(by.provider),
      byTime: times.result(),
    }),
  };
};

const sorted = (map: ReadonlyMap<string, number>): Readonly<Record<string, number>> =>
  Object.fromEntries([...map].toSorted(([, a], [, b]) => b - a));
