import * as z from "zod";
import { encodedBytes, headerPair } from "../../request/schema.ts";

export const signOutput = z
  .strictObject({
    provider: z.string(),
    scheme: z.string().describe("the profile's scheme that signed"),
    secret: z.string().describe("name and fingerprint of the secret used, never the secret"),
    headers: z.array(headerPair).describe("in the order the platform sends them"),
    body: encodedBytes,
    signedContent: encodedBytes.describe("the bytes under the MAC"),
    timestamp: z
      .union([z.number(), z.string()])
      .nullable()
      .describe(
        "as the request carries it: epoch seconds, or milliseconds where the scheme counts those; null where it has none",
      ),
    curl: z.string().exactOptional().describe("with --curl: a runnable command"),
  })
  .describe("`hookproof sign --json`");
