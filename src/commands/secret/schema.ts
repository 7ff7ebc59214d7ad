import * as z from "zod";
import { instantText } from "../../request/schema.ts";

const fingerprint = z.string().describe("first 8 hex digits of the secret's SHA-256");

export const secretListOutput = z
  .strictObject({
    secrets: z.array(
      z.strictObject({
        name: z.string(),
        fingerprint,
        setAt: instantText.nullable().describe("ISO 8601, UTC; null if not known"),
      }),
    ),
  })
  .describe("`hookproof secret list --json`");

export const secretSetOutput = z
  .strictObject({
    name: z.string(),
    fingerprint,
    replaced: fingerprint
      .nullable()
      .describe("fingerprint of the different secret that had this name; null if there was none"),
  })
  .describe("`hookproof secret set --json`");

export const secretRemoveOutput = z
  .strictObject({ name: z.string(), removed: z.literal(true) })
  .describe("`hookproof secret remove --json`");
