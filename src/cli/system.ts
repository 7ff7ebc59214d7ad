import type { Readable } from "node:stream";

/** A stream that results or messages go to. */
export interface Output {
  write(text: string | Uint8Array): boolean;
  once(event: "drain", listener: () => void): unknown;
  readonly isTTY?: boolean;
  /** Whether it is a file, which no CI runner reads. */
  readonly isFile?: boolean;
  readonly columns?: number;
}

/** The operating system as `main` sees it; tests pass their own. */
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
   * Aborts on SIGINT and SIGTERM, with the signal's name as the reason, and with `EPIPE` when stdout is closed. Until
   * it is first read, and after `leaveSignals`, signals end the process.
   */
  readonly signal: AbortSignal;
  /** The abort reason, without creating the signal, which would cost as much as reading a file. */
  readonly stopped: () => unknown;
  readonly leaveSignals?: () => Promise<void>;
  /** Sets the exit code for a command that takes too long to end after its output was closed. */
  readonly unread?: (code: number) => void;
  /** Called by commands that shut down gracefully on a signal. */
  readonly drainsOnSignal?: () => void;
  /** Aborts on the second signal: the command must end at once. */
  readonly forceSignal?: AbortSignal;
}
