import * as z from "zod";
import { findingSchema } from "../signature/schema.ts";

const changeSchema = z.strictObject({
  sent: z.string(),
  received: z.string(),
  offset: z.number().describe("the first character that differs"),
  culprit: z.string().describe("the usual cause"),
});

const headerChangeSchema = z.strictObject({
  kind: z.enum(["added", "removed", "value", "case", "merged", "split", "lost", "moved"]),
  name: z.string().describe("as sent; as received if it was added"),
  sent: z.array(z.string()).describe("values; the spelling for case; the position, from 1, for moved"),
  received: z.array(z.string()),
  offset: z.number().nullable().describe("for value and case: the first character that differs"),
  culprit: z.string(),
});

const placeSchema = z.strictObject({
  sentAt: z.number(),
  receivedAt: z.number(),
  sentLength: z.number(),
  receivedLength: z.number(),
  sent: z.string().describe("the beginning, escaped"),
  received: z.string(),
});

/** What became of a request between two points. */
export const comparisonSchema = z.strictObject({
  identical: z.boolean(),
  method: changeSchema.nullable().describe("null if both are the same"),
  target: changeSchema.nullable(),
  headers: z.array(headerChangeSchema),
  body: z.strictObject({
    identical: z.boolean(),
    sentLength: z.number(),
    receivedLength: z.number(),
    sentSha256: z.string(),
    receivedSha256: z.string(),
    firstByte: z.number().nullable().describe("offset of the first differing byte, the same in both"),
    places: z.array(placeSchema).describe("the first differences, at most 20"),
    placeCount: z.number().nullable().describe("number of differences; null if more than 200"),
  }),
  findings: z
    .array(findingSchema.extend({ culprit: z.string().describe("the usual cause") }))
    .describe("what happened to the body, outermost change first"),
});
