import * as z from "zod";
import { encodedBytes, headerPair } from "../../request/schema.ts";

export const signOutput = z
  .strictObject({
    provider: z.string(),
    scheme: z.string().describe("the profile's scheme that signed"),
    secret: z.string().describe("name and fingerprint of the secret used, never the secret"),
    headers: z.array(headerPair).describe("in the order the platform sends them"),
    body: encodedBytes,
    signedContent: encodedBytes.describe("the signed bytes"),
    timestamp: z
      .union([z.number(), z.string()])
      .nullable()
      .describe("as in the request: epoch seconds, or milliseconds if the scheme uses them; null if it has none"),
    curl: z.string().exactOptional().describe("with --curl: a runnable command"),
  })
  .describe("`hookproof sign --json`");
