import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { HookproofError, errnoOf, fileError } from "../errors.ts";

/**
 * Makes a folder and those above it, where they are missing. Step by step: Node's `recursive`
 * calls a read-only disk ENOENT, and does not come back from /proc.
 * @param mode less the process's umask; for its user alone unless given
 * @throws HookproofError `no-permission`, `disk-full`, `io`
 */
export const makeFolder = (folder: string, mode = 0o700): void => {
  try {
    make(folder, mode);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT")
      throw new HookproofError("no-permission", `cannot make the folder ${folder}`, { cause: error });
    if (code === "EEXIST")
      throw new HookproofError("io", `cannot make the folder ${folder}: a file with that name exists`, {
        cause: error,
      });
    throw fileError(error, "make the folder", folder);
  }
};

const make = (folder: string, mode: number): void => {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
    const above = dirname(folder);
    if (errnoOf(error) !== "ENOENT" || above === folder) throw error;
    make(above, mode);
    makeOnce(folder, mode);
  }
};

/** Somebody else may have made it meanwhile. */
const makeOnce = (folder: string, mode: number): void => {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
  }
};
