import { closeSync, openSync, readdirSync, renameSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { errnoOf, fileError } from "../errors.ts";

/** The path of a file's numbered part: `captures.3.ndjson` next to `captures.ndjson`. */
const partOf = (path: string, number: number): string => {
  const ending = extname(path);
  return join(dirname(path), `${basename(path, ending)}.${number}${ending}`);
};

/** The numbers of a file's rotated parts, oldest first. */
const numbersOf = (path: string): readonly number[] => {
  const ending = extname(path);
  const start = `${basename(path, ending)}.`;
  let names: readonly string[];
  try {
    names = readdirSync(dirname(path));
  } catch {
    return [];
  }
  return names
    .filter((name) => name.startsWith(start) && name.endsWith(ending))
    .map((name) => name.slice(start.length, name.length - ending.length))
    .filter((number) => /^[1-9]\d{0,8}$/.test(number))
    .map(Number)
    .toSorted((a, b) => a - b);
};

/** The paths of a file's rotated parts, oldest first. */
export const rotatedOf = (path: string): readonly string[] => numbersOf(path).map((number) => partOf(path, number));

/**
 * Renames a file to its next part. It always has exactly one name, and no other part is replaced.
 * @returns its new name
 * @throws HookproofError `no-permission`, `disk-full`, `io`
 */
export const setAside = (path: string): string => {
  try {
    for (let number = (numbersOf(path).at(-1) ?? 0) + 1; ; number++) {
      const part = partOf(path, number);
      if (!reserveName(part)) continue;
      renameSync(path, part);
      return part;
    }
  } catch (error) {
    throw fileError(error, "rotate", path);
  }
};

/** Reserves an unused name, because another process may be rotating the same file. */
const reserveName = (path: string): boolean => {
  try {
    closeSync(openSync(path, "wx", 0o600));
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw error;
  }
};
