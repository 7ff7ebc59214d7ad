import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileError } from "../../errors.ts";

/** Files that hookproof writes in a project and that must not be committed: captures and evidence. */
const written = ["captures*.ndjson", "case-*.zip"];

/**
 * Adds missing patterns to the folder's `.gitignore`: captures, evidence and the secret's file. Does nothing outside a
 * git repository.
 * @returns the lines that were added
 * @throws HookproofError `no-permission`, `disk-full`, `io`
 */
export const addIgnored = (folder: string, secret: string | undefined): readonly string[] => {
  if (!isInRepository(folder)) return [];
  const path = join(folder, ".gitignore");
  const file = secret?.startsWith("file:") === true ? [secret.slice("file:".length).replace(/^\.\//, "")] : [];
  try {
    const before = existsSync(path) ? readFileSync(path, "utf8") : "";
    const has = new Set(before.split("\n").map((line) => line.trim().replace(/^\//, "")));
    const missing = [...written, ...file].filter((line) => !has.has(line));
    const gap = before === "" || before.endsWith("\n") ? "" : "\n";
    if (missing.length > 0) appendFileSync(path, `${gap}${missing.join("\n")}\n`);
    return missing;
  } catch (error) {
    throw fileError(error, "write", path);
  }
};

const isInRepository = (folder: string): boolean =>
  existsSync(join(folder, ".git")) || (dirname(folder) !== folder && isInRepository(dirname(folder)));
