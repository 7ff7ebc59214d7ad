import { lineBlocks } from "./read.ts";
import { parseLogLine } from "./parse.ts";
import type { LogFacts } from "./parse.ts";
import { before as upTo } from "../../values/cut.ts";

/** What to look for in a receiver's log. */
export interface LogQuery {
  readonly eventId: string;
  /** Path of the receiver, without its query; null where unknown. */
  readonly path: string | null;
  readonly hostname: string | null;
  /** Epoch milliseconds of the attempts, as far as known. */
  readonly times: readonly number[];
  /** How far a line's time may be from an attempt's to be taken for it. */
  readonly windowMs: number;
}

/** A line of the bundle's `receiver.log`. */
export interface LogLine {
  readonly file: string;
  readonly number: number;
  readonly text: string;
  readonly facts: LogFacts;
  /** `id`: it names the event. `time`: right path and time. `around`: next to one of those. */
  readonly why: "id" | "time" | "around";
}

interface LogSelection {
  readonly lines: readonly LogLine[];
  readonly linesRead: number;
  /** True where more lines matched than are kept. */
  readonly cut: boolean;
}

export const maxLines = 400;
const before = 3;
const after = 4;
/** Lines of a stack trace have no time of their own; so many of them follow their failure. */
const maxTrace = 25;
const longestShown = 8000;

/**
 * Picks the lines of one event from a log: those that name it, those of its path at the time of an
 * attempt, and the lines around them. Reads the file once, whatever its size.
 * @param shown the file's name as people know it
 */
export const selectLines = async (
  path: string,
  shown: string,
  query: LogQuery,
  signal: AbortSignal,
): Promise<LogSelection> => {
  const near = query.times[0] ?? 0;
  const id = Buffer.from(query.eventId);
  const byPath =
    query.times.length > 0 && query.path !== null && query.path !== "/" ? Buffer.from(query.path) : undefined;
  const kept: LogLine[] = [];
  let recent: { readonly number: number; readonly text: string }[] = [];
  let follow = 0;
  let trace = 0;
  let linesRead = 0;
  let cut = false;

  const keep = (number: number, text: string, why: LogLine["why"], facts = parseLogLine(text, near)): void => {
    if (kept.length >= maxLines) cut = true;
    else
      kept.push({
        file: shown,
        number,
        text: text.length > longestShown ? `${text.slice(0, longestShown)}…` : text,
        facts,
        why,
      });
  };

  const take = (number: number, text: string): void => {
    const hasId = namesEvent(text, query.eventId);
    const facts =
      hasId || (byPath !== undefined && query.path !== null && text.includes(query.path))
        ? parseLogLine(text, near)
        : undefined;
    const why = hasId ? "id" : facts !== undefined && inTime(facts, query) ? "time" : undefined;
    if (why !== undefined) {
      for (const one of recent) keep(one.number, one.text, "around");
      recent = [];
      keep(number, text, why, facts);
      follow = after;
      trace = maxTrace;
      return;
    }
    if (follow > 0 || trace > 0) {
      const own = parseLogLine(text, near);
      if (own.time === null && own.form === "plain" && trace > 0) {
        trace--;
        keep(number, text, "around", own);
        return;
      }
      trace = 0;
      if (follow-- > 0) {
        keep(number, text, "around", own);
        return;
      }
    }
    recent.push({ number, text });
    if (recent.length > before) recent.shift();
  };

  for await (const { bytes, firstLine } of lineBlocks(path, shown, signal)) {
    // A block that names neither the event nor its path is passed over, but for the lines that end it.
    const interesting =
      follow > 0 || trace > 0 || bytes.includes(id) || (byPath !== undefined && bytes.includes(byPath));
    const text = interesting ? bytes.toString("utf8") : undefined;
    if (text === undefined) {
      const tail = lastLines(bytes, before);
      linesRead = firstLine + countOf(bytes) - 1;
      recent = tail.map((line, index) => ({ number: linesRead - tail.length + 1 + index, text: line }));
      continue;
    }
    const lines = text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    for (const [index, line] of lines.entries()) take(firstLine + index, uncoloured(line));
    linesRead = firstLine + lines.length - 1;
  }
  return { lines: kept, linesRead, cut };
};

/** `evt_1` is not named by a line about `evt_12`. */
const namesEvent = (text: string, id: string): boolean => {
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
    if (!/[A-Za-z0-9]/.test(text[at - 1] ?? "") && !/[A-Za-z0-9]/.test(text[at + id.length] ?? "")) return true;
  }
  return false;
};

const inTime = (facts: LogFacts, { path, hostname, times, windowMs }: LogQuery): boolean => {
  const { time } = facts;
  if (facts.status === null || facts.path === null || time === null) return false;
  const bare = upTo(facts.path.replace(/^https?:\/\/([^/?#]*)/i, ""), "?#");
  const host = /^https?:\/\/([^/:?#]*)/i.exec(facts.path)?.[1];
  return (
    bare === path &&
    (host === undefined || hostname === null || host === hostname) &&
    times.some((one) => Math.abs(one - time) <= windowMs)
  );
};

const countOf = (bytes: Buffer): number => {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count + (bytes.at(-1) === 0x0a ? 0 : 1);
};

const lastLines = (bytes: Buffer, count: number): readonly string[] => {
  let from = bytes.length - 1;
  for (let found = 0; found < count && from > 0; found++) from = bytes.lastIndexOf(0x0a, from - 1);
  const lines = bytes
    .subarray(Math.max(0, from + 1))
    .toString("utf8")
    .split("\n");
  return (lines.at(-1) === "" ? lines.slice(0, -1) : lines).slice(-count).map(uncoloured);
};

// oxlint-disable-next-line no-control-regex -- these are what it takes out
const colours = /\u001b\[[0-9;:?]*[A-Za-z]/g;

/** A line as a terminal shows it: colours stand between a key and its value, and hide both from time, status and rules. */
const uncoloured = (line: string): string => {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  return text.includes("\u001b") ? text.replace(colours, "") : text;
};
