import * as z from "zod";
import { verdictSchema } from "../../signature/schema.ts";

export const verdictOutput = verdictSchema
  .extend({
    recorded: z
      .strictObject({
        status: z.number().nullable().describe("HTTP status; null if there was no response"),
        kind: z.string().describe("status, forwarded, reset or hang"),
        sent: z.boolean().describe("false if the sender had disconnected"),
      })
      .nullable()
      .describe("the response recorded in the capture; null if there is none"),
  })
  .describe("`hookproof verify --json`");
