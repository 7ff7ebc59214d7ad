import * as z from "zod";
import { HookproofError } from "../../errors.ts";
import type { Secret } from "../../values/secret.ts";
import type { RedactionCount } from "../redact/redaction-log.ts";
import { makeRedactor } from "../redact/redactor.ts";
import type { RulesFile } from "../redact/rules-file.ts";
import { parseJson } from "../../values/parse-json.ts";
import { shellLine } from "../../values/shell-line.ts";
import { packZip, sha256 } from "./archive.ts";
import type { BundleFile } from "./archive.ts";
import { refuseLeaks } from "./make.ts";
import { manifestFile } from "./manifest.ts";
import { manifestOf, unpack } from "./read.ts";
import type { Packed } from "./read.ts";
import { replaceValues, collectValues } from "./values.ts";
import type { Values } from "./values.ts";

interface RedactedBundle {
  readonly zip: Buffer;
  readonly manifestSha256: string;
  /** What this run masked. */
  readonly redactions: readonly RedactionCount[];
}

const rowsSchema = z.object({
  redactions: z.array(z.object({ rule: z.string(), file: z.string(), place: z.string(), count: z.number() })),
});

/**
 * Masks more of a finished bundle by the user's rules. Values found by key or header are also masked in the page,
 * summary and log, where they have no key.
 * @throws HookproofError `input-malformed` for a bundle that is not intact, `redaction-failed`
 */
export const redactBundle = async (
  packed: Packed,
  rules: RulesFile,
  secrets: readonly Secret[],
  { key, version, createdAt }: { readonly key: Buffer; readonly version: string; readonly createdAt: string },
): Promise<RedactedBundle> => {
  const { displayName } = packed;
  const unpacked = await unpack(packed);
  const { files } = unpacked;
  const { manifest, file } = manifestOf(unpacked, displayName);
  const broken = manifest.files.find(({ name, sha256: wanted }) => {
    const found = files.find((one) => one.name === name);
    return found === undefined || sha256(found.data) !== wanted;
  });
  if (broken !== undefined) {
    throw new HookproofError(
      "input-malformed",
      `${displayName} is not intact: ${broken.name} is missing, damaged or changed`,
      {
        hint: `see every file: ${shellLine(["hookproof", "evidence", "verify", displayName])}`,
      },
    );
  }
  const redactor = makeRedactor({ key, secrets, rules: rules.rules, allow: rules.allow, keep: [manifest.eventId] });
  const texts = manifest.files
    .filter(({ name }) => name !== "redactions.json")
    .map(({ name }) => ({ name, text: files.find((one) => one.name === name)?.data.toString("utf8") ?? "" }));
  const values: Values = new Map();
  for (const { name, text } of texts) collectValues(name, text, rules, redactor, values);
  // Ids in the manifest can't be removed elsewhere.
  values.delete(manifest.eventId);
  const masked = texts.map(({ name, text }) => {
    // The page's style sheet and its digest in the policy must not change.
    const head = name.endsWith(".html") ? Math.max(0, text.indexOf("</head>")) : 0;
    const body = redactor.sweep(replaceValues(text.slice(head), values), name);
    return { name, data: Buffer.from(text.slice(0, head) + body) };
  });
  const before = rowsSchema.safeParse(redactionsIn(files, displayName));
  const redactions = redactor.counts();
  const report = {
    note: "what was masked: rule, file, place, count; never a value",
    redactions: [...(before.success ? before.data.redactions : []), ...redactions],
  };
  const all: BundleFile[] = [
    ...masked,
    { name: "redactions.json", data: Buffer.from(`${JSON.stringify(report, null, 2)}\n`) },
  ];
  const { files: _files, format: _format, version: _version, ...about } = manifest;
  const finished = manifestFile(
    { ...about, tool: `hookproof ${version}`, createdAt, redactedFrom: sha256(file.data) },
    all,
  );
  const zip = await packZip([...all, finished]);
  refuseLeaks([...all, finished, { name: "the archive", data: zip }], secrets, redactor.found());
  return { zip, manifestSha256: sha256(finished.data), redactions };
};

/** Redactions of an earlier run. The manifest guarantees the file's bytes, not their format. */
const redactionsIn = (files: readonly BundleFile[], displayName: string): unknown => {
  const file = files.find(({ name }) => name === "redactions.json");
  return file === undefined ? {} : parseJson(file.data.toString("utf8"), `redactions.json in ${displayName}`);
};
