import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { HookproofError } from "../errors.ts";
import type { System } from "./system.ts";

/**
 * Asks on the terminal and returns the answer's line; the question goes to stderr. With `hidden`
 * nothing that is typed is shown. The end of the input (Ctrl-D) is an empty answer.
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
    // The question goes through readline, which redraws only what it wrote itself.
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
