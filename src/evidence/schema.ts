import * as z from "zod";
import { itemIds } from "../providers/schema.ts";
import { instantText } from "../request/schema.ts";

/** The conclusion, which the report shows first. */
export const conclusionSchema = z.strictObject({
  tone: z.enum(["good", "bad", "open"]).describe("good: delivered; bad: failing; open: undecided"),
  symptom: z.string(),
  verdict: z.string(),
  proved: z.boolean().describe("true if a recomputed signature or a recorded response proves the verdict"),
  cause: z.string(),
  next: z.string().describe("what to do"),
});

/** One of the items that support asks for. */
export const itemSchema = z.strictObject({
  id: z.enum(itemIds),
  title: z.string(),
  status: z.enum(["collected", "missing"]),
  required: z.boolean().describe("true if the platform's support asks for it"),
  value: z.string().nullable().describe("null if missing"),
  source: z.string().nullable().describe("where the value comes from: a flag, file or line; null if missing"),
  how: z.string().nullable().describe("how to get it; null if collected"),
});

/** The result of checking a bundle. */
export const bundleCheckSchema = z.strictObject({
  file: z.string(),
  intact: z.boolean().describe("true if all files match the manifest and there are no others"),
  manifestSha256: z.string(),
  manifestMatches: z
    .boolean()
    .nullable()
    .describe("whether the manifest's digest is the one given with --manifest; null without it"),
  provider: z.string(),
  eventId: z.string(),
  createdAt: instantText,
  complete: z.boolean(),
  files: z.array(
    z.strictObject({ name: z.string(), status: z.enum(["ok", "altered", "damaged", "missing", "extra"]) }),
  ),
  summary: z.string().describe("the text of SUMMARY.md in the archive"),
});

/** A row of `redactions.json`: what was masked, by rule and place. */
export const redactionSchema = z.strictObject({
  rule: z.string(),
  file: z.string().describe("the file in the bundle, or the name as given"),
  place: z.string().describe("where in the file: a header name, a JSON path or a line"),
  count: z.number().describe("number of masked values"),
});
