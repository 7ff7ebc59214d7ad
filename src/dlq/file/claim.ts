import type { Attempt } from "../../request/attempt.ts";
import type { Claim, DlqEntry } from "../dlq.ts";
import { changeLine, doneLine } from "../record.ts";

/** Records the outcome of a claimed entry and releases the claim. */
export interface ClaimSettler {
  settle(id: string, line: string, isRemoved: boolean): Promise<void>;
}

/**
 * An entry of a queue file claimed by this process. A class rather than closures, because a replay creates thousands
 * per second.
 */
export class FileClaim implements Claim {
  readonly entry: DlqEntry;
  readonly #queue: ClaimSettler;

  constructor(entry: DlqEntry, queue: ClaimSettler) {
    this.entry = entry;
    this.#queue = queue;
  }

  acknowledge(attempts: readonly Attempt[], keep = false): Promise<void> {
    const { id } = this.entry;
    const line = keep
      ? changeLine({ type: "done", id, kept: true, attempts: this.#all(attempts) })
      : doneLine(id, attempts);
    return this.#queue.settle(id, line, !keep);
  }

  requeue(attempts: readonly Attempt[]): Promise<void> {
    const { id } = this.entry;
    const reason = attempts.at(-1)?.reason;
    const change =
      reason === undefined
        ? ({ type: "released", ids: [id] } as const)
        : ({ type: "attempts", id, reason, attempts: this.#all(attempts) } as const);
    return this.#queue.settle(id, changeLine(change), false);
  }

  #all(attempts: readonly Attempt[]): readonly Attempt[] {
    return [...this.entry.attempts, ...attempts];
  }
}
