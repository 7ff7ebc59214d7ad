import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { main } from "../../src/cli/program.ts";

export interface RunOptions {
  readonly stdin?: string | Buffer;
  /** Whether standard input is an interactive terminal. */
  readonly typed?: boolean;
  /**
   * Simulates a user at a terminal: the keys to press at a named question, or a line for whichever question comes next;
   * Ctrl-D follows the last such line.
   */
  readonly answers?: readonly (string | readonly [question: string, keys: string])[];
  readonly env?: Readonly<Record<string, string>>;
  /** Working folder; an empty temporary one unless given. */
  readonly cwd?: string;
  /** The program's current time, in epoch milliseconds. */
  readonly now?: number;
  readonly signal?: AbortSignal;
  readonly columns?: number;
  /** Replaces real randomness, to force particular ids. */
  readonly randomBytes?: (size: number) => Buffer;
  /** Called with each chunk of stdout as it arrives. */
  readonly onStdout?: (text: string) => void;
}

export interface RunResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Buffer;
}

/** Creates an empty folder in the system's temporary folder. */
export const temporaryFolder = (name = "hookproof-"): string => mkdtempSync(join(tmpdir(), name));

/** A separate home folder, so that no test sees the user's or another test's secrets. */
const ownHome = (env: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  HOOKPROOF_HOME: env["HOOKPROOF_HOME"] ?? temporaryFolder(),
  PATH: process.env["PATH"] ?? "",
  ...env,
});

/** Runs a command line in this process: `run(["verify", "-", "-p", "10x"], { stdin })`. */
export const run = async (argv: readonly string[], options: RunOptions = {}): Promise<RunResult> => {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const sink = (chunks: Buffer[], onText?: (text: string) => void) => ({
    write: (text: string | Uint8Array): boolean => {
      const chunk = Buffer.from(text);
      chunks.push(chunk);
      onText?.(chunk.toString("utf8"));
      return true;
    },
    once: (): void => undefined,
    columns: options.columns ?? 80,
  });
  const now = options.now;
  const isTerminal = options.answers !== undefined;
  const keyboard = isTerminal ? new PassThrough() : undefined;
  const waiting = [...(options.answers ?? [])];
  let asked = "";
  const answer = (text: string): void => {
    asked += text;
    if (waiting.length === 0 && typeof options.answers?.[0] !== "string") return;
    const [next = "\u0004"] = waiting;
    const isAsked = typeof next === "string" ? text.endsWith(": ") : asked.includes(next[0]);
    if (!isAsked) return;
    const keys = typeof next === "string" ? `${next}\r` : next[1];
    asked = "";
    waiting.shift();
    // The question is printed before anything reads the keys.
    setImmediate(() => keyboard?.write(keys));
  };
  const stdin = Object.assign(
    keyboard ?? Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    { isTTY: options.typed ?? isTerminal },
  );
  const signal = options.signal ?? new AbortController().signal;
  const exit = await main({
    argv,
    env: ownHome(options.env),
    cwd: options.cwd ?? temporaryFolder(),
    stdin,
    stdout: sink(out, options.onStdout),
    stderr: { ...sink(err, answer), isTTY: isTerminal },
    now: now === undefined ? () => Date.now() : () => now,
    randomBytes: options.randomBytes ?? randomBytes,
    signal,
    stopped: () => signal.reason,
  });
  const bytes = Buffer.concat(out);
  return { exit, stdout: bytes.toString("utf8"), stderr: Buffer.concat(err).toString("utf8"), bytes };
};

/** The program's launcher: `HOOKPROOF_BIN` (a packed, installed copy) or this tree's. */
export const bin = process.env["HOOKPROOF_BIN"] ?? fileURLToPath(new URL("../../bin/hookproof.js", import.meta.url));

/** Runs a command line in a child process, as a user's shell would. */
export const runChild = (argv: readonly string[], options: RunOptions = {}): Promise<RunResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...argv], {
      cwd: options.cwd ?? temporaryFolder(),
      env: ownHome(options.env),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      out.push(chunk);
      options.onStdout?.(chunk.toString("utf8"));
    });
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      const bytes = Buffer.concat(out);
      const exit = code ?? 137;
      resolve({ exit, stdout: bytes.toString("utf8"), stderr: Buffer.concat(err).toString("utf8"), bytes });
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.stdin ?? "");
  });
