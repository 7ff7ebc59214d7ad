import { fstatSync, writeSync } from "node:fs";
import type { Output } from "./system.ts";

/** The capacity of an empty pipe on Linux; a larger write could block. */
const pipeCapacity = 65_536;

/**
 * An output whose Node stream is created only when needed, because that costs as much as signing. A single result is
 * written directly to a pipe or file. Later writes, more than a pipe holds, terminals and errors go through the stream.
 * @param fd the file descriptor behind the stream
 */
export const lazyOutput = (fd: number, stream: () => Output): Output => {
  const kind = kindOf(fd);
  if (kind === undefined) return stream();
  let isFirst = true;
  return {
    write: (text) => {
      if (!isFirst) return stream().write(text);
      isFirst = false;
      const bytes = typeof text === "string" ? Buffer.from(text, "utf8") : text;
      const written = writeNow(fd, bytes);
      return written === bytes.length || stream().write(bytes.subarray(written));
    },
    once: (event, listener) => stream().once(event, listener),
    isTTY: false,
    isFile: kind === "file",
  };
};

/** Writes what it can at once. @returns the number of bytes written; the stream writes the rest and reports errors */
const writeNow = (fd: number, bytes: Uint8Array): number => {
  try {
    return bytes.length > pipeCapacity ? 0 : writeSync(fd, bytes);
  } catch {
    return 0;
  }
};

const kindOf = (fd: number): "pipe" | "file" | undefined => {
  try {
    const stat = fstatSync(fd);
    if (process.platform === "win32") return undefined;
    return stat.isFile() ? "file" : stat.isFIFO() || stat.isSocket() ? "pipe" : undefined;
  } catch {
    return undefined;
  }
};
