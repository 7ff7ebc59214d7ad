import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { HookproofError, errnoOf, fileError } from "../errors.ts";

/**
 * Creates a folder and its parents. Step by step, because Node's `recursive` reports ENOENT on a read-only disk and
 * hangs in /proc.
 * @param mode the mode before the umask; private to the user by default
 * @throws HookproofError `no-permission`, `disk-full`, `io`
 */
export const makeFolder = (folder: string, mode = 0o700): void => {
  try {
    make(folder, mode);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT")
      throw new HookproofError("no-permission", `cannot create the folder ${folder}`, { cause: error });
    if (code === "EEXIST")
      throw new HookproofError("io", `cannot create the folder ${folder}: a file with that name exists`, {
        cause: error,
      });
    throw fileError(error, "create the folder", folder);
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

/** Another process may create it at the same time. */
const makeOnce = (folder: string, mode: number): void => {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
  }
};
