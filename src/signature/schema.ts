import * as z from "zod";
import { findingCodes } from "./verdict.ts";

const code = z.enum(findingCodes);

export const findingSchema = z.strictObject({
  code: code.describe("each is explained in [findings](findings.md)"),
  certain: z.boolean().describe("true only if it is visible in the request or a recomputed signature matched"),
  message: z.string().describe("what happened, and where"),
  fix: z.string().describe("what to change, possibly several lines of code"),
  firstByte: z
    .number()
    .nullable()
    .describe("offset of the first differing byte in the received body; null if not known"),
});

export const verdictSchema = z.strictObject({
  valid: z.boolean(),
  provider: z.string().describe("`auto` if -p auto found no platform that fits the headers"),
  scheme: z.string().nullable().describe("the scheme that was checked; null if there is no signature header"),
  matchedSecret: z.string().nullable().describe("name and fingerprint of the secret that matched; null if none did"),
  timestamp: z
    .strictObject({
      value: z.union([z.number(), z.string()]).describe("as in the request; a string if it is not a number"),
      skewSeconds: z
        .number()
        .nullable()
        .describe(
          "verification time minus the timestamp, in seconds: positive means old; null if the timestamp is not a time",
        ),
      toleranceSeconds: z.number().nullable().describe("the accepted age in seconds; null if the age is not checked"),
    })
    .nullable()
    .describe("null if the scheme has no timestamp or the request does not carry it"),
  cause: code.nullable().describe("the first finding's code; null if valid"),
  findings: z.array(findingSchema).describe("in the order in which the changes were applied"),
  tried: z.number().describe("number of combinations tested"),
  notes: z.array(z.string()).describe("additional notes on the verdict"),
});
