import type { Infer } from "../../values/infer.ts";
import type { bundleCheckSchema } from "../schema.ts";
import { sha256 } from "./archive.ts";
import { manifestName } from "./manifest.ts";
import { manifestOf, unpack } from "./read.ts";
import type { Packed } from "./read.ts";

/** The result of checking a bundle. */
export type BundleCheck = Infer<typeof bundleCheckSchema>;

/**
 * Checks every digest of a bundle.
 * @param digest the manifest's own digest, as `evidence` printed it; without it, someone who changed a file could have
 *   changed the manifest too
 * @throws HookproofError `input-malformed`, `input-too-large`
 */
export const verifyBundle = async (packed: Packed, digest: string | undefined): Promise<BundleCheck> => {
  const { displayName } = packed;
  const unpacked = await unpack(packed);
  const { files, damaged } = unpacked;
  const { manifest, file } = manifestOf(unpacked, displayName);
  const listed = manifest.files.map(({ name, sha256: wanted, bytes }) => {
    const found = files.find((one) => one.name === name);
    const status =
      found === undefined
        ? damaged.has(name)
          ? ("damaged" as const)
          : ("missing" as const)
        : found.data.length === bytes && sha256(found.data) === wanted
          ? ("ok" as const)
          : ("altered" as const);
    return { name, status };
  });
  const known = new Set([manifestName, ...manifest.files.map(({ name }) => name)]);
  const extra = [...files.map(({ name }) => name), ...damaged.keys()]
    .filter((name) => !known.has(name))
    .map((name) => ({ name, status: "extra" as const }));
  const manifestSha256 = sha256(file.data);
  const manifestMatches = digest === undefined ? null : manifestSha256 === digest;
  const all = [...listed, ...extra];
  return {
    file: displayName,
    intact: all.every(({ status }) => status === "ok") && manifestMatches !== false,
    manifestSha256,
    manifestMatches,
    provider: manifest.provider,
    eventId: manifest.eventId,
    createdAt: manifest.createdAt,
    complete: manifest.complete,
    files: all,
    summary: files.find(({ name }) => name === "SUMMARY.md")?.data.toString("utf8") ?? "",
  };
};
