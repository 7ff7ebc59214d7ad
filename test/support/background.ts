import { run, temporaryFolder } from "./run.ts";
import type { RunOptions, RunResult } from "./run.ts";

type Line = Readonly<Record<string, unknown>>;

/** A long-running command (`listen`, `simulate`), running in this process with `--json`. */
export interface Background {
  /** The first output line of a type, past or future. */
  line(type: string, matches?: (line: Line) => boolean): Promise<Line>;
  readonly lines: readonly Line[];
  /** Stops the command as Ctrl-C does. */
  stop(): Promise<RunResult>;
}

/** Starts a command line in the background and waits for its `ready` line. */
export const background = async (
  argv: readonly string[],
  options: RunOptions = {},
): Promise<Background & { readonly url: string }> => {
  const stop = new AbortController();
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  let rest = "";
  const ended = run([...argv, "--json"], {
    env: { HOOKPROOF_HOME: temporaryFolder() },
    ...options,
    signal: stop.signal,
    onStdout: (text) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) lines.push(JSON.parse(part));
      for (const look of waiting) look();
    },
  });
  const line = (type: string, matches: (line: Line) => boolean = () => true): Promise<Line> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find((one) => one["type"] === type && matches(one));
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      void ended.then((result) => {
        look();
        reject(new Error(`ended with ${result.exit} before ${type}: ${result.stderr}${result.stdout.slice(0, 500)}`));
      });
    });
  const ready = await line("ready");
  return {
    url: String(ready["url"]).replace(/\/$/, ""),
    line,
    lines,
    stop: async () => {
      stop.abort("SIGTERM");
      return ended;
    },
  };
};
