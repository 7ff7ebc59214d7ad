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
    const eventId = factOfEntry(id, bytes, "eventId");
    if (eventId !== undefined) return eventId;
  }
  return undefined;
};

/** The platform of a queue's entry, as a file has it. */
export const providerOfEntry = (id: string, bytes: Buffer): string | undefined => factOfEntry(id, bytes, "provider");

type EntryFact = "eventId" | "provider";

const factOfEntry = (id: string, bytes: Buffer, fact: EntryFact): string | undefined => {
  if (!bytes.includes(id)) return undefined;
  for (const { bytes: line } of linesOf(bytes)) {
    const found = line.includes(id) ? factIn(line, id, fact) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
};

const factIn = (line: Buffer, id: string, fact: EntryFact): string | undefined => {
  try {
    const value: unknown = JSON.parse(line.toString("utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    const facts: Readonly<Record<string, unknown>> = { ...value };
    const isOurs = facts["id"] === id || facts["dlqId"] === id;
    const found = facts[fact];
    return isOurs && typeof found === "string" ? found : undefined;
  } catch {
    return undefined;
  }
};
