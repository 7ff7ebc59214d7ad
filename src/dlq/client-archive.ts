import { openJournal } from "../journal/journal.ts";
import type { DlqEntry } from "./dlq.ts";
import { entryLine } from "./record.ts";

/** Writes entries to the archive's file and returns once they are on the disk. */
export const archiveEntries = async (path: string, entries: readonly DlqEntry[]): Promise<void> => {
  const archive = openJournal(path, { fsync: true });
  try {
    await Promise.all(entries.map((entry) => archive.append(entryLine(entry))));
  } finally {
    await archive.close();
  }
};
