import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { HookproofError } from "../errors.ts";
import type { System } from "./system.ts";

/**
 * Asks a question on the terminal (on stderr) and returns the line typed; `hidden` turns off echo. Ctrl-D returns an
 * empty string.
 * @throws HookproofError `interrupted` for Ctrl-C, which a terminal in raw mode sends as a key
 */
export const askOnTerminal = async (
  system: Pick<System, "stdin" | "stderr" | "signal">,
  question: string,
  hidden: boolean,
): Promise<string> => {
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (!hidden) system.stderr.write(chunk);
      done();
    },
  });
  if (hidden) system.stderr.write(question);
  const lines = createInterface({ input: system.stdin, output, terminal: true });
  const interrupted = new AbortController();
  lines.once("SIGINT", () => interrupted.abort());
  const closed = new Promise<string>((resolve) => {
    lines.once("close", () => resolve(""));
  });
  try {
    // readline must print the question itself: it only redraws what it wrote.
    const signal = AbortSignal.any([system.signal, interrupted.signal]);
    const answer = await Promise.race([lines.question(hidden ? "" : question, { signal }), closed]);
    if (hidden) system.stderr.write("\n");
    return answer;
  } catch (error) {
    system.stderr.write("\n");
    if (interrupted.signal.aborted) throw new HookproofError("interrupted", "interrupted", { cause: error });
    if (system.signal.aborted) throw error;
    return "";
  } finally {
    lines.close();
  }
};
