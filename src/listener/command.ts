import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { errnoOf } from "../errors.ts";
import type { CommandEvent } from "./events.ts";
import { RecentMap } from "./recent.ts";

/** The verified event that the command runs for. */
export interface VerifiedEvent {
  readonly requestId: string;
  readonly provider: string;
  readonly eventId: string | null;
  readonly eventType: string | null;
  /** Equal for all deliveries of the event. */
  readonly identity: string;
  readonly attempt: number;
  readonly receivedAt: number;
  readonly body: Buffer;
}

export type CommandRun = Omit<CommandEvent, "type" | "requestId" | "eventId">;

export interface CommandOptions {
  /** The command line, run by the shell. */
  readonly line: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly timeoutMs: number;
  /** The maximum number of concurrent runs. */
  readonly parallel: number;
  /** The maximum number of waiting events; further ones are skipped and reported. */
  readonly waiting: number;
  readonly clock: () => number;
  /** Ends a process group, given as a negative number. */
  readonly kill: (group: number) => void;
  readonly onDone: (event: VerifiedEvent, run: CommandRun) => void;
}

const maxOutput = 4096;

/** Runs `--on-verified` once for each event, a few at a time, with the body on its stdin. */
export class CommandRunner {
  readonly #options: CommandOptions;
  readonly #seen = new RecentMap<true>(50_000);
  readonly #queue: VerifiedEvent[] = [];
  readonly #running = new Set<AbortController>();
  #idle: (() => void) | undefined;

  constructor(options: CommandOptions) {
    this.#options = options;
  }

  /** Requests a run for an event, unless it already had one. */
  offer(event: VerifiedEvent): void {
    if (this.#seen.get(event.identity) === true) return;
    this.#seen.set(event.identity, true);
    if (this.#queue.length >= this.#options.waiting) {
      const error = `skipped: ${this.#options.waiting} runs are already waiting`;
      this.#options.onDone(event, { exitCode: null, timedOut: false, durationMs: 0, output: "", error });
      return;
    }
    this.#queue.push(event);
    this.#next();
  }

  /** Waits up to `graceMs` for current and waiting runs, then kills them. */
  async finish(graceMs: number): Promise<void> {
    if (this.#running.size === 0 && this.#queue.length === 0) return;
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
    const cut = setTimeout(() => {
      this.#queue.length = 0;
      for (const one of this.#running) one.abort();
    }, graceMs);
    await idle;
    clearTimeout(cut);
  }

  #next(): void {
    while (this.#running.size < this.#options.parallel) {
      const event = this.#queue.shift();
      if (event === undefined) break;
      const stop = new AbortController();
      this.#running.add(stop);
      void runOnce(event, this.#options, stop).then((run) => {
        this.#running.delete(stop);
        this.#options.onDone(event, run);
        this.#next();
      });
    }
    if (this.#running.size === 0 && this.#queue.length === 0) this.#idle?.();
  }
}

const runOnce = async (event: VerifiedEvent, options: CommandOptions, stop: AbortController): Promise<CommandRun> =>
  new Promise((resolve) => {
    const started = options.clock();
    const state = { timedOut: false, output: "" };
    const done = (exitCode: number | null, error: string | null): void => {
      clearTimeout(timer);
      resolve({ exitCode, ...state, durationMs: Math.round((options.clock() - started) * 100) / 100, error });
    };
    let child: ChildProcessWithoutNullStreams | undefined;
    const end = (): void => {
      try {
        if (child?.pid !== undefined) options.kill(-child.pid);
      } catch {
        child?.kill("SIGKILL");
      }
    };
    const timer = setTimeout(() => {
      state.timedOut = true;
      end();
    }, options.timeoutMs);
    stop.signal.addEventListener("abort", end, { once: true });
    const collectOutput = (chunk: Buffer): void => {
      const room = maxOutput - state.output.length;
      if (room > 0) state.output += chunk.toString("utf8").slice(0, room);
    };
    try {
      child = spawn(options.line, {
        shell: true,
        cwd: options.cwd,
        env: { ...options.env, ...facts(event) },
        stdio: ["pipe", "pipe", "pipe"],
        // In its own process group, so that killing it also kills what it started.
        detached: true,
      });
      let failure: string | null = null;
      child.on("error", (error) => {
        failure = error.message;
        // A process that never started emits no exit.
        if (child?.pid === undefined) done(null, failure);
      });
      child.on("close", (code) => done(failure === null ? code : null, failure));
      child.stdout.on("data", collectOutput);
      child.stderr.on("data", collectOutput);
      // A command that does not read its stdin is not an error.
      child.stdin.on("error", () => undefined);
      child.stdin.end(event.body);
    } catch (error) {
      // With too many open files the child has no pipes (and emits an error); with a too long variable there is no
      // child.
      if (child === undefined) done(null, notRun(error, event));
    }
  });

/** Why a command could not be started. */
const notRun = (error: unknown, event: VerifiedEvent): string => {
  if (errnoOf(error) !== "E2BIG") return `not run: ${error instanceof Error ? error.message : String(error)}`;
  const bytes = Math.max(...Object.values(facts(event)).map((value) => Buffer.byteLength(value)));
  return `not run: its id or type is ${bytes} bytes long, too long for an environment variable`;
};

/** The command's environment variables, without NULs, which would truncate them. */
const facts = (event: VerifiedEvent): Record<string, string> => {
  const plain = (text: string | null): string => (text ?? "").replaceAll("\0", "");
  return {
    HOOKPROOF_EVENT_ID: plain(event.eventId),
    HOOKPROOF_EVENT_TYPE: plain(event.eventType),
    HOOKPROOF_PROVIDER: event.provider,
    HOOKPROOF_ATTEMPT: String(event.attempt),
    HOOKPROOF_REQUEST_ID: event.requestId,
    HOOKPROOF_RECEIVED_AT: new Date(event.receivedAt).toISOString(),
  };
};
