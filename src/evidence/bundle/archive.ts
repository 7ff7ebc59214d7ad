import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { chmod, link, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { HookproofError, errnoOf, fileError } from "../../errors.ts";
import { makeFolder } from "../../values/folder.ts";

/** A file of the bundle; names contain no folder and no `..`. */
export interface BundleFile {
  readonly name: string;
  readonly data: Buffer;
}

/**
 * Packs files in the given order. The same files always give the same bytes: zip times are local times, so they are
 * built from local date fields, and file modes are fixed.
 */
export const packZip = async (files: readonly BundleFile[]): Promise<Buffer> => {
  const { default: yazl } = await import("yazl");
  const zip = new yazl.ZipFile();
  const time = new Date(1980, 0, 1, 0, 0, 0);
  for (const { name, data } of files) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
      throw new HookproofError("redaction-failed", `'${name}' is not a valid file name in a bundle`);
    zip.addBuffer(data, name, { mtime: time, mode: 0o100600, compress: true, forceDosTimestamp: true });
  }
  zip.end();
  return buffer(zip.outputStream);
};

/**
 * What tells a file from any that replaces it; undefined if there is none.
 * @throws HookproofError `output-exists` for anything but a regular file (a pipe would never end, a device must stay)
 */
export const versionOf = async (path: string, displayName: string): Promise<string | undefined> => {
  try {
    const there = await stat(path, { bigint: true });
    if (there.isFile()) return [there.dev, there.ino, there.mtimeNs, there.size].join(" ");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw fileError(error, "write", displayName);
  }
  throw new HookproofError("output-exists", `${displayName} exists and is not a regular file`, {
    hint: "choose another name with -o",
  });
};

/**
 * Fails early if the output exists.
 * @throws HookproofError `output-exists`
 */
export const refuseExisting = async (path: string, displayName: string): Promise<void> => {
  if ((await versionOf(path, displayName)) !== undefined) throw exists(displayName);
};

/**
 * Writes a confidential file atomically with mode 0600.
 * @param overwrite true to replace any regular file; a version to replace only the file that still has it
 * @throws HookproofError `output-exists`, `disk-full`, `no-permission`
 */
export const writeNew = async (
  path: string,
  displayName: string,
  data: Buffer | AsyncIterable<Buffer>,
  suffix: string,
  overwrite: boolean | string = false,
): Promise<void> => {
  const part = join(dirname(path), `.${basename(path)}.${suffix}.part`);
  makeFolder(dirname(path), 0o777);
  try {
    await writeFile(part, data, { mode: 0o600, flag: "wx" });
    await chmod(part, 0o600);
    if (overwrite !== false) {
      const version = await versionOf(path, displayName);
      if (typeof overwrite === "string" && version !== overwrite) throw exists(displayName);
      await rename(part, path);
      return;
    }
    try {
      // link() fails if the name exists; rename() would replace the file.
      await link(part, path);
    } catch (error) {
      if (errnoOf(error) === "EEXIST") throw exists(displayName);
      // Some file systems have no hard links (FAT, some network shares).
      await refuseExisting(path, displayName);
      await rename(part, path);
    }
  } catch (error) {
    throw error instanceof HookproofError ? error : fileError(error, "write", displayName);
  } finally {
    await rm(part, { force: true });
  }
};

const exists = (displayName: string): HookproofError =>
  new HookproofError("output-exists", `${displayName} already exists`, {
    hint: "choose another name with -o",
  });

/** A digest in hex, as the manifest has it. */
export const sha256 = (data: Buffer): string => createHash("sha256").update(data).digest("hex");
