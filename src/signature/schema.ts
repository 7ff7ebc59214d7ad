import * as z from "zod";
import { findingCodes } from "./verdict.ts";

const code = z.enum(findingCodes);

export const findingSchema = z.strictObject({
  code: code.describe("each is explained in [findings](findings.md)"),
  certain: z.boolean().describe("true only where it is plain in the request or a recomputed signature matched"),
  message: z.string().describe("what happened, and where"),
  fix: z.string().describe("what to change; may be several lines of code"),
  firstByte: z.number().nullable().describe("offset in the received body of the first byte that differs"),
});

export const verdictSchema = z.strictObject({
  valid: z.boolean(),
  provider: z.string().describe("`auto` where -p auto found none that the headers fit"),
  scheme: z.string().nullable().describe("the scheme that was judged; null where no signature header is there"),
  matchedSecret: z.string().nullable().describe("name and fingerprint of the secret that matched"),
  timestamp: z
    .strictObject({
      value: z.union([z.number(), z.string()]).describe("as the request carries it; text where it is no number"),
      skewSeconds: z.number().nullable().describe("judged time minus the timestamp: positive is old"),
      toleranceSeconds: z.number().nullable().describe("null where age is not checked"),
    })
    .nullable()
    .describe("null where the scheme has none or the request lacks it"),
  cause: code.nullable().describe("the first finding's code; null where valid"),
  findings: z.array(findingSchema).describe("in the order in which the changes were applied"),
  tried: z.number().describe("number of combinations tested"),
  notes: z.array(z.string()).describe("what to know although the answer stands"),
});
