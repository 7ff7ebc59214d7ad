import * as z from "zod";
import { storedBytes } from "../../request/schema.ts";

// Of whichever version wrote them: no more is asked for than is used.

const pairs = z.array(z.tuple([z.string(), z.string()]));

const lineSchema = z.discriminatedUnion("type", [
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

/** A line of a capture that says something of a request; undefined for any other. */
export const capturedLine = (value: unknown): z.output<typeof lineSchema> | undefined =>
  lineSchema.safeParse(value).data;
