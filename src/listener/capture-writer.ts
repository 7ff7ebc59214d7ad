import type { Place } from "../storage/journal.ts";

/** Where capture lines go; `append` resolves once the line is written, with all others of its turn. */
export interface CaptureSink {
  append(line: string): Promise<Place | undefined>;
  /** Reads a line back, where the sink can. */
  read?(place: Place): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

export interface CaptureWatcher {
  /** A line could not be written; called for the first of several such lines. */
  readonly onFailure: (error: unknown) => void;
  /** A line was written again. */
  readonly onRecovery: () => void;
}

/** Writes capture lines and then continues with what must wait for them: the response. */
export class CaptureWriter {
  readonly #sink: CaptureSink;
  readonly #watcher: CaptureWatcher;
  #isFailing = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(sink: CaptureSink, watcher: CaptureWatcher) {
    this.#sink = sink;
    this.#watcher = watcher;
  }

  /** Writes a line; `then` is told whether it was written, and where if the sink says so. */
  add(line: string, then?: (isWritten: boolean, place?: Place) => void): void {
    // The sink writes in order: the last line is written after all others.
    this.#writing = this.#sink.append(line).then(
      (place) => {
        if (this.#isFailing) this.#watcher.onRecovery();
        this.#isFailing = false;
        then?.(true, place);
      },
      (error: unknown) => {
        if (!this.#isFailing) this.#watcher.onFailure(error);
        this.#isFailing = true;
        then?.(false);
      },
    );
  }

  /** Resolves when all that was added is written, or could not be. */
  async settled(): Promise<void> {
    for (let last; last !== this.#writing;) {
      last = this.#writing;
      await last;
    }
  }
}
