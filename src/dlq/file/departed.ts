import type { Departure } from "../dlq.ts";
import type { Ledger } from "./ledger.ts";

/**
 * How entries left that the file still has lines of. A compaction drops those: what it took is as if it had never been.
 * @param ids the entries' own, or their events'
 */
export const departedOf = (ledger: Ledger, ids: readonly string[]): ReadonlyMap<string, Departure> => {
  const found = new Map<string, Departure>();
  for (const id of ids) {
    const how = ledger.index.departure(ledger.index.anyRowOf(id));
    if (how !== undefined) found.set(id, how);
  }
  const events = new Set(ids.filter((id) => !found.has(id)));
  for (let row = 0; events.size > 0 && row < ledger.index.rows; row++) {
    const how = ledger.index.departure(row);
    const event = how === undefined ? undefined : ledger.summary(row)?.eventId;
    if (how !== undefined && typeof event === "string" && events.has(event)) found.set(event, how);
  }
  return found;
};
