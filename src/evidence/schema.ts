import * as z from "zod";
import { itemIds } from "../providers/schema.ts";
import { instantText } from "../request/schema.ts";

/** What is shown first. */
export const conclusionSchema = z.strictObject({
  tone: z.enum(["good", "bad", "open"]).describe("delivered, failing, not decided"),
  symptom: z.string(),
  verdict: z.string(),
  proved: z.boolean().describe("true if a recomputed signature or a recorded response proves the verdict"),
  cause: z.string(),
  next: z.string().describe("what to do"),
});

/** One of the things that support asks for. */
export const itemSchema = z.strictObject({
  id: z.enum(itemIds),
  title: z.string(),
  status: z.enum(["collected", "missing"]),
  required: z.boolean().describe("true if the platform's support asks for it"),
  value: z.string().nullable(),
  source: z.string().nullable().describe("its source: a flag, file or line"),
  how: z.string().nullable().describe("how to get it, if missing"),
});

/** What checking a bundle found. */
export const bundleCheckSchema = z.strictObject({
  file: z.string(),
  intact: z.boolean().describe("true if all files match the manifest and there are no others"),
  manifestSha256: z.string(),
  manifestMatches: z.boolean().nullable().describe("null without --manifest"),
  provider: z.string(),
  eventId: z.string(),
  createdAt: instantText,
  complete: z.boolean(),
  files: z.array(
    z.strictObject({ name: z.string(), status: z.enum(["ok", "altered", "damaged", "missing", "extra"]) }),
  ),
  summary: z.string().describe("SUMMARY.md as it is in the archive"),
});

/** A row of `redactions.json`: what was masked, by rule and place. */
export const redactionSchema = z.strictObject({
  rule: z.string(),
  file: z.string().describe("the file: in the bundle, or as named"),
  place: z.string().describe("place in the file: a header name, a JSON path, a line"),
  count: z.number(),
});
