import * as z from "zod";
import type { BundleCheck } from "../../evidence/bundle/verify.ts";
import type { EvidenceData, RedactData } from "./view.ts";
import { instantText } from "../shared/schema.ts";

const conclusion = z.strictObject({
  tone: z.enum(["good", "bad", "open"]).describe("delivered, failing, not decided"),
  symptom: z.string(),
  verdict: z.string(),
  proved: z.boolean().describe("true where the bytes prove it, not a status"),
  cause: z.string(),
  next: z.string().describe("what to do"),
});

const item = z.strictObject({
  id: z.enum(["handle", "subscription", "event", "receiver", "time", "log", "traffic", "changes"]),
  title: z.string(),
  status: z.enum(["collected", "missing"]),
  required: z.boolean().describe("whether the platform's support asks for it"),
  value: z.string().nullable(),
  source: z.string().nullable().describe("the flag, file or line it is from"),
  how: z.string().nullable().describe("how to get it, where it is missing"),
});

export const evidenceOutput = z
  .strictObject({
    file: z.string().nullable().describe("the archive as it was named; null for a dry run"),
    bytes: z.number(),
    manifestSha256: z.string().describe("digest of manifest.json: tell it by another way than the file"),
    complete: z.boolean(),
    dryRun: z.boolean(),
    conclusion,
    items: z.array(item),
    files: z.array(z.strictObject({ name: z.string(), bytes: z.number() })),
    attempts: z.number().describe("how many attempts at the event were found"),
    logLines: z.number(),
    masked: z.number().describe("how many values were masked"),
    problems: z.array(z.string()).describe("what could not be read"),
  })
  .describe("`hookproof evidence --json`") satisfies z.ZodType<EvidenceData>;

export const evidenceVerifyOutput = z
  .strictObject({
    file: z.string(),
    intact: z.boolean(),
    manifestSha256: z.string(),
    manifestMatches: z.boolean().nullable().describe("null where no --manifest was given"),
    provider: z.string(),
    eventId: z.string(),
    createdAt: instantText,
    complete: z.boolean(),
    files: z.array(z.strictObject({ name: z.string(), status: z.enum(["ok", "altered", "missing", "extra"]) })),
    summary: z.string().describe("SUMMARY.md as it stands in the archive"),
  })
  .describe("`hookproof evidence verify --json`") satisfies z.ZodType<BundleCheck>;

export const evidenceRedactOutput = z
  .strictObject({
    file: z.string(),
    bytes: z.number(),
    manifestSha256: z.string(),
    redactions: z
      .array(z.strictObject({ rule: z.string(), file: z.string(), place: z.string(), count: z.number() }))
      .describe("what this run masked; never a value"),
  })
  .describe("`hookproof evidence redact --json`") satisfies z.ZodType<RedactData>;
