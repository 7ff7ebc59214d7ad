import { HookproofError } from "../../errors.ts";
import { concatenate, inputLimits, readWhole, tooLarge } from "../../storage/input.ts";
import type { BundleFile } from "./archive.ts";
import { manifestName, manifestSchema } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";

const maxEntries = 200;

/** An unread archive, and the size limit, which applies both packed and unpacked. */
export interface Packed {
  readonly bytes: Buffer;
  /** The file name as the user typed it, for errors. */
  readonly displayName: string;
  readonly limit: number;
}

export interface Unpacked {
  readonly files: readonly BundleFile[];
  /** Files whose data cannot be unpacked, and why. */
  readonly damaged: ReadonlyMap<string, string>;
}

/**
 * Unpacks an untrusted archive in memory, within limits.
 * @throws HookproofError `input-malformed` if it isn't a zip, or has duplicate names or names that lead out of it,
 *   `input-too-large`
 */
export const unpack = async ({ bytes, displayName, limit }: Packed): Promise<Unpacked> => {
  const { fromBufferPromise } = (await import("yauzl")).default;
  const files: BundleFile[] = [];
  const damaged = new Map<string, string>();
  let total = 0;
  try {
    const zip = await fromBufferPromise(bytes, {
      lazyEntries: true,
      strictFileNames: true,
      validateEntrySizes: true,
      decodeStrings: true,
    });
    if (zip.entryCount > maxEntries) throw refused(displayName, `it contains ${zip.entryCount} files`);
    for await (const entry of zip.eachEntry()) {
      const { fileName: name, uncompressedSize: size } = entry;
      if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/.test(name))
        throw refused(displayName, `it contains the name '${name}'`);
      if (damaged.has(name) || files.some((one) => one.name === name))
        throw refused(displayName, `it contains '${name}' twice`);
      total += size;
      if (total > limit) throw tooLarge(`${displayName}, unpacked,`, limit);
      try {
        files.push({
          name,
          data: await concatenate(await zip.openReadStreamPromise(entry), { displayName: name, limit: size }),
        });
      } catch (error) {
        damaged.set(name, error instanceof HookproofError ? error.message : "its data cannot be unpacked");
      }
    }
  } catch (error) {
    if (error instanceof HookproofError) throw error;
    throw refused(displayName, "it is not a complete zip archive", error);
  }
  return { files, damaged };
};

/**
 * The files of an archive, all of which must unpack.
 * @throws HookproofError as `unpack`, and `input-unreadable`
 */
export const readZip = async (path: string, displayName: string): Promise<readonly BundleFile[]> => {
  const limit = inputLimits.bundle;
  const { files, damaged } = await unpack({ bytes: await readWhole(path, { displayName, limit }), displayName, limit });
  for (const [name, why] of damaged) throw refused(displayName, `${name} is damaged: ${why}`);
  return files;
};

const refused = (displayName: string, why: string, cause?: unknown): HookproofError =>
  new HookproofError("input-malformed", `${displayName} is not an evidence bundle: ${why}`, {
    hint: "pass a file written by `hookproof evidence`",
    cause,
  });

/**
 * The manifest of an archive's files.
 * @throws HookproofError `input-malformed`
 */
export const manifestOf = (
  { files, damaged }: Unpacked,
  displayName: string,
): { readonly manifest: Manifest; readonly file: BundleFile } => {
  const file = files.find(({ name }) => name === manifestName);
  const why = damaged.get(manifestName);
  if (why !== undefined) throw refused(displayName, `its manifest.json is damaged: ${why}`);
  if (file === undefined) throw refused(displayName, "it has no manifest.json");
  let value: unknown;
  try {
    value = JSON.parse(file.data.toString("utf8"));
  } catch {
    throw refused(displayName, "its manifest.json is not JSON");
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success)
    throw refused(displayName, `its manifest.json is incomplete (${parsed.error.issues[0]?.path.join(".") ?? ""})`);
  return { manifest: parsed.data, file };
};
