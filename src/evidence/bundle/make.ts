import { isUtf8 } from "node:buffer";
import { HookproofError } from "../../errors.ts";
import type { ProbeFacts } from "../../doctor/probe.ts";
import type { ProbeFinding } from "../../doctor/finding.ts";
import type { Secret } from "../../values/secret.ts";
import { saltedDigest } from "../diagnosis.ts";
import type { Receiver } from "../items.ts";
import type { BodyMode } from "../redact/body.ts";
import type { RedactionCount } from "../redact/redaction-log.ts";
import { knownSecrets } from "../redact/known-secrets.ts";
import { makeRedactor } from "../redact/redactor.ts";
import type { RulesFile } from "../redact/rules-file.ts";
import { missingOf } from "../report/model.ts";
import type { Report } from "../report/model.ts";
import { scanFiles } from "../scan.ts";
import type { Case, ChangeEvidence, Diagnosis, Gathered, LogEvidence, SeenAttempt } from "../types.ts";
import { packZip, sha256 } from "./archive.ts";
import type { BundleFile } from "./archive.ts";
import { filesOf, json } from "./files.ts";
import { manifestFile } from "./manifest.ts";
import { keptValues, profileRedaction } from "./policy.ts";
import { makePresenter } from "./present.ts";
import { reportOf } from "./report.ts";

/** All findings, unmasked; they never leave this process. */
export interface Findings {
  readonly facts: Case;
  readonly gathered: Gathered;
  readonly attempts: readonly SeenAttempt[];
  readonly receiver: Receiver | null;
  readonly log: LogEvidence | null;
  readonly changes: ChangeEvidence | null;
  readonly diagnosis: Diagnosis | null;
  readonly probe: { readonly facts: ProbeFacts; readonly findings: readonly ProbeFinding[] } | null;
  readonly skipped: readonly { readonly what: string; readonly why: string }[];
}

export interface MakeOptions {
  readonly version: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly randomBytes: (size: number) => Buffer;
  /** The salt of the digests; published in the bundle. */
  readonly salt: Buffer;
  /** Every secret that hookproof knows, not only those of this platform. */
  readonly secrets: readonly Secret[];
  readonly bodyMode: BodyMode;
  readonly rules?: RulesFile;
  /** Allow-listed facts of this machine. */
  readonly environment: Readonly<Record<string, string>>;
  readonly insecure: boolean;
}

/** A finished bundle in memory. */
export interface Bundle {
  readonly report: Report;
  readonly files: readonly BundleFile[];
  readonly zip: Buffer;
  readonly manifestSha256: string;
  readonly redactions: readonly RedactionCount[];
  readonly complete: boolean;
}

/**
 * Masks the findings, writes them as files, searches the result for every known secret, and packs it.
 * @throws HookproofError `redaction-failed`, in which case no archive is made
 */
export const makeBundle = async (findings: Findings, options: MakeOptions): Promise<Bundle> => {
  const { facts, gathered, receiver } = findings;
  const policy = profileRedaction(facts.profile);
  const allow = {
    headers: [...policy.allow.headers, ...(options.rules?.allow.headers ?? [])],
    keys: [...policy.allow.keys, ...(options.rules?.allow.keys ?? [])],
    rules: options.rules?.allow.rules ?? [],
  };
  const redactor = makeRedactor({
    key: options.randomBytes(32),
    secrets: options.secrets,
    rules: [...(options.rules?.rules ?? []), ...policy.rules],
    allow,
    keep: keptValues(facts, gathered, policy.allow, receiver?.hostname ?? null),
  });
  try {
    const presenter = makePresenter(
      redactor,
      options.bodyMode,
      policy.keepPaths,
      saltedNames(options.secrets, options.salt),
    );
    const report = reportOf(findings, options, presenter);
    const { reportHtml } = await import("../report/html.ts");
    const drafts = filesOf(findings, options, report, presenter, reportHtml(report, redactor.counts()));
    const swept = drafts.map(({ name, text }) => ({ name, data: Buffer.from(redactor.sweep(text, name)) }));
    const redactions = redactor.counts();
    const rows = json({ note: "what was masked: rule, file, place, count; never a value", redactions });
    const files = [
      ...swept,
      { name: "redactions.json", data: Buffer.from(redactor.sweep(rows.toString(), "redactions.json")) },
    ];
    const complete = missingOf(report.items).length === 0;
    const manifest = manifestFile(
      {
        tool: `hookproof ${options.version}`,
        createdAt: report.createdAt,
        provider: facts.profile.id,
        eventId: report.eventId,
        caseId: report.caseId,
        complete,
        bodies: options.bodyMode,
        skipped: presenter.data(findings.skipped, "manifest.json", "skipped").map((one) => ({ ...one })),
        redactedFrom: null,
      },
      files,
    );
    const all = [...files, manifest];
    const zip = await packZip(all);
    refuseLeaks([...all, { name: "the archive", data: zip }], options.secrets, redactor.found());
    return { report, files: all, zip, manifestSha256: sha256(manifest.data), redactions, complete };
  } catch (error) {
    if (error instanceof HookproofError) throw error;
    throw new HookproofError("redaction-failed", "the redaction failed, so no archive was written", { cause: error });
  }
};

/**
 * The last check: no file may contain a known secret in any form.
 * @throws HookproofError `redaction-failed` naming file and secret, never the value
 */
export const refuseLeaks = (
  files: readonly BundleFile[],
  secrets: readonly Secret[],
  found: readonly string[],
): void => {
  const [first = encodedLeak(files, secrets)] = scanFiles(files, secrets, found);
  if (first === undefined) return;
  throw new HookproofError("redaction-failed", `${first.what} would end up in ${first.file}: no archive was written`, {
    hint: "add a rule that covers it with --rules, or report this as a bug in hookproof",
  });
};

/** Finds a secret in an unlisted spelling: mixed escapes, bytes with any separators, split over lines. */
const encodedLeak = (
  files: readonly BundleFile[],
  secrets: readonly Secret[],
): { readonly what: string; readonly file: string } | undefined => {
  const known = knownSecrets(secrets);
  const file = files.find(({ data }) => isUtf8(data) && known?.test(data.toString("utf8")) === true);
  return file === undefined ? undefined : { what: "a known secret, encoded,", file: file.name };
};

/**
 * Replaces fingerprints in secrets' labels with ones salted for this bundle, and removes the folder of `file:`
 * references.
 */
const saltedNames = (secrets: readonly Secret[], salt: Buffer): ((text: string) => string) => {
  const pairs = secrets.map((secret) => {
    const fingerprint = saltedDigest(salt, secret.reveal()).slice(0, 8);
    const name = secret.name.replace(/^file:.*[/\\]/, "file:");
    return [secret.label, `${name} (salted ${fingerprint})`, secret.fingerprint, fingerprint] as const;
  });
  return (text) => {
    let labels = text;
    for (const [label, name, plain, salted] of pairs) labels = labels.replaceAll(label, name).replaceAll(plain, salted);
    return labels;
  };
};
