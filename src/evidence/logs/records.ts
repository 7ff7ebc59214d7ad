/** Lines that belong together: a line with those that carry it on, or an object printed over several. */
export interface LogRecord {
  /** Of its first line. */
  readonly number: number;
  readonly lines: readonly string[];
}

interface OpenRecord {
  readonly number: number;
  readonly lines: string[];
  /** Line that ends it: the closing bracket at its indent, or the empty line of a journal export. */
  readonly end: RegExp | null;
}

/** Longer ones are cut: a log that is indented throughout must not become one record. */
const longestBlock = 60;
const longestObject = 400;

/** Puts lines together into records as they come. */
export class RecordBuilder {
  #open: OpenRecord | undefined;

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Takes the next line. @returns the records that are finished by it */
  add(number: number, line: string): readonly LogRecord[] {
    const open = this.#open;
    // Most lines stand alone.
    if (open?.end !== undefined && open.end === null && !/^[\s{}[\]C._]/.test(line))
      return this.#start(number, line, null);
    const opener = /^([ \t]{0,40})[[{]\s{0,4}$/.exec(line);
    if (opener !== null) return this.#start(number, line, new RegExp(`^[ \\t]{${opener[1]?.length ?? 0}}[\\]}]`));
    if (open?.end?.test(line) === true) {
      open.lines.push(line);
      return this.flush();
    }
    if (open !== undefined && open.lines.length < (open.end === null ? longestBlock : longestObject)) {
      if (open.end !== null || (continues.test(line) && heads.test(open.lines[0]?.slice(0, 200) ?? ""))) {
        open.lines.push(line);
        return [];
      }
    }
    return this.#start(number, line, /^__(?:CURSOR|REALTIME_TIMESTAMP)=/.test(line) ? /^$/ : null);
  }

  /** Ends the record that is open, where one is. */
  flush(): readonly LogRecord[] {
    const open = this.#open;
    this.#open = undefined;
    return open === undefined ? [] : [open];
  }

  #start(number: number, line: string, end: RegExp | null): readonly LogRecord[] {
    const done = this.flush();
    this.#open = { number, lines: [line], end };
    return done;
  }
}

/** A line that others may carry on: it has a time, or is the first of an entry of .NET's console. Any other may stand for itself. */
const heads = /^\S.{0,100}\d:\d\d|^(?:trce|dbug|info|warn|fail|crit): /;

/** Indented, a closing bracket, or the next cause of a stack trace; but no line that has a time of its own. */
const continues = /^(?![ \t]{0,40}\[?\d{4}[-/]\d\d)(?:[ \t]{1,200}\S|[}\])]|Caused by: |\.\.\. \d)/;
