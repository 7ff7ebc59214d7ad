import { HookproofError } from "../errors.ts";
import type { Claim, Dlq, DlqEntry, DlqFilter } from "./dlq.ts";
import { matchesFilter } from "./filter.ts";
import { summarize } from "./record.ts";
import { collectStats, listMatching, matchingEntries } from "./shared/look.ts";

/**
 * A read-only queue of events in memory, to replay from. Delivered events leave it, but nothing is written.
 * @param name where the events are from, for messages
 */
export const capturedQueue = (name: string, events: readonly DlqEntry[]): Dlq => {
  const waiting = new Map(events.map((entry) => [entry.id, entry]));
  const tried = new Set<string>();
  const all = async function* (): AsyncGenerator<DlqEntry> {
    yield* waiting.values();
  };
  const claimOf = (entry: DlqEntry): Claim => ({
    entry,
    acknowledge: async (_attempts, keep) => {
      if (keep !== true) waiting.delete(entry.id);
    },
    requeue: async (attempts) => {
      waiting.set(entry.id, { ...entry, attempts: [...entry.attempts, ...attempts] });
    },
  });
  const readOnly = (what: string): never => {
    throw new HookproofError("unsupported", `${name} is a capture: ${what}`);
  };
  return {
    name,
    listNote: null,
    problems: [],
    unreadable: 0,
    list: (filter, limit = Number.POSITIVE_INFINITY) => listMatching(all(), filter, limit),
    entries: (filter) => matchingEntries(all(), filter),
    get: async (id) => waiting.get(id),
    stats: (filter) => collectStats(all(), filter),
    claim: async (filter: DlqFilter, max: number) => {
      const claims: Claim[] = [];
      for (const entry of waiting.values()) {
        if (claims.length >= max) break;
        if (tried.has(entry.id) || !matchesFilter(summarize(entry), filter)) continue;
        tried.add(entry.id);
        claims.push(claimOf(entry));
      }
      return claims;
    },
    add: async () => readOnly("nothing can be added to it"),
    discard: async () => readOnly("nothing can be discarded from it"),
    close: async () => undefined,
  };
};
