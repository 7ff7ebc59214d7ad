import * as z from "zod";
import { encodedBytes, headerPair } from "../../request/schema.ts";

export const signOutput = z
  .strictObject({
    provider: z.string(),
    scheme: z.string().describe("the signature scheme used"),
    secret: z.string().describe("name and fingerprint of the secret used, never the secret"),
    headers: z.array(headerPair).describe("in the order the platform sends them"),
    body: encodedBytes,
    signedContent: encodedBytes.describe("the bytes that were signed"),
    timestamp: z
      .union([z.number(), z.string()])
      .nullable()
      .describe("as in the request, for example epoch seconds or milliseconds; null if the scheme has no timestamp"),
    curl: z.string().exactOptional().describe("only with --curl: a runnable command"),
  })
  .describe("`hookproof sign --json`");
