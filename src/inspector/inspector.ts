import type { Saved, State } from "./types.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Desk } from "./desk.ts";
import type { Resender } from "./resend.ts";
import type { Row } from "./types.ts";

/** What a run tells of itself, and what it lets the page do; an action that it does not have is undefined. */
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
  /** Whether requests can be put into the queue: they are in it where it is what is shown. */
  readonly canDeadLetter: boolean;
  /** The script of the responses. */
  readonly responses?: ResponseControl;
  /** Writes a new file into the working folder. @returns its path */
  readonly writeNew: (name: string, data: Buffer) => Promise<string>;
  /** Starts an evidence bundle about a request's event. @throws HookproofError */
  readonly evidence?: (row: Row) => Promise<Saved>;
}

/** Reads and replaces the script of the responses. */
export interface ResponseControl {
  readonly original: string;
  current(): string;
  /** @throws HookproofError `usage` */
  set(script: string): void;
  /** Whether any request is answered by it: not where targets answer all. */
  readonly applies: boolean;
}
