import type { Place } from "../storage/journal.ts";

/**
 * Where capture lines are written; `append` resolves once the line is written, together with all others of the same
 * event loop turn.
 */
export interface CaptureSink {
  append(line: string): Promise<Place | undefined>;
  /** Reads a line back, if the sink supports it. */
  read?(place: Place): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

export interface CaptureWatcher {
  /** Called when a line can't be written; only for the first of several. */
  readonly onFailure: (error: unknown) => void;
  /** Called when lines can be written again. */
  readonly onRecovery: () => void;
}

/** Writes capture lines, then continues with what must wait for them, such as the response. */
export class CaptureWriter {
  readonly #sink: CaptureSink;
  readonly #watcher: CaptureWatcher;
  #isFailing = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(sink: CaptureSink, watcher: CaptureWatcher) {
    this.#sink = sink;
    this.#watcher = watcher;
  }

  /** Writes a line; `then` is called with whether it was written, and with its place if the sink reports it. */
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

  /** Resolves when every added line has been written or has failed. */
  async settled(): Promise<void> {
    for (let last; last !== this.#writing;) {
      last = this.#writing;
      await last;
    }
  }
}
