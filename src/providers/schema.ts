import * as z from "zod";
import { durationMs } from "../values/duration.ts";
import type { Fact, Profile, Scheme } from "./profile.ts";

/** A documented value or an assumption with its reason. */
const fact = <T>(value: z.ZodType<T>): z.ZodType<Fact<T>> =>
  z.union([value, z.object({ assumed: value, why: z.string() })]);

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "is not a header name");
const duration = z.string().refine((text) => durationMs(text) !== undefined, "is not a duration such as 30s");
const window = z.union([z.literal("any"), duration]);
const hash = z.enum(["sha1", "sha256", "sha384", "sha512"]);

const part = z.union([
  z.enum(["body", "timestamp", "id", "method", "secret"]),
  z.strictObject({ text: z.string() }),
  z.strictObject({ url: z.enum(["as-sent", "decoded"]), decode: z.array(z.string()).exactOptional() }),
  z.strictObject({ form: z.literal("sorted-pairs") }),
]);

const scheme = z.strictObject({
  name: z.string(),
  summary: z.string(),
  header: headerName,
  when: z.record(headerName, z.string()).exactOptional(),
  whenAbsentToo: z.boolean().exactOptional(),
  layout: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("single"), prefix: z.string().exactOptional() }),
    z.strictObject({ kind: z.literal("pairs"), key: z.string() }),
    z.strictObject({ kind: z.literal("versions"), version: z.string() }),
  ]),
  encoding: z.enum(["hex", "base64"]),
  mac: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("hmac"), hash, key: z.enum(["text", "base64", "hex", "whsec"]) }),
    z.strictObject({ kind: z.literal("digest"), hash }),
    z.strictObject({ kind: z.literal("ed25519") }),
  ]),
  content: z.array(part).min(1),
  id: z.strictObject({ header: headerName }).exactOptional(),
  timestamp: z
    .strictObject({
      from: z.union([z.strictObject({ header: headerName }), z.strictObject({ pair: z.string() })]),
      unit: z.enum(["s", "ms"]),
      form: z.enum(["canonical", "digits", "integer"]),
      past: fact(window),
      future: fact(window),
    })
    .exactOptional(),
  bodyText: z.literal("utf-8").exactOptional(),
  signing: z.literal("beside").exactOptional(),
}) satisfies z.ZodType<Scheme>;

const locator = z.union([
  z.strictObject({ header: headerName }),
  z.strictObject({ json: z.string() }),
  z.strictObject({ form: z.string() }),
]);
const unit = z.enum(["iso", "s", "ms"]).exactOptional();
const timeLocator = z.union([
  z.strictObject({ header: headerName, unit }),
  z.strictObject({ json: z.string(), unit }),
  z.strictObject({ form: z.string(), unit }),
]);

const field = z.strictObject({
  path: z.string(),
  need: z.enum(["required", "recommended", "optional"]),
  format: z.enum(["email", "iso-time", "string", "object"]).exactOptional(),
  meaning: z.string().exactOptional(),
});

const outcome = z.union([
  z.int().min(100).max(599),
  z.enum(["no-response", "timeout", "1xx", "2xx", "3xx", "4xx", "5xx", "non-2xx"]),
]);

const delivery = z
  .strictObject({
    httpsOnly: fact(z.boolean()),
    timeout: fact(duration),
    attempts: fact(z.int().min(1).max(100)),
    delays: fact(z.array(duration)),
    retry: fact(z.array(outcome)),
    terminal: fact(z.array(outcome)).exactOptional(),
    otherwise: fact(z.enum(["terminal", "retryable"])),
    retryAfter: fact(z.boolean()).exactOptional(),
    terminalEvent: z.string().exactOptional(),
  })
  .default({
    httpsOnly: { assumed: false, why: "not given" },
    timeout: { assumed: "30s", why: "not given" },
    attempts: { assumed: 1, why: "not given" },
    delays: { assumed: [], why: "not given" },
    retry: { assumed: ["no-response", "timeout", "5xx"], why: "not given" },
    otherwise: { assumed: "terminal", why: "not given" },
  });

const endpoint = z.strictObject({
  method: z.enum(["GET", "POST", "DELETE"]),
  path: z.string().startsWith("/"),
  auth: z.enum(["bearer", "x-api-key", "none"]),
  baseUrl: fact(z.url()).exactOptional(),
  success: fact(z.array(z.int())),
  proves: z.array(z.string()).exactOptional(),
  doesNotProve: z.array(z.string()).exactOptional(),
});

const trouble = z.strictObject({
  on: z.array(outcome),
  symptom: z.string().exactOptional(),
  cause: z.string(),
  next: z.string(),
  source: z.string().exactOptional(),
});

/** A profile as a user may write it: what says nothing of signing may be left out. */
export const profileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and dashes"),
  aliases: z.array(z.string()).exactOptional(),
  name: z.string(),
  summary: z.string().default("a profile of your own"),
  source: z
    .strictObject({ document: z.string(), updated: z.string().exactOptional(), url: z.string().exactOptional() })
    .default({ document: "hookproof.config.json" }),
  sources: z.record(z.string(), z.string()).default({}),
  schemes: z.union([
    fact(z.array(scheme).min(1)),
    z.strictObject({ undocumented: z.string(), header: headerName.exactOptional() }),
  ]),
  headers: z.array(z.tuple([headerName, z.string()])).default([]),
  attempt: z
    .strictObject({ header: headerName, first: z.union([z.literal(0), z.literal(1)]), onFirst: z.boolean() })
    .exactOptional(),
  contentType: z.string().default("application/json"),
  envelope: z
    .strictObject({
      id: z.array(locator),
      type: z.array(locator),
      time: timeLocator.exactOptional(),
      dedupe: fact(z.array(locator)),
      newId: z.string(),
      fields: z.array(field).exactOptional(),
    })
    .default({ id: [{ json: "id" }], type: [{ json: "type" }], dedupe: [{ json: "id" }], newId: "evt_{hex24}" }),
  events: z
    .array(
      z.strictObject({
        type: z.string(),
        when: z.string().default(""),
        contentType: z.string().exactOptional(),
        sample: z.string().exactOptional(),
      }),
    )
    .default([]),
  samplesAssumed: z.string().exactOptional(),
  delivery,
  endpoints: z.record(z.string(), endpoint).exactOptional(),
  troubleshooting: z.array(trouble).default([]),
  support: z
    .strictObject({
      required: z.array(z.enum(["handle", "subscription", "event", "receiver", "time", "log", "traffic", "changes"])),
      handle: locator.exactOptional(),
      testTypes: z.array(z.string()).exactOptional(),
      source: z.string(),
    })
    .exactOptional(),
  counterpart: z.string().exactOptional(),
  incoming: z.array(z.string()).exactOptional(),
  notes: z.array(z.string()).exactOptional(),
}) satisfies z.ZodType<Profile>;
