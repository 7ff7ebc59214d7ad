import type { Saved, State } from "./types.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Desk } from "./desk.ts";
import type { Resender } from "./resend.ts";
import type { Row } from "./types.ts";

/** Facts about a run and the actions it offers; unavailable actions are undefined. */
export interface Inspected {
  readonly desk: Desk;
  readonly mode: State["mode"];
  readonly version: string;
  readonly run: string;
  readonly listening: () => State["listening"];
  readonly sources: () => State["sources"];
  readonly targets: State["targets"];
  /** Commands that make the first request appear. */
  readonly start: () => State["start"];
  readonly resender: Resender;
  readonly deadLetters: DeadLetters;
  /** Whether requests can be added to the queue; false when the queue itself is being inspected. */
  readonly canDeadLetter: boolean;
  /** The response script. */
  readonly responses?: ResponseControl;
  /** Writes a new file into the working folder. @returns its path */
  readonly writeNew: (name: string, data: Buffer) => Promise<string>;
  /** Starts an evidence bundle about a request's event. @throws HookproofError */
  readonly evidence?: (row: Row) => Promise<Saved>;
}

/** Reads and replaces the response script. */
export interface ResponseControl {
  readonly original: string;
  current(): string;
  /** @throws HookproofError `usage` */
  set(script: string): void;
  /** Whether the script applies to any request; false if targets respond to all of them. */
  readonly applies: boolean;
}
