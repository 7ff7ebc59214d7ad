import { Readable } from "node:stream";
import type { GlobalFlags } from "./context.ts";
import { wantsColour } from "./paint.ts";
import type { System } from "./system.ts";

/** Folder and output of a nested command line. */
export interface NestedRun {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onStdout: (text: string) => void;
  readonly signal: AbortSignal;
  readonly stdin?: string;
}

/** The `System` of a nested command line: its own folder, environment and output. */
export const nestedSystem = (
  system: System,
  flags: GlobalFlags,
  argv: readonly string[],
  options: NestedRun,
): System => {
  const output = {
    write: (text: string | Uint8Array): boolean => {
      options.onStdout(typeof text === "string" ? text : Buffer.from(text).toString("utf8"));
      return true;
    },
    once: () => undefined,
    columns: system.stdout.columns ?? 80,
  };
  const colour = wantsColour(system.env, system.stdout.isTTY === true, flags.noColor) && !flags.json;
  return {
    now: system.now,
    randomBytes: system.randomBytes,
    argv,
    cwd: options.cwd,
    env: {
      ...system.env,
      HOOKPROOF_SECRET: undefined,
      HOOKPROOF_CONFIG: undefined,
      ...options.env,
      ...(colour ? { FORCE_COLOR: "1" } : { FORCE_COLOR: "0" }),
    },
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    stdout: output,
    stderr: output,
    signal: options.signal,
    stopped: () => options.signal.reason,
  };
};
