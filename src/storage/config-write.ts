import { chmodSync, existsSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileError } from "../errors.ts";

/**
 * Writes a project file atomically; the mode of an existing file and symbolic links to it are kept.
 * @param suffix letters and digits that no other process has
 * @throws HookproofError `no-permission`, `disk-full`, `io`
 */
export const writeConfig = (path: string, text: string, suffix: string): void => {
  try {
    const file = existsSync(path) ? realpathSync(path) : path;
    const part = join(dirname(file), `.${basename(file)}.${suffix}.part`);
    try {
      writeFileSync(part, text, { flag: "wx" });
      removeLeftovers(file, statSync(part).mtimeMs);
      if (existsSync(file)) chmodSync(part, statSync(file).mode & 0o777);
      renameSync(part, file);
    } finally {
      rmSync(part, { force: true });
    }
  } catch (error) {
    throw fileError(error, "write", path);
  }
};

/** Removes files left by a process writes at this moment is younger. */
const leftoverMs = 60_000;

/** What a process that was killed while writing. */
const removeLeftovers = (file: string, now: number): void => {
  const start = `.${basename(file)}.`;
  for (const name of readdirSync(dirname(file))) {
    if (!name.startsWith(start) || !/^[0-9a-f]{12}\.part$/.test(name.slice(start.length))) continue;
    const path = join(dirname(file), name);
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (now - written > leftoverMs) rmSync(path, { force: true });
  }
};
