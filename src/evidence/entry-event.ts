import type { Dlq } from "../dlq/dlq.ts";
import { eventOf } from "../providers/event.ts";
import type { Profile } from "../providers/profile.ts";
import { linesOf } from "../storage/lines.ts";

/** Whether an id is that of a dead-letter queue entry rather than an event. */
export const isEntryId = (id: string): boolean => /^dlq_[0-9a-f]{16}$/.test(id);

/** The event of a DLQ entry, looked up in files and queues; undefined if none of them has the entry. */
export const eventOfEntry = async (
  id: string,
  profile: Profile,
  files: readonly { readonly bytes: Buffer }[],
  queues: readonly Pick<Dlq, "get">[],
): Promise<string | undefined> => {
  for (const queue of queues) {
    const entry = await queue.get(id);
    const eventId = entry === undefined ? undefined : (entry.eventId ?? eventOf(entry.request, profile).id);
    if (eventId !== undefined && eventId !== null) return eventId;
  }
  for (const { bytes } of files) {
    if (!bytes.includes(id)) continue;
    for (const { bytes: line } of linesOf(bytes)) {
      const eventId = line.includes(id) ? eventIn(line, id) : undefined;
      if (eventId !== undefined) return eventId;
    }
  }
  return undefined;
};

const eventIn = (line: Buffer, id: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(line.toString("utf8"));
    if (typeof value !== "object" || value === null || !("eventId" in value)) return undefined;
    const isOurs = ("id" in value && value.id === id) || ("dlqId" in value && value.dlqId === id);
    return isOurs && typeof value.eventId === "string" ? value.eventId : undefined;
  } catch {
    return undefined;
  }
};
