import { setMaxListeners } from "node:events";
import { exitCodeFor } from "./cli/exit.ts";
import { lazyOutput } from "./cli/output.ts";
import { main } from "./cli/program.ts";
import type { System } from "./cli/system.ts";
import { fileError } from "./errors.ts";

// The only file that knows `process`: it builds the real system, runs, and sets the exit code. Streams, the controller
// and node:crypto load Node modules, so they are created on demand.
let controller: AbortController | undefined;
let stdinTaken = false;
let stdoutTaken = false;
let stderrTaken = false;

const stop = (): AbortController => {
  if (controller !== undefined) return controller;
  controller = new AbortController();
  // Each running delivery adds a listener; Node warns of a leak beyond ten.
  setMaxListeners(0, controller.signal);
  return controller;
};

const stdout = (): NodeJS.WriteStream => {
  if (!stdoutTaken) process.stdout.on("error", stdoutLost);
  stdoutTaken = true;
  return process.stdout;
};

/** How long a command may take to release resources once the output is closed. */
const unreadMs = 2000;
let unreadExit = 0;

const stdoutLost = (error: NodeJS.ErrnoException): void => {
  stop().abort("EPIPE");
  // A closed reader (`| head`) ends the program quietly. Only claimed queue entries are given back first.
  if (error.code === "EPIPE") {
    setTimeout(() => process.exit(process.exitCode ?? unreadExit), unreadMs).unref();
    return;
  }
  const failure = fileError(error, "write to", "standard output");
  process.stderr.write(`error: ${failure.message}\n`);
  process.exit(exitCodeFor(failure));
};

/** Falls back to the shell's PWD if the folder was removed: then only reads and writes there fail. */
const workingFolder = (): string => {
  try {
    return process.cwd();
  } catch {
    return process.env["PWD"] ?? "/";
  }
};

/** How long a command may take to release resources after a request to stop. */
const stopMs = 700;
let endsItself = false;
let hurry: AbortController | undefined;
let interrupted: NodeJS.Signals | undefined;

const onSignal = (signal: NodeJS.Signals): void => {
  const exit = (): never => process.exit(signal === "SIGINT" ? 130 : 143);
  // The second signal forces an end: long-running work may still report what it aborts, until a third signal.
  if (interrupted !== undefined) {
    if (hurry === undefined || hurry.signal.aborted) return exit();
    setTimeout(exit, stopMs);
    hurry.abort(signal);
    return;
  }
  interrupted = signal;
  if (!endsItself) setTimeout(exit, stopMs);
  stop().abort(signal);
};

/**
 * Handles signals only while they can be acted on. During a long computation a handler would never run; without one the
 * kernel ends the process.
 */
const takeSignals = (enabled: boolean): void => {
  // Re-registering would lose a signal that arrived meanwhile.
  if (enabled === areTaken) return;
  areTaken = enabled;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    if (enabled) process.on(signal, onSignal);
    else process.off(signal, onSignal);
  }
};
let areTaken = false;

const system: System = {
  argv: process.argv.slice(2),
  env: process.env,
  cwd: workingFolder(),
  get stdin() {
    stdinTaken = true;
    return process.stdin;
  },
  stdout: lazyOutput(1, stdout),
  get stderr() {
    if (!stderrTaken) process.stderr.on("error", () => undefined);
    stderrTaken = true;
    return process.stderr;
  },
  now: () => Date.now(),
  randomBytes: (size) => process.getBuiltinModule("node:crypto").randomBytes(size),
  get signal() {
    takeSignals(true);
    return stop().signal;
  },
  stopped: () => controller?.signal.reason,
  leaveSignals: async () => {
    if (!areTaken) return;
    // Deliver a signal that has already arrived: by the second turn, the event loop has polled for it.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    takeSignals(false);
    if (interrupted !== undefined) process.exit(interrupted === "SIGINT" ? 130 : 143);
  },
  get forceSignal() {
    return (hurry ??= new AbortController()).signal;
  },
  unread: (code) => {
    unreadExit = code;
  },
  drainsOnSignal: () => {
    endsItself = true;
    takeSignals(true);
  },
};

void main(system).then((code) => {
  process.exitCode = code;
  // stdin may keep the process alive when a command left it unread.
  if (stdinTaken) process.stdin.unref?.();
  // Exit with 130 or 143 instead of dying by the signal, so that a parent process sees an exit code.
  if (interrupted !== undefined) process.exit(code);
});
