import { chmodSync, existsSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { fileError } from "../errors.ts";

/**
 * Writes a project file at once, so that nobody reads half of it; the mode of one that is there, and links to it, stay.
 * @throws HookproofError `no-permission`, `disk-full`, `io`
 */
export const writeConfig = (path: string, text: string): void => {
  try {
    const file = existsSync(path) ? realpathSync(path) : path;
    const draft = `${file}.new`;
    writeFileSync(draft, text, { flag: "wx" });
    if (existsSync(file)) chmodSync(draft, statSync(file).mode & 0o777);
    renameSync(draft, file);
  } catch (error) {
    throw fileError(error, "write", path);
  }
};
