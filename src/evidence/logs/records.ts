/** Lines that belong together: a line with its continuation lines, or an object printed over several lines. */
export interface LogRecord {
  /** The number of its first line. */
  readonly number: number;
  readonly lines: readonly string[];
}

interface OpenRecord {
  readonly number: number;
  readonly lines: string[];
  /**
   * Matches the last line: the closing bracket at the same indent, or the empty line after a journal export's entry.
   * Null for lines that continue by indentation.
   */
  readonly end: RegExp | null;
}

/** The maximum number of lines in a record, so that an entirely indented log doesn't become a single record. */
const longestBlock = 60;
const longestObject = 400;

/** Groups lines into records as they arrive. */
export class RecordBuilder {
  #open: OpenRecord | undefined;

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Adds the next line. @returns the records that this line completes */
  add(number: number, line: string): readonly LogRecord[] {
    const open = this.#open;
    // Fast path: most lines are a record by themselves.
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

  /** Completes the open record, if there is one. */
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

/** A line that may have continuation lines: it has a time, or begins an entry of .NET's console. */
const heads = /^\S.{0,100}\d:\d\d|^(?:trce|dbug|info|warn|fail|crit): /;

/**
 * A continuation line: indented, a closing bracket, or a stack trace's next cause; but not a line that begins with a
 * date.
 */
const continues = /^(?![ \t]{0,40}\[?\d{4}[-/]\d\d)(?:[ \t]{1,200}\S|[}\])]|Caused by: |\.\.\. \d)/;
