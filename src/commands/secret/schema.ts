import * as z from "zod";
import { instantText } from "../../request/schema.ts";

export const secretListOutput = z
  .strictObject({
    secrets: z.array(
      z.strictObject({
        name: z.string(),
        fingerprint: z.string().describe("first 8 hex digits of the SHA-256"),
        setAt: instantText.nullable(),
      }),
    ),
  })
  .describe("`hookproof secret list --json`");

export const secretSetOutput = z
  .strictObject({ name: z.string(), fingerprint: z.string() })
  .describe("`hookproof secret set --json`");

export const secretRemoveOutput = z
  .strictObject({ name: z.string(), removed: z.literal(true) })
  .describe("`hookproof secret remove --json`");
