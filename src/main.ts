import { setMaxListeners } from "node:events";
import { exitCodeFor } from "./cli/exit.ts";
import { lateOutput } from "./cli/output.ts";
import { main } from "./cli/program.ts";
import type { System } from "./cli/system.ts";
import { fileError } from "./errors.ts";

// The only file that knows `process`: it builds the real system, runs, and sets the exit code.
// Each stream, the controller and node:crypto cost Node modules: taken when asked for.
let controller: AbortController | undefined;
let stdinTaken = false;
let stdoutTaken = false;
let stderrTaken = false;

const stop = (): AbortController => {
  if (controller !== undefined) return controller;
  controller = new AbortController();
  // Each delivery under way listens to it; Node takes more than ten for a leak and says so.
  setMaxListeners(0, controller.signal);
  return controller;
};

const stdout = (): NodeJS.WriteStream => {
  if (!stdoutTaken) process.stdout.on("error", stdoutLost);
  stdoutTaken = true;
  return process.stdout;
};

/** How long a command may take to let go once nobody reads. */
const unreadMs = 2000;

const stdoutLost = (error: NodeJS.ErrnoException): void => {
  stop().abort("EPIPE");
  // A closed reader (`| head`) ends the program quietly with the code reached so far. What it holds of a queue is
  // given back first; nobody waits for more than that.
  if (error.code === "EPIPE") {
    setTimeout(() => process.exit(process.exitCode ?? 0), unreadMs).unref();
    return;
  }
  const told = fileError(error, "write to", "standard output");
  process.stderr.write(`error: ${told.message}\n`);
  process.exit(exitCodeFor(told));
};

const system: System = {
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  get stdin() {
    stdinTaken = true;
    return process.stdin;
  },
  stdout: lateOutput(1, stdout),
  get stderr() {
    if (!stderrTaken) process.stderr.on("error", () => undefined);
    stderrTaken = true;
    return process.stderr;
  },
  now: () => Date.now(),
  randomBytes: (size) => process.getBuiltinModule("node:crypto").randomBytes(size),
  get signal() {
    return stop().signal;
  },
  stopped: () => controller?.signal.reason,
};

let interrupted: NodeJS.Signals | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // The second one does not wait.
    if (interrupted !== undefined) process.exit(signal === "SIGINT" ? 130 : 143);
    interrupted = signal;
    stop().abort(signal);
  });
}

void main(system).then((code) => {
  process.exitCode = controller?.signal.reason === "EPIPE" ? (process.exitCode ?? 0) : code;
  // stdin may keep the process alive when a command left it unread.
  if (stdinTaken) process.stdin.unref?.();
  // As an exit code, not a death by the signal: a program that starts this one reads 130 or 143.
  if (interrupted !== undefined) process.exit(code);
});
