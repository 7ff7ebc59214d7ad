import { lineBlocks } from "./read.ts";
import { entriesOf } from "./parse.ts";
import type { LogFacts } from "./parse.ts";
import { RecordBuilder } from "./records.ts";
import type { LogRecord } from "./records.ts";
import { OpenRequests } from "./requests.ts";

/** What to look for in a receiver's log. */
export interface LogQuery {
  readonly eventId: string;
  /** The receiver's path without query; null if unknown. */
  readonly path: string | null;
  readonly hostname: string | null;
  /** The times of the known attempts, in epoch milliseconds. */
  readonly times: readonly number[];
  /** How far a line's time may differ from an attempt's. */
  readonly windowMs: number;
}

/** A line of the bundle's `receiver.log`. */
export interface LogLine {
  readonly file: string;
  readonly number: number;
  readonly text: string;
  readonly facts: LogFacts;
  /**
   * Why it was selected. `id`: names the event, or belongs to a request with a line that does. `time`: matching path
   * and time. `path`: matching path, no time. `around`: next to one of those.
   */
  readonly why: "id" | "time" | "path" | "around";
}

export interface LogSelection {
  readonly lines: readonly LogLine[];
  readonly linesRead: number;
  /** Whether more lines matched than were kept. */
  readonly cut: boolean;
  /** The number of lines that name the event. */
  readonly naming: number;
  /** The number of the first of them in an unknown format. */
  readonly unknown: number | null;
}

export const maxLines = 400;
const before = 3;
const after = 4;
/** Stack trace lines have no time; up to this many are kept after their failure. */
const maxTrace = 25;
const longestShown = 8000;
/** Maximum number of lines with the right path but no time. */
const maxUntimed = 20;
/** How many of the last lines of a skipped block are kept as context. */
const maxTail = 50;
/** How many lines back the other lines of a request are searched for. */
const maxHistory = 300;

/**
 * Selects the lines of one event from a log: those that name it, those of its path at the time of an attempt, other
 * lines of the same request, and surrounding lines. Reads the file once, whatever its size.
 * @param displayName the file's name for people
 * @param limit maximum unpacked size in bytes
 */
export const selectLines = async (
  path: string,
  displayName: string,
  query: LogQuery,
  signal: AbortSignal,
  limit?: number,
): Promise<LogSelection> => {
  const selector = new Selector(displayName, query);
  const builder = new RecordBuilder();
  let linesRead = 0;
  let hasColumns = false;
  for await (const { bytes, firstLine } of lineBlocks(path, displayName, signal, limit)) {
    if (firstLine === 1 && bytes[0] === 0x23) hasColumns = true;
    // Blocks that mention neither the event nor its path are skipped, except their last lines.
    if (!selector.wants(bytes)) {
      for (const record of builder.flush()) selector.take(record);
      const tail = lastLines(bytes, maxTail);
      linesRead = firstLine + countOf(bytes) - 1;
      selector.passOver(tail.map((line, index) => ({ number: linesRead - tail.length + 1 + index, lines: [line] })));
      if (hasColumns) selector.readColumns(bytes);
      continue;
    }
    const lines = bytes.toString("utf8").split("\n");
    if (lines.at(-1) === "") lines.pop();
    for (const [index, line] of lines.entries())
      for (const record of builder.add(firstLine + index, uncoloured(line))) selector.take(record);
    linesRead = firstLine + lines.length - 1;
  }
  for (const record of builder.flush()) selector.take(record);
  return { ...selector.result(), linesRead };
};

type Entry = ReturnType<typeof entriesOf>[number];
type Hit = Exclude<LogLine["why"], "around">;

class Selector {
  readonly #displayName: string;
  readonly #query: LogQuery;
  readonly #id: Buffer;
  /** The path, also as escaped in PHP's JSON; empty if lines aren't matched by path. */
  readonly #paths: readonly string[];
  readonly #kept = new Map<string, LogLine>();
  readonly #untimed: LogLine[] = [];
  readonly #requests = new OpenRequests();
  #columns: readonly string[] | undefined;
  #recent: LogRecord[] = [];
  #history: LogRecord[] = [];
  #follow = 0;
  #trace = 0;
  #cut = false;
  #naming = 0;
  #unknown: number | null = null;

  constructor(displayName: string, query: LogQuery) {
    this.#displayName = displayName;
    this.#query = query;
    this.#id = Buffer.from(query.eventId);
    const { path, times } = query;
    this.#paths = times.length > 0 && path !== null && path !== "/" ? [path, path.replaceAll("/", "\\/")] : [];
  }

  /** Whether a block must be read line by line. */
  wants(bytes: Buffer): boolean {
    return (
      this.#follow > 0 ||
      this.#trace > 0 ||
      bytes.includes(this.#id) ||
      this.#paths.some((path) => bytes.includes(path)) ||
      this.#requests.keys.some((key) => bytes.includes(key))
    );
  }

  passOver(records: readonly LogRecord[]): void {
    this.#recent = records.slice(-before);
    this.#history = [...records];
  }

  readColumns(bytes: Buffer): void {
    const at = bytes.lastIndexOf("#Fields:");
    if (at >= 0) this.#setColumns(bytes.toString("utf8", at, at + 4096).split("\n")[0] ?? "");
  }

  take(record: LogRecord): void {
    const text = record.lines.join("\n");
    if (text.startsWith("#Fields:")) this.#setColumns(text);
    const hits = this.#hitsOf(record, text);
    if (hits.length > 0) {
      for (const one of this.#recent) this.#keepAround(one);
      this.#recent = [];
      for (const { entry, why } of hits) this.#keepHit(record, entry, why, hits.length > 1);
      this.#follow = after;
      this.#trace = maxTrace;
    } else if (!this.#takeAfter(record, text)) {
      this.#recent.push(record);
      if (this.#recent.length > before) this.#recent.shift();
    }
    this.#history.push(record);
    if (this.#history.length > 2 * maxHistory) this.#history = this.#history.slice(-maxHistory);
  }

  result(): Omit<LogSelection, "linesRead"> {
    const hasStatus = [...this.#kept.values()].some(({ why, facts }) => why !== "around" && facts.status !== null);
    // A line is kept once, with the first reason.
    const untimed = hasStatus ? [] : this.#untimed.filter(({ number }) => !this.#kept.has(String(number)));
    return {
      lines: [...this.#kept.values(), ...untimed].toSorted((a, b) => a.number - b.number),
      cut: this.#cut,
      naming: this.#naming,
      unknown: this.#unknown,
    };
  }

  /** Keeps the lines after a hit: its stack trace and a few more. */
  #takeAfter(record: LogRecord, text: string): boolean {
    if (this.#follow <= 0 && this.#trace <= 0) return false;
    const own = this.#read(text)[0]?.facts;
    if (this.#trace > 0 && own?.time === null && own.form === "text") {
      this.#trace -= record.lines.length;
      this.#keepAround(record);
      return true;
    }
    this.#trace = 0;
    if (this.#follow-- <= 0) return false;
    this.#keepAround(record);
    return true;
  }

  #hitsOf(record: LogRecord, text: string): readonly { readonly entry: Entry; readonly why: Hit }[] {
    const { eventId } = this.#query;
    const named = namesEvent(text, eventId);
    if (named) this.#naming++;
    if (!named && !this.#paths.some((path) => text.includes(path)) && !this.#requests.concerns(text)) return [];
    return this.#read(text).flatMap((one) => {
      const isNamed = named && namesEvent(one.text, eventId);
      if (isNamed && one.facts.form === "text") this.#unknown ??= record.number;
      const why = isNamed ? "id" : this.#isInTime(one.facts) ? "time" : undefined;
      const known = this.#requests.add(one.facts, why);
      if (isNamed && one.facts.request !== null) this.#lookBack(one.facts.request);
      const { facts, why: reason } = known ?? { facts: one.facts, why };
      if (reason === undefined) {
        if (facts.time === null && facts.status !== null && this.#isPath(facts)) this.#keepUntimed(record, one);
        return [];
      }
      const entry = { ...one, facts: this.#isOther(facts) ? { ...facts, status: null } : facts };
      // A line with the right path and time but no status may be unrelated, until another line has the status.
      return reason === "time" && facts.status === null ? [] : [{ entry, why: reason }];
    });
  }

  #read(text: string): readonly Entry[] {
    return entriesOf(text, { near: this.#query.times[0] ?? 0, columns: this.#columns });
  }

  /** Finds earlier lines with the same request id, which may have the path or the status. */
  #lookBack(request: string): void {
    for (const record of this.#history.slice(-maxHistory)) {
      const text = record.lines.join("\n");
      if (!namesEvent(text, request)) continue;
      for (const entry of this.#read(text)) {
        if (entry.facts.request !== request) continue;
        const { facts, why } = this.#requests.add(entry.facts, undefined) ?? { facts: entry.facts, why: "id" as const };
        this.#keepHit(
          record,
          { ...entry, facts: this.#isOther(facts) ? { ...facts, status: null } : facts },
          why ?? "id",
          false,
        );
      }
    }
  }

  #isInTime(facts: LogFacts): boolean {
    const { time } = facts;
    const { times, windowMs } = this.#query;
    return time !== null && this.#isPath(facts) && times.some((one) => Math.abs(one - time) <= windowMs);
  }

  #isPath(facts: LogFacts): boolean {
    const { path, hostname } = this.#query;
    if (facts.path === null || this.#paths.length === 0) return false;
    const host = /^https?:\/\/([^/:?#]{0,255})/i.exec(facts.path)?.[1];
    return (
      barePath(facts.path) === path &&
      (host === undefined || hostname === null || host === hostname || isInternal(host) || isInternal(hostname))
    );
  }

  /**
   * Whether a line names the event but is about another request, such as one that looks it up or calls another service.
   * A proxy may have added or removed a path prefix.
   */
  #isOther({ method, path }: LogFacts): boolean {
    if (method !== null && !["POST", "PUT", "PATCH"].includes(method)) return true;
    if (path === null) return false;
    const [bare, expected] = [barePath(path), this.#query.path];
    if (expected === null || expected === "/") return bare.includes(this.#query.eventId);
    return !bare.endsWith(expected) && !(bare.length > 1 && expected.endsWith(bare));
  }

  #setColumns(line: string): void {
    this.#columns = line.slice("#Fields:".length).trim().split(/\s+/);
  }

  #keepUntimed(record: LogRecord, { facts, text }: Entry): void {
    if (this.#untimed.length < maxUntimed)
      this.#untimed.push({ file: this.#displayName, number: record.number, text: shortened(text), facts, why: "path" });
  }

  /** @param several whether the record contains other entries too, in which case only this one's text is kept */
  #keepHit(record: LogRecord, { text, facts }: Entry, why: Hit, several: boolean): void {
    const name = several ? `${record.number} ${text}` : String(record.number);
    if (!this.#kept.has(name) && this.#kept.size >= maxLines) this.#cut = true;
    else {
      const [first = ""] = record.lines;
      const lineText = several || (record.lines.length === 1 && text.length < first.length) ? text : first;
      this.#kept.set(name, { file: this.#displayName, number: record.number, text: shortened(lineText), facts, why });
      if (!several) this.#keepRest(record);
    }
  }

  #keepAround(record: LogRecord): void {
    const name = String(record.number);
    if (this.#kept.has(name)) return;
    if (this.#kept.size >= maxLines) {
      this.#cut = true;
      return;
    }
    const [first = ""] = record.lines;
    const facts = this.#read(record.lines.join("\n"))[0]?.facts ?? nothing;
    this.#kept.set(name, {
      file: this.#displayName,
      number: record.number,
      text: shortened(first),
      facts,
      why: "around",
    });
    this.#keepRest(record);
  }

  #keepRest(record: LogRecord): void {
    for (const [index, line] of record.lines.slice(1).entries()) {
      const number = record.number + index + 1;
      if (this.#kept.has(String(number))) continue;
      if (this.#kept.size >= maxLines) this.#cut = true;
      else
        this.#kept.set(String(number), {
          file: this.#displayName,
          number,
          text: shortened(line),
          facts: nothing,
          why: "around",
        });
    }
  }
}

const nothing: LogFacts = {
  time: null,
  status: null,
  method: null,
  path: null,
  request: null,
  part: null,
  form: "text",
};

/** Whether a host is internal, as behind a proxy or in tests: it may be the same receiver. */
const isInternal = (host: string): boolean => !host.includes(".") || /^(?:\d{1,3}\.){3}\d{1,3}$/.test(host);

const barePath = (path: string): string => path.replace(/^https?:\/\/[^/?#]{0,255}/i, "").split(/[?#]/, 1)[0] ?? "";

const shortened = (text: string): string => (text.length > longestShown ? `${text.slice(0, longestShown)}…` : text);

/** Whether a text contains an id as a whole: `evt_12` doesn't name `evt_1`. */
export const namesEvent = (text: string, id: string): boolean => {
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
    if (!/[A-Za-z0-9]/.test(text[at - 1] ?? "") && !/[A-Za-z0-9]/.test(text[at + id.length] ?? "")) return true;
  }
  return false;
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
const colours = /\u001b\[[0-9;:?]{0,40}[A-Za-z]/g;

/** Removes colour codes, which would separate keys from values. */
const uncoloured = (line: string): string => {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  return text.includes("\u001b") ? text.replace(colours, "") : text;
};
