/** Where capture lines go; `append` resolves once the line is written, with all others of its turn. */
export interface CaptureSink {
  append(line: string): Promise<void>;
  close(): Promise<void>;
}

/** Writes capture lines and continues with what must wait for them: the response to the captured request. */
export class CaptureWriter {
  readonly #sink: CaptureSink;
  readonly #onFailure: (error: unknown) => void;
  #failed = false;
  #writing: Promise<void> = Promise.resolve();

  /** @param onFailure called once, when nothing can be written any more */
  constructor(sink: CaptureSink, onFailure: (error: unknown) => void) {
    this.#sink = sink;
    this.#onFailure = onFailure;
  }

  /** Writes a line; `then` is called once it is written, and never where it could not be. */
  add(line: string, then?: () => void): void {
    if (this.#failed) return;
    // The sink writes in order: the last line is written after all others.
    this.#writing = this.#sink.append(line).then(
      () => then?.(),
      (error: unknown) => {
        if (this.#failed) return;
        this.#failed = true;
        this.#onFailure(error);
      },
    );
  }

  /** Resolves when all that was added is written. */
  async settled(): Promise<void> {
    for (let last; last !== this.#writing;) {
      last = this.#writing;
      await last;
    }
  }
}
