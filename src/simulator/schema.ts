import * as z from "zod";
import { deliverySchema } from "../delivery/schema.ts";
import { attemptSchema } from "../request/schema.ts";

const ready = z
  .strictObject({
    type: z.literal("ready"),
    url: z.string().describe("what --base-url of `trigger` and the like takes"),
    routes: z.array(
      z.strictObject({
        provider: z.string(),
        name: z.string().describe("the route's name in the platform's profile"),
        method: z.string(),
        path: z.string(),
      }),
    ),
    deliversTo: z.string().nullable().describe("--to"),
    certificate: z.string().nullable().describe("with --tls, PEM file for `curl --cacert`"),
  })
  .describe("the first line");

const call = z
  .strictObject({
    type: z.literal("call"),
    method: z.string(),
    target: z.string(),
    provider: z.string().nullable(),
    route: z.string().nullable().describe("null if no route matches"),
    status: z.number().describe("the response"),
    note: z.string().describe("the outcome"),
  })
  .describe("a request to one of the routes");

const attemptMade = z
  .strictObject({
    type: z.literal("attempt"),
    provider: z.string(),
    eventId: z.string(),
    eventType: z.string().nullable(),
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
  .strictObject({ type: z.literal("summary"), calls: z.number(), delivered: z.number(), terminal: z.number() })
  .describe("the last line");

/** What the simulator reports while it runs. */
export const eventSchema = z.discriminatedUnion("type", [ready, call, attemptMade, delivery, summary]);
