import * as z from "zod";
import { findingCodes } from "./verdict.ts";

const code = z.enum(findingCodes);

export const findingSchema = z.strictObject({
  code: code.describe("each is explained in [findings](findings.md)"),
  certain: z.boolean().describe("true only if it is visible in the request or a recomputed signature matched"),
  message: z.string().describe("what happened, and where"),
  fix: z.string().describe("what to change; may be several lines of code"),
  firstByte: z.number().nullable().describe("offset of the first differing byte in the received body"),
});

export const verdictSchema = z.strictObject({
  valid: z.boolean(),
  provider: z.string().describe("`auto` if -p auto found no platform that fits the headers"),
  scheme: z.string().nullable().describe("the scheme that was checked; null if there is no signature header"),
  matchedSecret: z.string().nullable().describe("name and fingerprint of the secret that matched"),
  timestamp: z
    .strictObject({
      value: z.union([z.number(), z.string()]).describe("as in the request; text if it is not a number"),
      skewSeconds: z.number().nullable().describe("verification time minus the timestamp: positive means old"),
      toleranceSeconds: z.number().nullable().describe("null if age is not checked"),
    })
    .nullable()
    .describe("null if the scheme has none or the request lacks it"),
  cause: code.nullable().describe("the first finding's code; null if valid"),
  findings: z.array(findingSchema).describe("in the order in which the changes were applied"),
  tried: z.number().describe("number of combinations tested"),
  notes: z.array(z.string()).describe("additional notes on the verdict"),
});
