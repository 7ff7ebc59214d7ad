import * as z from "zod";
import { deliverySchema } from "../delivery/schema.ts";
import { attemptSchema, knownText, targetText } from "../request/schema.ts";

const ready = z
  .strictObject({
    type: z.literal("ready"),
    url: z.string().describe("the base URL, to pass as --base-url to `trigger` and similar commands"),
    routes: z.array(
      z.strictObject({
        provider: z.string(),
        name: z.string().describe("the route's name in the platform's profile"),
        method: z.string(),
        path: z.string(),
      }),
    ),
    deliversTo: z.string().nullable().describe("the value of --to; null without it"),
    certificate: z.string().nullable().describe("with --tls: the PEM file for `curl --cacert`; null without it"),
  })
  .describe("the first line");

const call = z
  .strictObject({
    type: z.literal("call"),
    method: z.string(),
    target: targetText,
    provider: z.string().nullable().describe("null if no route matches"),
    route: z.string().nullable().describe("null if no route matches"),
    status: z.number().describe("HTTP status of the response"),
    note: z.string().describe("what happened, for people"),
  })
  .describe("a request that the simulator received; method and target are empty if it was malformed");

const attemptMade = z
  .strictObject({
    type: z.literal("attempt"),
    provider: z.string(),
    eventId: z.string(),
    eventType: knownText,
    url: z.string(),
    attempt: attemptSchema,
  })
  .describe("one attempt of a delivery");

const delivery = z
  .strictObject({
    type: z.literal("delivery"),
    provider: z.string(),
    delivery: deliverySchema.describe("as `hookproof send --json`"),
  })
  .describe("a finished delivery");

const summary = z
  .strictObject({
    type: z.literal("summary"),
    calls: z.number().describe("requests received"),
    delivered: z.number().describe("deliveries that succeeded"),
    terminal: z.number().describe("deliveries that permanently failed"),
  })
  .describe("the last line");

/** What the simulator reports while it runs. */
export const eventSchema = z.discriminatedUnion("type", [ready, call, attemptMade, delivery, summary]);
