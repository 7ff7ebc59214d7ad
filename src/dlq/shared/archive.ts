import { openJournal } from "../../storage/journal.ts";
import type { DlqEntry } from "../dlq.ts";
import type { Peeked } from "./look.ts";
import { entryLine } from "../record.ts";

/** Writes entries to the archive file. Resolves once they are on disk. */
export const archiveEntries = async (path: string, entries: readonly DlqEntry[]): Promise<void> => {
  const archive = openJournal(path, { fsync: true });
  try {
    await Promise.all(entries.map((entry) => archive.append(entryLine(entry))));
  } finally {
    await archive.close();
  }
};

/**
 * Moves entries to the archive file, for queues that can only be read by holding messages. Each entry leaves the queue
 * once it is on disk.
 * @returns how many moved
 */
export const archivePeeked = async (
  peeked: AsyncIterable<Peeked>,
  ids: readonly string[],
  path: string,
): Promise<number> => {
  const wanted = new Set(ids);
  let moved = 0;
  for await (const { entry, take } of peeked) {
    if (!wanted.delete(entry.id)) continue;
    await archiveEntries(path, [entry]);
    await take();
    moved++;
    if (wanted.size === 0) break;
  }
  return moved;
};
