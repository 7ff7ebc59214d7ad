import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isoInstant } from "../../values/instant.ts";
import type { Context } from "../../cli/context.ts";
import { shellLine } from "../../values/shell-line.ts";
import type { Infer } from "../../values/infer.ts";
import type { demoLine } from "./schema.ts";
import { resolvers } from "../../values/resolvers.ts";
import { demoSecret, demoToken, deploys, inspect, story } from "./story.ts";

/** What the demo prints: its own texts, the command lines, and their output. */
export type DemoEvent = Infer<typeof demoLine>;

/** A command that runs until it is stopped. */
interface BackgroundCommand {
  readonly url: string;
  /** Returns its output so far. */
  output(): string;
  stop(): Promise<void>;
}

/** How long the demo waits for expected output. */
const maxWaitMs = 30_000;

/**
 * Runs the demo with the real commands.
 * @param folder an empty folder for captures, the DLQ and the bundle
 * @returns whether every command ended as expected
 */
export async function* runDemo(context: Context, folder: string): AsyncGenerator<DemoEvent, boolean> {
  const started = new Map<string, BackgroundCommand>();
  const began = context.now();
  let commands = 0;
  const unexpected: string[] = [];
  let event = "";
  await writeFile(join(folder, "deploys.txt"), deploys(isoInstant(began)));
  const run = runIn(context, folder);
  const filled = (argv: readonly string[]): readonly string[] =>
    argv.map((word) =>
      word.replace(/^\{(\w+)\}$/, (_, name: string) => (name === "event" ? event : (started.get(name)?.url ?? name))),
    );
  try {
    for (const step of story) {
      if (context.signal.aborted) return false;
      switch (step.kind) {
        case "say":
          yield { type: "say", text: step.text };
          break;
        case "start": {
          const argv = filled(step.argv);
          yield { type: "command", line: `${lineOf(argv)} &` };
          started.set(step.name, await start(argv, run));
          break;
        }
        case "stop": {
          const one = started.get(step.name);
          started.delete(step.name);
          if (one === undefined) break;
          if (!(await saidInTime(one, step.until, context.signal)))
            unexpected.push(`the ${step.name} did not print ${String(step.until)} within ${maxWaitMs / 1000}s`);
          await one.stop();
          if (step.log !== undefined) await writeFile(join(folder, step.log), logLines(one.output()));
          yield { type: "output", from: step.name, text: withoutStartupLines(one.output()) };
          break;
        }
        case "run": {
          const argv = filled(step.argv);
          yield { type: "command", line: lineOf(argv) };
          let text = "";
          const exit = await run(argv, (more) => (text += more), context.signal);
          commands++;
          if (exit !== step.exit) unexpected.push(`${lineOf(argv)} ended with ${exit}, expected ${step.exit}`);
          event = /evt_[0-9a-f]+/.exec(text)?.[0] ?? event;
          yield { type: "output", from: "hookproof", text };
        }
      }
    }
  } finally {
    await Promise.all([...started.values()].map((one) => one.stop()));
  }
  yield { type: "summary", commands, unexpected, seconds: Math.round((context.now() - began) / 100) / 10 };
  return unexpected.length === 0;
}

/** Runs the inspector on the demo's requests until the user stops it. */
export async function* openInspector(
  context: Context,
  folder: string,
  { uiPort, open }: { readonly uiPort: number | undefined; readonly open: boolean },
): AsyncGenerator<DemoEvent, void> {
  const options = [...(uiPort === undefined ? [] : ["--ui-port", String(uiPort)]), ...(open ? ["--open"] : [])];
  const argv = [...inspect, ...options];
  yield { type: "command", line: lineOf(argv) };
  let text = "";
  const urlPrinted = resolvers<void>();
  const ended = runIn(context, folder)(
    argv,
    (more) => {
      text += more;
      // The line is printed in one write.
      if (text.includes("#token=")) urlPrinted.resolve();
    },
    context.signal,
  );
  await Promise.race([urlPrinted.promise, ended]);
  yield { type: "output", from: "hookproof", text };
  await ended;
}

/** Runs command lines in the demo's folder, with its secrets. */
const runIn =
  (context: Context, folder: string): Run =>
  (argv, onStdout, signal) =>
    context.hookproof(argv, {
      cwd: folder,
      env: { HOOKPROOF_HOME: folder, WEBHOOK_SECRET: demoSecret, TENX_TOKEN: demoToken },
      onStdout,
      signal,
    });

type Run = (argv: readonly string[], onStdout: (text: string) => void, signal: AbortSignal) => Promise<number>;

/** Starts a background command and waits until it prints its URL. */
const start = async (argv: readonly string[], run: Run): Promise<BackgroundCommand> => {
  const stop = new AbortController();
  let text = "";
  let ended: Promise<number> | undefined;
  const url = await new Promise<string>((resolve, reject) => {
    ended = run(
      argv,
      (more) => {
        text += more;
        // Match the end of the URL: output may arrive in pieces.
        const found = /(https?:\/\/127\.0\.0\.1:\d{1,5})\D/.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      },
      stop.signal,
    );
    ended.then((exit) => reject(new Error(`${argv[0] ?? ""} ended with ${exit}: ${text}`)), reject);
  });
  return {
    url,
    output: () => text,
    stop: async () => {
      stop.abort("SIGTERM");
      await ended;
    },
  };
};

const saidInTime = async (one: BackgroundCommand, text: RegExp, signal: AbortSignal): Promise<boolean> => {
  for (let waited = 0; waited < maxWaitMs && !signal.aborted; waited += 10) {
    if (text.test(uncoloured(withoutStartupLines(one.output())))) return true;
    await delay(10);
  }
  return false;
};

/** The output after the startup lines of `listen` and `simulate`, which end with an empty line; empty before that. */
const withoutStartupLines = (text: string): string =>
  text.includes("\n\n") ? text.slice(text.indexOf("\n\n") + 2) : "";

/** Removes colours, which would break logs and searches. */
// oxlint-disable-next-line no-control-regex -- what paint wrote
const uncoloured = (text: string): string => text.replace(/\u001b\[\d+m/g, "");

/** The receiver's request lines, for use as a log file. */
const logLines = (text: string): string =>
  uncoloured(withoutStartupLines(text))
    .split("\n")
    .filter((line) => /^\d{2}:\d{2}:\d{2}/.test(line))
    .map((line) => `${line}\n`)
    .join("");

const lineOf = (argv: readonly string[]): string => shellLine(["hookproof", ...argv]);
