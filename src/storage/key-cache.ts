import { createHash } from "node:crypto";
import { readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../values/folder.ts";

/** A fetched document with public keys. */
export interface CachedKeys {
  readonly body: Buffer;
  /** Epoch milliseconds. */
  readonly fetchedAt: number;
}

/** Public keys and certificates that were fetched, kept for a bounded time. */
export interface KeyCache {
  /** Undefined if there is none, or none recent enough at `now` (epoch milliseconds). */
  read(url: string, now: number): CachedKeys | undefined;
  write(url: string, keys: CachedKeys): void;
}

/** Platforms change keys without notice; certificates change every few months. */
const maxAgeMs = 24 * 3_600_000;
/** Certificate URLs come from requests, so a stranger could otherwise fill the disk. */
const maxFiles = 100;
/** The maximum size of a cache file. */
const maxFile = 512 * 1024;

/**
 * Opens the cache in a folder, which is created when there is something to store.
 * @param randomId letters and digits that no other process has
 */
export const keyCache = (folder: string, randomId: () => string): KeyCache => {
  const fileOf = (url: string): string => join(folder, `${createHash("sha256").update(url).digest("hex")}.json`);
  return {
    read: (url, now) => {
      const cached = keptIn(fileOf(url));
      const age = cached === undefined ? -1 : now - cached.fetchedAt;
      return cached?.url === url && age >= 0 && age <= maxAgeMs ? cached : undefined;
    },
    write: (url, { body, fetchedAt }) => {
      try {
        const written = join(folder, `${randomId()}.tmp`);
        makeFolder(folder);
        prune(folder);
        const text = JSON.stringify({ url, fetchedAt, body: body.toString("base64") });
        writeFileSync(written, text, { mode: 0o600, flag: "wx" });
        renameSync(written, fileOf(url));
      } catch {
        // An unwritable cache only costs another fetch next time.
      }
    },
  };
};

const keptIn = (path: string): (CachedKeys & { readonly url: string }) | undefined => {
  try {
    if (statSync(path).size > maxFile) return undefined;
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof value !== "object" || value === null || !("url" in value && "fetchedAt" in value && "body" in value))
      return undefined;
    const { url, fetchedAt, body } = value;
    if (typeof url !== "string" || typeof fetchedAt !== "number" || typeof body !== "string") return undefined;
    return { url, fetchedAt, body: Buffer.from(body, "base64") };
  } catch {
    // Absent, or damaged: fetched again.
    return undefined;
  }
};

/** Removes the oldest files, so that there is room for one more. */
const prune = (folder: string): void => {
  const files = readdirSync(folder);
  if (files.length < maxFiles) return;
  const byAge = files
    .map((file) => join(folder, file))
    .map((path) => ({ path, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((a, b) => a.at - b.at);
  for (const { path } of byAge.slice(0, files.length - maxFiles + 1)) rmSync(path, { force: true });
};
