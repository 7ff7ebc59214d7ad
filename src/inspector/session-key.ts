import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../values/folder.ts";

const length = 32;

/**
 * The key that signs session cookies, created once in the user's state folder. If it can be neither read nor written,
 * the key is valid for this run only.
 */
export const sessionKey = (folder: string, randomBytes: (size: number) => Buffer): Buffer => {
  const path = join(folder, "inspector.key");
  const own = randomBytes(length);
  const part = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    makeFolder(folder);
    writeFileSync(part, own, { mode: 0o600, flag: "wx" });
    try {
      // Linking is atomic and never overwrites a key that another run has created.
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
