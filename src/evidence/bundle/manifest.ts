import * as z from "zod";
import { sha256 } from "./archive.ts";
import type { BundleFile } from "./archive.ts";

/** `manifest.json`: what is in the bundle, what was left out, and the digest of each file. */
export const manifestSchema = z.object({
  format: z.literal("hookproof-evidence"),
  version: z.literal(1),
  tool: z.string(),
  createdAt: z.string(),
  provider: z.string(),
  eventId: z.string(),
  caseId: z.string().nullable(),
  complete: z.boolean(),
  bodies: z.string(),
  skipped: z.array(z.object({ what: z.string(), why: z.string() })),
  redactedFrom: z.string().nullable(),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
});

export type Manifest = z.infer<typeof manifestSchema>;

export const manifestName = "manifest.json";

/** Creates the manifest of the finished files; it is the last file of the bundle. */
export const manifestFile = (
  about: Omit<Manifest, "files" | "format" | "version">,
  files: readonly BundleFile[],
): BundleFile => {
  const manifest: Manifest = {
    format: "hookproof-evidence",
    version: 1,
    ...about,
    files: files.map(({ name, data }) => ({ name, bytes: data.length, sha256: sha256(data) })),
  };
  return { name: manifestName, data: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) };
};
