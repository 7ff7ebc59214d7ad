import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { fileError, HookproofError } from "../../errors.ts";

/** A stretch of whole lines of a file. */
interface LineBlock {
  readonly bytes: Buffer;
  /** Number of its first line, from 1. */
  readonly firstLine: number;
}

/** A line longer than this is cut in two: a log without line feeds must not fill the memory. */
const longestLine = 1024 * 1024;

/**
 * Reads a log file in blocks of whole lines, without ever holding it whole; gzip is told by its
 * first bytes, whatever the file is called.
 * @throws HookproofError `input-unreadable`, `input-malformed` for a broken gzip
 */
export async function* lineBlocks(path: string, shown: string, signal: AbortSignal): AsyncGenerator<LineBlock> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 1;
  try {
    for await (const chunk of await opened(path, signal)) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const last = all.lastIndexOf(0x0a);
      const end = last >= 0 ? last + 1 : all.length > longestLine ? all.length : 0;
      rest = all.subarray(end);
      if (end === 0) continue;
      const block = all.subarray(0, end);
      yield { bytes: block, firstLine: line };
      line += countLines(block);
    }
    if (rest.length > 0) yield { bytes: rest, firstLine: line };
  } catch (error) {
    if (error instanceof HookproofError || signal.aborted) throw error;
    if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_")) {
      throw new HookproofError("input-malformed", `${shown} is gzip that breaks off or is damaged: ${error.message}`, {
        cause: error,
      });
    }
    throw fileError(error, "read", shown);
  }
}

const opened = async (path: string, signal: AbortSignal): Promise<AsyncIterable<unknown>> => {
  const magic: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: 1, signal })) magic.push(Buffer.from(chunk));
  const file = createReadStream(path, { highWaterMark: 1024 * 1024, signal });
  if (!Buffer.concat(magic).equals(Buffer.from([0x1f, 0x8b]))) return file;
  const gunzip = createGunzip();
  file.on("error", (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
};

const countLines = (block: Buffer): number => {
  let count = 0;
  for (let at = block.indexOf(0x0a); at >= 0; at = block.indexOf(0x0a, at + 1)) count++;
  return count;
};
