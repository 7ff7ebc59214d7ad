import type { Attempt } from "../request/attempt.ts";
import type { Claim, DlqEntry } from "./dlq.ts";
import { changeLine } from "./record.ts";

/** Writes the line that says what came of an entry; it is not held any more then. */
export type Settle = (id: string, line: string) => Promise<void>;

/** An entry of a file that this process holds. A class, not closures: a replay makes thousands a second. */
export class FileClaim implements Claim {
  readonly entry: DlqEntry;
  readonly #settle: Settle;

  constructor(entry: DlqEntry, settle: Settle) {
    this.entry = entry;
    this.#settle = settle;
  }

  acknowledge(attempts: readonly Attempt[], keep = false): Promise<void> {
    const { id } = this.entry;
    const change = { type: "done", id, kept: keep, attempts: keep ? this.#all(attempts) : attempts } as const;
    return this.#settle(id, changeLine(change));
  }

  giveBack(attempts: readonly Attempt[]): Promise<void> {
    const { id } = this.entry;
    const reason = attempts.at(-1)?.reason;
    const change =
      reason === undefined
        ? ({ type: "released", ids: [id] } as const)
        : ({ type: "attempts", id, reason, attempts: this.#all(attempts) } as const);
    return this.#settle(id, changeLine(change));
  }

  #all(attempts: readonly Attempt[]): readonly Attempt[] {
    return [...this.entry.attempts, ...attempts];
  }
}
