import type { Readable } from "node:stream";

/** A stream that results or messages go to. */
export interface Output {
  write(text: string | Uint8Array): boolean;
  once(event: "drain", listener: () => void): unknown;
  readonly isTTY?: boolean;
  /** Whether it goes into a file, which no CI runner reads. */
  readonly isFile?: boolean;
  readonly columns?: number;
}

/** The outside world as `main` is given it; tests give their own. */
export interface System {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  /**
   * Aborts on SIGINT and SIGTERM, with the signal's name as the reason, and when stdout is closed (`EPIPE`). Before it is
   * asked for, and after `leaveSignals`, the first of the two simply ends the process.
   */
  readonly signal: AbortSignal;
  /** The reason of `signal` where it is aborted. Asking does not make the signal, which costs a start as much as reading a file. */
  readonly stopped: () => unknown;
  readonly leaveSignals?: () => Promise<void>;
  /** Called by a command that ends on a signal in its own time, as a listener that drains does. */
  readonly drainsOnSignal?: () => void;
  /** Aborts on the second signal, for a command that takes its time: it is to end at once. */
  readonly forceSignal?: AbortSignal;
}
