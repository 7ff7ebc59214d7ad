import * as z from "zod";
import { storedBytes } from "../../request/schema.ts";

/** The one line of `inspect --json`. */
export const inspectLine = z
  .strictObject({
    type: z.literal("ready"),
    ui: z.string().describe("the inspector's address, including its token"),
    sources: z
      .array(z.strictObject({ name: z.string(), requests: z.number() }))
      .describe("the files or the queue, and how many requests each holds"),
  })
  .describe("`hookproof inspect --json`: one line once the address can be opened");

// Any version may have written the file, so only the fields used here are required.

const pairs = z.array(z.tuple([z.string(), z.string()]));

/** A line of a capture about an earlier request. */
export const lineOfCapture = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("response"),
    requestId: z.string(),
    kind: z.enum(["status", "reset", "hang", "forwarded", "cut"]).default("status"),
    status: z.number().nullable(),
    durationMs: z.number().default(0),
    sent: z.boolean().default(true),
  }),
  z.object({
    type: z.literal("forward"),
    requestId: z.string(),
    url: z.string(),
    answers: z.boolean().default(true),
    status: z.number().nullable(),
    durationMs: z.number().default(0),
    headers: pairs.default([]),
    body: storedBytes.default({ encoding: "utf8", data: "" }),
    error: z.object({ code: z.string(), message: z.string() }).nullable().default(null),
  }),
  z.object({
    type: z.literal("verdict"),
    requestId: z.string(),
    valid: z.boolean(),
    cause: z.string().nullable(),
    scheme: z.string().nullable(),
    matchedSecret: z.string().nullable(),
  }),
]);
