import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { fileError, HookproofError } from "../../errors.ts";
import { inputLimits, readChunks, tooLarge } from "../../storage/input.ts";

/** A block of whole lines of a file. */
interface LineBlock {
  readonly bytes: Buffer;
  /** The number of its first line, from 1. */
  readonly firstLine: number;
}

/** A longer line is split, so that a log without newlines can't fill the memory. */
const longestLine = 1024 * 1024;

/**
 * Reads a log file in blocks of whole lines, never all at once; gzip is detected by its first bytes, whatever the
 * file's name.
 * @param limit maximum unpacked size in bytes
 * @throws HookproofError `input-unreadable`, `input-too-large`, `input-malformed` for a broken gzip
 */
export async function* lineBlocks(
  path: string,
  displayName: string,
  signal: AbortSignal,
  limit: number = inputLimits.log,
): AsyncGenerator<LineBlock> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 1;
  let size = 0;
  try {
    for await (const chunk of await opened(path, displayName, signal)) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      size += bytes.length;
      if (size > limit) throw tooLarge(displayName, limit);
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
      throw new HookproofError("input-malformed", `${displayName} is incomplete or damaged gzip: ${error.message}`, {
        cause: error,
      });
    }
    throw fileError(error, "read", displayName);
  }
}

/** The unpacked bytes of the file. A pipe can be read only once, so gzip is detected while streaming. */
const opened = async (path: string, displayName: string, signal: AbortSignal): Promise<AsyncIterable<unknown>> => {
  const chunks = readChunks(path, { displayName, signal });
  const begun: Buffer[] = [];
  for (let length = 0; length < 2;) {
    const next = await chunks.next();
    if (next.done === true) break;
    begun.push(next.value);
    length += next.value.length;
  }
  const whole = async function* (): AsyncGenerator<Buffer> {
    yield* begun;
    yield* chunks;
  };
  if (!Buffer.concat(begun).subarray(0, 2).equals(gzipMagic)) return whole();
  const gunzip = createGunzip();
  const file = Readable.from(whole(), { objectMode: false });
  file.on("error", (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
};

const gzipMagic = Buffer.from([0x1f, 0x8b]);

const countLines = (block: Buffer): number => {
  let count = 0;
  for (let at = block.indexOf(0x0a); at >= 0; at = block.indexOf(0x0a, at + 1)) count++;
  return count;
};
