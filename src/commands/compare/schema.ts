import * as z from "zod";
import type { Comparison } from "../../compare/compare.ts";
import { finding } from "../verify/schema.ts";

const change = z.strictObject({
  sent: z.string(),
  received: z.string(),
  offset: z.number().describe("the first character that differs"),
  culprit: z.string().describe("who usually does it"),
});

export const compareOutput = z
  .strictObject({
    identical: z.boolean(),
    method: change.nullable().describe("null where both are the same"),
    target: change.nullable(),
    headers: z.array(
      z.strictObject({
        kind: z.enum(["added", "removed", "value", "case", "merged", "split", "lost", "moved"]),
        name: z.string().describe("as sent; as received where it was added"),
        sent: z.array(z.string()).describe("values; the spelling for case; the place, from 1, for moved"),
        received: z.array(z.string()),
        offset: z.number().nullable().describe("for value: the first byte that differs"),
        culprit: z.string(),
      }),
    ),
    body: z.strictObject({
      identical: z.boolean(),
      sentLength: z.number(),
      receivedLength: z.number(),
      sentSha256: z.string(),
      receivedSha256: z.string(),
      firstByte: z.number().nullable().describe("offset of the first byte that differs"),
      places: z
        .array(
          z.strictObject({
            sentAt: z.number(),
            receivedAt: z.number(),
            sentLength: z.number(),
            receivedLength: z.number(),
            sent: z.string().describe("the beginning, escaped"),
            received: z.string(),
          }),
        )
        .describe("the first places that differ, at most 20"),
      placeCount: z.number().nullable().describe("all places; null where there are more than 200"),
    }),
    findings: z
      .array(finding.extend({ culprit: z.string().describe("who usually does it") }))
      .describe("what was done to the body, outermost change first"),
  })
  .describe("`hookproof compare --json`") satisfies z.ZodType<Comparison>;
