import { closeSync, openSync, readSync, statSync } from "node:fs";
import { HookproofError } from "../../errors.ts";

const looked = 65_536;
const ownLine = /(?:^|\n)\{[^\n]*?"type"\s*:\s*"(?:entry|claim|released|attempts|done|discarded)"/;
const beginning = '{"type":"entry","id":"';

/**
 * Rejects a file that isn't a queue, judging by its beginning. Otherwise a payload, capture or log would look like an
 * empty queue and be appended to. A damaged queue is accepted if at least one of its lines is intact or was cut off.
 * @param displayName the file as typed
 * @throws HookproofError `input-malformed`
 */
export const refuseForeign = (path: string, displayName: string): void => {
  const text = beginningOf(path);
  if (text === "" || ownLine.test(text) || beginning.startsWith(text)) return;
  throw new HookproofError(
    "input-malformed",
    `${displayName} is not a dead-letter queue: none of its lines is an entry`,
    {
      hint: "`hookproof dlq import` imports events from other file formats",
    },
  );
};

/** The beginning of a file; empty if it can't be read, because opening the queue reports that error. */
const beginningOf = (path: string): string => {
  let file: number | undefined;
  try {
    // Reading a pipe would block.
    if (!statSync(path).isFile()) return "";
    file = openSync(path, "r");
    const bytes = Buffer.alloc(looked);
    return bytes.toString("latin1", 0, readSync(file, bytes, 0, looked, 0));
  } catch {
    return "";
  } finally {
    if (file !== undefined) closeSync(file);
  }
};
