import * as z from "zod";
import { bundleCheckSchema, conclusionSchema, itemSchema, redactionSchema } from "../../evidence/schema.ts";

export const evidenceOutput = z
  .strictObject({
    file: z.string().nullable().describe("the name of the archive; null for a dry run"),
    bytes: z.number().describe("size of the archive"),
    manifestSha256: z.string().describe("SHA-256 of manifest.json; send it over a different channel than the file"),
    complete: z.boolean().describe("true if no required item is missing"),
    dryRun: z.boolean().describe("true if nothing was written"),
    conclusion: conclusionSchema,
    items: z.array(itemSchema),
    files: z.array(z.strictObject({ name: z.string(), bytes: z.number() })),
    attempts: z.number().describe("number of attempts found for the event"),
    logLines: z.number().describe("number of log lines in the bundle"),
    masked: z.number().describe("number of masked values"),
    problems: z.array(z.string()).describe("what could not be read"),
  })
  .describe("`hookproof evidence --json`");

export const evidenceVerifyOutput = bundleCheckSchema.describe("`hookproof evidence verify --json`");

export const evidenceRedactOutput = z
  .strictObject({
    file: z.string(),
    bytes: z.number(),
    manifestSha256: z.string(),
    redactions: z.array(redactionSchema).describe("what this run masked, never the values"),
  })
  .describe("`hookproof evidence redact --json`");
