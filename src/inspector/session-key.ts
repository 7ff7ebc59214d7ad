import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../values/folder.ts";

const length = 32;

/**
 * The key that sessions are signed with: in the user's state folder, made once. Where it can be neither read nor written it
 * is of this run alone.
 */
export const sessionKey = (folder: string, randomBytes: (size: number) => Buffer): Buffer => {
  const path = join(folder, "inspector.key");
  const own = randomBytes(length);
  const part = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    makeFolder(folder);
    writeFileSync(part, own, { mode: 0o600, flag: "wx" });
    try {
      // Whole or not at all, and never over the one that another run has made.
      linkSync(part, path);
      return own;
    } catch {
      const storedKey = readFileSync(path);
      return storedKey.length === length ? storedKey : own;
    } finally {
      rmSync(part, { force: true });
    }
  } catch {
    return own;
  }
};
