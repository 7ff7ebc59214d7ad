import { closeSync, openSync, readdirSync, renameSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { errnoOf, fileError } from "../errors.ts";

/** Where a file's part of a number is kept: `captures.3.ndjson` beside `captures.ndjson`. */
const partOf = (path: string, number: number): string => {
  const ending = extname(path);
  return join(dirname(path), `${basename(path, ending)}.${number}${ending}`);
};

/** The numbers of a file's parts that were set aside, the oldest first. */
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

/** The parts of a file that were set aside, the oldest first. */
export const rotatedOf = (path: string): readonly string[] => numbersOf(path).map((number) => partOf(path, number));

/**
 * Sets a file aside under the next number. It has one name at any time, and no other part is replaced.
 * @returns its name from now on
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

/** Takes a name that nobody has: another process may be setting the same file aside. */
const reserveName = (path: string): boolean => {
  try {
    closeSync(openSync(path, "wx", 0o600));
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw error;
  }
};
