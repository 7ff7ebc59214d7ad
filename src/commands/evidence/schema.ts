import * as z from "zod";
import { bundleCheckSchema, conclusionSchema, itemSchema, redactionSchema } from "../../evidence/schema.ts";

export const evidenceOutput = z
  .strictObject({
    file: z.string().nullable().describe("the archive's name as given; null for a dry run"),
    bytes: z.number(),
    manifestSha256: z.string().describe("digest of manifest.json: send it over another channel than the file"),
    complete: z.boolean(),
    dryRun: z.boolean(),
    conclusion: conclusionSchema,
    items: z.array(itemSchema),
    files: z.array(z.strictObject({ name: z.string(), bytes: z.number() })),
    attempts: z.number().describe("number of attempts found for the event"),
    logLines: z.number(),
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
    redactions: z.array(redactionSchema).describe("what this run masked; never a value"),
  })
  .describe("`hookproof evidence redact --json`");
