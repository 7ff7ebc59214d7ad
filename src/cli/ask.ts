import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { System } from "./system.ts";

/**
 * Asks on the terminal and returns the answer's line; the question goes to stderr. With `hidden`
 * nothing that is typed is shown.
 */
export const askOnTerminal = async (system: System, question: string, hidden: boolean): Promise<string> => {
  system.stderr.write(question);
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (!hidden) system.stderr.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input: system.stdin, output, terminal: true });
  try {
    return await lines.question("", { signal: system.signal });
  } finally {
    lines.close();
    if (hidden) system.stderr.write("\n");
  }
};
