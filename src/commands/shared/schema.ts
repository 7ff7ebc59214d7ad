import * as z from "zod";
import { storedBytes } from "../../request/stored.ts";

/** Bytes as JSON carries them. */
export const encodedBytes = storedBytes.strict();

export const headerPair = z.tuple([z.string(), z.string()]).describe("name and value, as on the wire");

export const instantText = z.iso.datetime().describe("ISO 8601, UTC");
