import { open } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { Transform } from "node:stream";
import { HookproofError, fileError } from "../../errors.ts";
import type { BundleFile } from "./archive.ts";
import { manifestName, manifestSchema } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";

const maxEntries = 200;
const maxFile = 256 * 1024 * 1024;
const maxTotal = 512 * 1024 * 1024;

/**
 * Reads an archive into memory, within limits: it comes from outside and may be built to harm.
 * Nothing is written to disk.
 * @throws HookproofError `input-unreadable`; `input-malformed` for what is no zip, for names that lead
 *   out of it, for duplicates, and for more than the limits
 */
export const readZip = async (path: string, shown: string): Promise<readonly BundleFile[]> => {
  const { openPromise } = await yauzl();
  await (await open(path).catch((error: unknown) => Promise.reject(fileError(error, "read", shown)))).close();
  const files: BundleFile[] = [];
  let total = 0;
  try {
    const zip = await openPromise(path, {
      lazyEntries: true,
      autoClose: false,
      strictFileNames: true,
      validateEntrySizes: true,
      decodeStrings: true,
    });
    try {
      if (zip.entryCount > maxEntries) throw refused(shown, `it holds ${zip.entryCount} files`);
      for await (const entry of zip.eachEntry()) {
        if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/.test(entry.fileName))
          throw refused(shown, `it holds the name '${entry.fileName}'`);
        if (files.some(({ name }) => name === entry.fileName))
          throw refused(shown, `it holds '${entry.fileName}' twice`);
        total += entry.uncompressedSize;
        if (entry.uncompressedSize > maxFile || total > maxTotal)
          throw refused(shown, "it unpacks to more than 512 MB");
        const stream = await zip.openReadStreamPromise(entry);
        files.push({ name: entry.fileName, data: await buffer(stream.pipe(limited(entry.uncompressedSize))) });
      }
    } finally {
      zip.close();
    }
  } catch (error) {
    if (error instanceof HookproofError) throw error;
    throw refused(shown, error instanceof Error ? error.message : String(error));
  }
  return files;
};

const refused = (shown: string, why: string): HookproofError =>
  new HookproofError("input-malformed", `${shown} is no evidence bundle: ${why}`, {
    hint: "give a file that `hookproof evidence` wrote",
  });

/** yauzl checks sizes too; this holds whatever it does. */
const limited = (size: number): Transform => {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > size) done(new Error("a file is longer than the archive says"));
      else done(null, chunk);
    },
  });
};

/**
 * The manifest of an archive's files.
 * @throws HookproofError `input-malformed`
 */
export const manifestOf = (
  files: readonly BundleFile[],
  shown: string,
): { readonly manifest: Manifest; readonly file: BundleFile } => {
  const file = files.find(({ name }) => name === manifestName);
  if (file === undefined) throw refused(shown, "it has no manifest.json");
  let value: unknown;
  try {
    value = JSON.parse(file.data.toString("utf8"));
  } catch {
    throw refused(shown, "its manifest.json is not JSON");
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success)
    throw refused(
      shown,
      `its manifest.json lacks what a manifest has (${parsed.error.issues[0]?.path.join(".") ?? ""})`,
    );
  return { manifest: parsed.data, file };
};

const yauzl = async () => (await import("yauzl")).default;
