import * as z from "zod";
import { findingSchema } from "../signature/schema.ts";

const changeSchema = z.strictObject({
  sent: z.string(),
  received: z.string(),
  offset: z.number().describe("position of the first differing character, from 0"),
  culprit: z.string().describe("the usual cause; empty if the requests are different events"),
});

const headerChangeSchema = z.strictObject({
  kind: z.enum(["added", "removed", "value", "case", "merged", "split", "lost", "moved"]),
  name: z.string().describe("as sent; as received if the header was added"),
  sent: z
    .array(z.string())
    .describe("the values; if `kind` is `case`, the name as spelled; if `moved`, the position, counting from 1"),
  received: z.array(z.string()).describe("like `sent`"),
  offset: z
    .number()
    .nullable()
    .describe("for `value` and `case`: position of the first differing character, from 0; otherwise null"),
  culprit: z.string().describe("the usual cause; empty if the requests are different events"),
});

const placeSchema = z.strictObject({
  sentAt: z.number().describe("byte offset in the sent body"),
  receivedAt: z.number().describe("byte offset in the received body"),
  sentLength: z.number().describe("bytes that differ"),
  receivedLength: z.number().describe("bytes that differ"),
  sent: z.string().describe("the beginning of those bytes, escaped"),
  received: z.string().describe("the beginning of those bytes, escaped"),
});

/** How a request changed between two points. */
export const comparisonSchema = z.strictObject({
  identical: z.boolean(),
  events: z
    .strictObject({ sent: z.string(), received: z.string() })
    .nullable()
    .describe("the event ids, if the two requests are different events of one platform; otherwise null"),
  method: changeSchema.nullable().describe("null if both are the same"),
  target: changeSchema.nullable().describe("null if both are the same"),
  headers: z.array(headerChangeSchema),
  body: z.strictObject({
    identical: z.boolean(),
    sentLength: z.number().describe("bytes"),
    receivedLength: z.number().describe("bytes"),
    sentSha256: z.string(),
    receivedSha256: z.string(),
    firstByte: z
      .number()
      .nullable()
      .describe("offset of the first differing byte, the same in both bodies; null if they are identical"),
    places: z.array(placeSchema).describe("the first differences, at most 20"),
    placeCount: z.number().nullable().describe("number of differences; null if more than 200"),
  }),
  findings: z
    .array(findingSchema.extend({ culprit: z.string().describe("the usual cause") }))
    .describe("what happened to the body, outermost change first; empty if the requests are different events"),
});
