import * as z from "zod";

/** Bytes as JSON carries them. */
export const encodedBytes = z.strictObject({
  encoding: z.enum(["utf8", "base64"]).describe("utf8 where the bytes are UTF-8 through and through, else base64"),
  data: z.string(),
});

export const headerPair = z.tuple([z.string(), z.string()]).describe("name and value, as on the wire");

export const instantText = z.iso.datetime().describe("ISO 8601, UTC");
