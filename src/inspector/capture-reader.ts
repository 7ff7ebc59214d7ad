import type { ForwardEvent } from "../listener/events.ts";
import type { Place } from "../storage/journal.ts";
import { requestOf } from "../formats/capture.ts";
import type { Loaded } from "./desk.ts";

/**
 * If another process appends to the same file, a recorded place can be too far back in it: the line is looked for in
 * this many bytes before it.
 */
const slackBytes = 4 * 1024 * 1024;

/** Reads requests and responses back from a capture file. */
export interface CaptureReader {
  /** Undefined where it is no longer there. */
  readonly request: (id: string, place: Place) => Promise<Loaded | undefined>;
  readonly forward: (forward: Place | ForwardEvent) => Promise<ForwardEvent | undefined>;
}

export const captureReader = (read: (place: Place) => Promise<Buffer | undefined>): CaptureReader => ({
  request: async (id, place) => {
    const line = await lineAt(read, place, `{"type":"request","id":${JSON.stringify(id)},`);
    if (line === undefined) return undefined;
    const { isCaptureRecord, parseCaptureLine } = await import("../formats/capture-read.ts");
    const record = parseCaptureLine(line, id);
    return isCaptureRecord(record)
      ? { ...extrasOf(line), request: requestOf(record), remote: record.remote ?? null }
      : undefined;
  },
  forward: async (forward) => {
    if (!("offset" in forward)) return forward;
    const line = (await read(forward).catch(() => undefined))?.toString("utf8");
    return line?.startsWith('{"type":"forward",') === true ? parsed<ForwardEvent>(line) : undefined;
  },
});

/** The inspector's additional fields of a line, which parseCaptureLine ignores. */
const extrasOf = (line: string): Pick<Loaded, "flags" | "overflow"> => {
  const { flags, overflow } = parsed<Partial<Pick<Loaded, "flags" | "overflow">>>(line);
  return { flags: flags ?? [], overflow: overflow === true };
};

// The line was written by this run's listener, so its shape is known.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const parsed = <T>(line: string): T => JSON.parse(line) as T;

const lineAt = async (
  read: (place: Place) => Promise<Buffer | undefined>,
  place: Place,
  beginning: string,
): Promise<string | undefined> => {
  const line = (await read(place).catch(() => undefined))?.toString("utf8");
  if (line?.startsWith(beginning) === true) return line;
  const offset = Math.max(0, place.offset - slackBytes);
  const around = await read({ ...place, offset, bytes: place.offset - offset + place.bytes }).catch(() => undefined);
  const at = around?.lastIndexOf(beginning) ?? -1;
  if (around === undefined || at < 0) return undefined;
  const end = around.indexOf(0x0a, at);
  return end < 0 ? undefined : around.toString("utf8", at, end);
};
