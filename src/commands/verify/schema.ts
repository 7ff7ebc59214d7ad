import * as z from "zod";
import { verdictSchema } from "../../signature/schema.ts";

export const verdictOutput = verdictSchema
  .extend({
    recorded: z
      .strictObject({
        status: z.number().nullable().describe("null where there was no answer"),
        kind: z.string().describe("status, forwarded, reset or hang"),
        sent: z.boolean().describe("false where the sender had gone before"),
      })
      .nullable()
      .describe("the response that a capture recorded for the request; null where it has none"),
  })
  .describe("`hookproof verify --json`");
