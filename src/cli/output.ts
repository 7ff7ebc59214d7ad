import { fstatSync, writeSync } from "node:fs";
import type { Output } from "./system.ts";

/** What an empty pipe takes at once on Linux; a larger write might wait for a reader. */
const pipeCapacity = 65_536;

/**
 * An output of this process whose Node stream is made when it is needed: setting one up costs a start as much as
 * signing does. What a command that answers once has to say goes straight into a pipe or file; all that is said later,
 * more than a pipe takes, terminals, and whatever goes wrong are the stream's.
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

/** @returns how many of the bytes are out; the stream meets whatever kept the rest, and reports it */
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
