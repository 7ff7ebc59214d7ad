import type { Self } from "../storage/owner.ts";
import type { Reading } from "./message.ts";

/** What an engine needs of the world besides its address. */
export interface EngineWorld {
  readonly self: Self;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  readonly reading: Reading;
  /** Where discarded messages go that the engine itself has no place for: a file, written by appending. */
  readonly archive: string;
}
