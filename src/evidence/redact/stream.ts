import { tooLarge } from "../../storage/input.ts";
import { utf8Text } from "../../request/request.ts";
import { redactLines } from "./lines.ts";
import type { Redactor } from "./redactor.ts";

/** Batch size; bounds the memory for files of any size. */
const batchSize = 1 << 20;
/** Context lines around a batch: a private key or a split secret may cross its edge. */
const contextLines = 100;
const contextSize = 1 << 16;
/** Beyond this many rows, places are no longer recorded separately. */
const maxRows = 10_000;

/** A line and its encoding; one that is not UTF-8 is read as Latin-1, which keeps its bytes. */
interface Line {
  readonly text: string;
  readonly encoding: "utf8" | "latin1";
}

export interface Streaming {
  /** The file's name, for errors and the counts. */
  readonly name: string;
  /** The maximum length of a line, in bytes. */
  readonly longestLine: number;
}

/**
 * Masks lines as they arrive, in bounded memory. Each batch is masked together with the lines around it.
 * @throws HookproofError `input-too-large` for a line that is too long
 */
export async function* redactStream(
  redactor: Redactor,
  chunks: AsyncIterable<Buffer>,
  { name, longestLine }: Streaming,
): AsyncGenerator<Buffer> {
  let before: readonly Line[] = [];
  let waiting: readonly Line[] = [];
  let counted = 0;
  const mask = (now: readonly Line[], after: readonly Line[]): Buffer => {
    const few = redactor.counts().length < maxRows;
    const texts = [...before, ...now, ...after].map(({ text }) => text);
    const masked = redactLines(redactor, texts, (index) => {
      const own = index - before.length;
      // Context lines are counted in their own batch.
      if (own < 0 || own >= now.length) return outsideBatch;
      return { file: name, place: few ? `line ${counted + own + 1}` : "later lines" };
    }).slice(before.length, before.length + now.length);
    before = now.slice(now.length - tail(now));
    counted += now.length;
    return Buffer.concat(masked.map((line, index) => Buffer.from(`${line}\n`, now[index]?.encoding)));
  };
  for await (const batch of batches(chunks, name, longestLine)) {
    waiting = [...waiting, ...batch];
    const after = tail(waiting);
    if (after >= waiting.length) continue;
    const now = waiting.slice(0, waiting.length - after);
    waiting = waiting.slice(waiting.length - after);
    yield mask(now, waiting);
  }
  const last = mask(waiting, []);
  // End with a newline only if the input did.
  yield last.subarray(0, Math.max(0, last.length - 1));
}

/** Place used for context lines, which are masked twice; `isInsideBatch` filters it out. */
const outsideBatch = { file: "", place: "" };

/** Whether a row counts: false for matches in the context around a batch. */
export const isInsideBatch = ({ file }: { readonly file: string }): boolean => file !== outsideBatch.file;

/** How many of the last lines serve as context for what follows. */
const tail = (lines: readonly Line[]): number => {
  let size = 0;
  let count = 0;
  for (; count < Math.min(contextLines, lines.length); count++) {
    size += lines[lines.length - 1 - count]?.text.length ?? 0;
    if (size > contextSize) break;
  }
  return count;
};

/** Yields batches of whole lines; if the file ends with a newline, an empty line follows. */
async function* batches(
  chunks: AsyncIterable<Buffer>,
  name: string,
  longestLine: number,
): AsyncGenerator<readonly Line[]> {
  let kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(0x0a);
    if (end < 0 || size + end < batchSize) {
      kept.push(chunk);
      size += chunk.length;
      if (size > longestLine + batchSize) throw tooLarge(`a line of ${name}`, longestLine);
      continue;
    }
    yield linesIn(Buffer.concat([...kept, chunk.subarray(0, end)]));
    kept = [chunk.subarray(end + 1)];
    size = chunk.length - end - 1;
  }
  yield linesIn(Buffer.concat(kept));
}

const linesIn = (bytes: Buffer): readonly Line[] => {
  const text = utf8Text(bytes);
  if (text !== undefined) return text.split("\n").map((line) => ({ text: line, encoding: "utf8" }));
  return bytes
    .toString("latin1")
    .split("\n")
    .map((line) => {
      const own = utf8Text(Buffer.from(line, "latin1"));
      return own === undefined ? { text: line, encoding: "latin1" } : { text: own, encoding: "utf8" };
    });
};
