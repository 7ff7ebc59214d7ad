import * as z from "zod";
import { itemIds } from "../providers/schema.ts";
import { instantText } from "../request/schema.ts";

/** What is shown first. */
export const conclusionSchema = z.strictObject({
  tone: z.enum(["good", "bad", "open"]).describe("delivered, failing, not decided"),
  symptom: z.string(),
  verdict: z.string(),
  proved: z.boolean().describe("true where a recomputed signature or a recorded response proves the verdict"),
  cause: z.string(),
  next: z.string().describe("what to do"),
});

/** One of the things that support asks for. */
export const itemSchema = z.strictObject({
  id: z.enum(itemIds),
  title: z.string(),
  status: z.enum(["collected", "missing"]),
  required: z.boolean().describe("whether the platform's support asks for it"),
  value: z.string().nullable(),
  source: z.string().nullable().describe("the flag, file or line it is from"),
  how: z.string().nullable().describe("how to get it, where it is missing"),
});

/** What checking a bundle found. */
export const bundleCheckSchema = z.strictObject({
  file: z.string(),
  intact: z.boolean().describe("true where every file is there and as the manifest says, and nothing else is"),
  manifestSha256: z.string(),
  manifestMatches: z.boolean().nullable().describe("null where no --manifest was given"),
  provider: z.string(),
  eventId: z.string(),
  createdAt: instantText,
  complete: z.boolean(),
  files: z.array(
    z.strictObject({ name: z.string(), status: z.enum(["ok", "altered", "damaged", "missing", "extra"]) }),
  ),
  summary: z.string().describe("SUMMARY.md as it stands in the archive"),
});

/** A row of `redactions.json`: what was masked, by rule and place. */
export const redactionSchema = z.strictObject({
  rule: z.string(),
  file: z.string().describe("the file: of the bundle, or as it was named"),
  place: z.string().describe("within it: a header's name, a JSON path, a line"),
  count: z.number(),
});
