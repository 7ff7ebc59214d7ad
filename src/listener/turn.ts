/** Where capture lines go; `append` takes one or more lines and resolves once they are written. */
export interface CaptureSink {
  append(lines: string): Promise<void>;
  close(): Promise<void>;
}

/** Requests that are not made to wait for the rest of their turn: their senders could be at work meanwhile. */
const fullTurn = 16;

/**
 * Gathers what one turn of the event loop has to write and writes it at once: one write serves all
 * requests of the turn, which are answered after it.
 */
export class TurnWriter {
  readonly #sink: CaptureSink;
  readonly #onFailure: (error: unknown) => void;
  #lines = "";
  #after: (() => void)[] = [];
  #scheduled = false;
  #failed = false;
  #writing: Promise<void> = Promise.resolve();

  /** @param onFailure told once, when nothing can be written any more */
  constructor(sink: CaptureSink, onFailure: (error: unknown) => void) {
    this.#sink = sink;
    this.#onFailure = onFailure;
  }

  /** Writes a line with this turn's others; `then` is called once it is written, and never where it could not be. */
  add(line: string, then?: () => void): void {
    this.#lines = this.#lines === "" ? line : `${this.#lines}\n${line}`;
    if (then !== undefined && this.#after.push(then) >= fullTurn) {
      this.#flush();
      return;
    }
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#flush());
  }

  /** Resolves when all that was added is written. */
  async settled(): Promise<void> {
    while (this.#scheduled) await new Promise((resolve) => setImmediate(resolve));
    await this.#writing;
  }

  #flush(): void {
    this.#scheduled = false;
    if (this.#lines === "") return;
    const lines = this.#lines;
    const after = this.#after;
    this.#lines = "";
    this.#after = [];
    if (this.#failed) return;
    const written = this.#sink.append(lines).then(
      () => {
        for (const one of after) one();
      },
      (error: unknown) => {
        if (this.#failed) return;
        this.#failed = true;
        this.#onFailure(error);
      },
    );
    this.#writing = Promise.all([this.#writing, written]).then(() => undefined);
  }
}
