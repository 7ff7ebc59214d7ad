import { readFileSync, statSync } from "node:fs";
import { fileError } from "../errors.ts";
import type { System } from "./system.ts";

/** Everything on standard input, or an error once the signal asks to stop. */
export const readAll = async (stdin: System["stdin"], signal: AbortSignal): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  // Who is asked to stop does not wait for the end of what may never end.
  const stop = (): void => void stdin.destroy(new Error("stopped"));
  signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const chunk of stdin) {
      const bytes: unknown = chunk;
      chunks.push(Buffer.isBuffer(bytes) ? bytes : Buffer.from(String(bytes)));
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
  return Buffer.concat(chunks);
};

/**
 * A file's bytes.
 * @param shown the path as a person typed it, for errors
 * @throws HookproofError `input-unreadable`
 */
export const readFileBytes = async (path: string, shown: string): Promise<Buffer> => {
  try {
    // Sooner than by threads. What is not a plain file may keep us waiting, and Ctrl-C must get through.
    if (statSync(path).isFile()) return readFileSync(path);
    const { readFile } = await import("node:fs/promises");
    return await readFile(path);
  } catch (error) {
    throw fileError(error, "read", shown);
  }
};
