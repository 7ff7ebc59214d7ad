import * as z from "zod";
import { tokenPattern } from "../request/token.ts";
import { durationMs } from "../values/duration.ts";
import { unknownPlaceholder } from "./placeholders.ts";
import { isJson } from "../values/parse-json.ts";

// The one definition of a profile: `profile.ts` infers the types from it, a project file is checked with it, and
// editors (via schema/config.json) and docs/json.md show its descriptions. A profile is plain data, without functions
// or regular expressions, so users' own profiles can do everything that built-in ones can.

/** A documented value, or an assumption with the reason for it. */
const fact = <Value extends z.ZodType>(value: Value) => z.union([value, z.object({ assumed: value, why: z.string() })]);

/** A string whose placeholders must all be known. */
const filledIn = (place: Parameters<typeof unknownPlaceholder>[0]) =>
  z.string().check(({ value, issues }) => {
    const unknown = unknownPlaceholder(place, value);
    if (unknown !== undefined)
      issues.push({ code: "custom", input: value, message: unknown.message, params: { nearest: unknown.nearest } });
  });

const headerName = z.string().regex(tokenPattern, "is not a header name");
const duration = z.string().refine((text) => durationMs(text) !== undefined, "is not a duration such as 30s");
const window = z.union([z.literal("any"), duration]);
const hash = z.enum(["sha1", "sha256", "sha384", "sha512"]);

const header = z.strictObject({ header: headerName });
const json = z.strictObject({ json: z.string() });
const form = z.strictObject({ form: z.string() });
const query = z.strictObject({ query: z.string() });

const place = z
  .union([header, query, json, form, z.strictObject({ body: z.literal("whole") })])
  .describe(
    "where in a request: a header, a query parameter, a dotted path in a JSON body, a form field, or the whole body",
  );

const keyForm = z
  .enum(["text", "nfkd", "base64", "hex", "whsec"])
  .describe(
    "how the secret becomes key bytes. text: the text as is; nfkd: the text in Unicode form NFKD (EasyPost); base64, hex: decoded; whsec: base64-decoded after an optional whsec_ is removed (Standard Webhooks)",
  );

const mac = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("hmac"),
    hash,
    key: keyForm,
    keyHash: hash.exactOptional().describe("the key is this hash of those bytes (Braintree: sha1)"),
  }),
  z
    .strictObject({ kind: z.literal("digest"), hash })
    .describe("a plain hash; the secret is part of the content (HubSpot v1, v2)"),
  z
    .strictObject({ kind: z.literal("ed25519") })
    .describe(
      "an Ed25519 signature; keys as whsk_ (seed and public key, for signing) and whpk_ (public key, for verifying)",
    ),
  z
    .strictObject({ kind: z.literal("token") })
    .describe("no signature: the secret itself is sent, and the body is not protected (GitLab, Telegram)"),
  z
    .strictObject({ kind: z.literal("basic") })
    .describe("like token, but sent as Authorization: Basic; the secret is user:password (Postmark)"),
]);

const separator = z.string().min(1).max(8);
const beside = z
  .record(z.string(), z.string())
  .exactOptional()
  .describe("items with fixed text, sent next to the signature and not checked (keyid, algorithm)");

const layout = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("single"),
        prefix: z.string().exactOptional(),
        suffix: z.string().exactOptional(),
      })
      .describe("one signature between an optional prefix and suffix: sha256=<hex>"),
    z
      .strictObject({
        kind: z.literal("pairs"),
        key: z.string(),
        separator: separator.exactOptional().describe("between items; default: a comma (Paddle: ;)"),
        assign: separator.exactOptional().describe("between name and value; default: ="),
        quoted: z.literal(true).exactOptional().describe('values are in double quotes: signature="…"'),
        groups: separator
          .exactOptional()
          .describe("between groups of items, each with its own timestamp (Persona: a space)"),
        beside,
      })
      .describe("t=…,v1=…,v1=…: every item named `key` is a signature"),
    z
      .strictObject({ kind: z.literal("versions"), version: z.string() })
      .describe("v1,… v1,… separated by spaces: every item of this version is a signature"),
    z
      .strictObject({
        kind: z.literal("list"),
        separator,
        items: z
          .array(z.string())
          .min(1)
          .exactOptional()
          .describe(
            'what each position holds; "signature" marks a signature, and the last name applies to all later positions. Default: all are signatures',
          ),
        groups: separator.exactOptional().describe("between several such lists (Braintree: &)"),
        beside,
      })
      .describe("unnamed items: signature,signature or timestamp,signature (Recurly)"),
    z
      .strictObject({ kind: z.literal("json"), key: z.string(), base64: z.literal(true).exactOptional(), beside })
      .describe(
        "a JSON object whose member `key` is the signature; with `base64`, the object is base64-encoded (eBay)",
      ),
  ])
  .describe("how the signatures are written at that place");

const encoding = z
  .enum(["hex", "hex-upper", "base64", "base64url", "base64url-padded", "base64-of-hex", "text"])
  .describe("base64-of-hex: base64 of the hex text (Rapyd); text: the value as is, for tokens");

const absent = z
  .literal("empty")
  .exactOptional()
  .describe("signed as an empty text if it is absent; by default it must be present");
const lower = z.literal(true).exactOptional().describe("signed in lower case");
const field = { absent, lower };

/** A part that is read from the request or derived from it. */
const simplePart = z.union([
  z
    .enum(["body", "timestamp", "id", "method", "secret", "host", "path", "target"])
    .describe("target: path and query, as on the request line"),
  z.strictObject({ text: z.string() }),
  z
    .strictObject({ url: z.enum(["as-sent", "decoded", "base"]), decode: z.array(z.string()).exactOptional() })
    .describe("the whole URL (base: without its query); `decode` lists the only escapes that are decoded (HubSpot v3)"),
  z
    .strictObject({
      sorted: z.enum(["form", "query"]),
      assign: z.string().exactOptional(),
      between: z.string().exactOptional(),
      escape: z.literal("rfc3986").exactOptional().describe("percent-encodes names and values (Atlassian)"),
      repeat: z.string().exactOptional().describe("joins the values of a repeated name, which is then written once"),
    })
    .describe(
      "the fields of the form or query, sorted by name, with `assign` between name and value and `between` between fields (default: nothing). The signature's own field is left out",
    ),
  z
    .strictObject({ crc32: z.literal("body") })
    .describe(
      "the CRC-32 of the body as a decimal number (PayPal); anyone can construct another body with the same CRC-32",
    ),
  header.extend(field),
  query.extend(field),
  json.extend(field),
  form
    .extend(field)
    .describe("a form field; `sorted-pairs` is short for sorted: form, fields joined without separators (Twilio)"),
  z
    .strictObject({
      signedHeaders: z.array(z.string()).min(1),
      list: z.union([header, z.strictObject({ pair: z.string() })]).exactOptional(),
      separator: separator.exactOptional(),
      assign: z.string(),
      between: z.string(),
    })
    .describe(
      "headers as name, `assign`, value, joined by `between`. `list` is where a request lists the headers it signs, separated by `separator` (default: a comma); the list must include all of signedHeaders. (request-target) is method and target",
    ),
]);

const hashPart = z
  .strictObject({ hash, encoding, of: z.array(simplePart).min(1).exactOptional() })
  .describe("a hash of the body, or of other parts");

const innerPart = z.union([simplePart, hashPart]);
const optionalPart = z.strictObject({ optional: z.array(innerPart).min(1) });

const part = z.union([
  simplePart,
  hashPart,
  z
    .strictObject({
      join: z.array(z.union([innerPart, optionalPart])).min(1),
      with: z.string(),
    })
    .describe("parts joined by a text; an optional part that is left out takes its separator with it"),
  z
    .strictObject({
      optional: z
        .array(
          z.union([
            innerPart,
            z.strictObject({ join: z.array(z.union([innerPart, optionalPart])).min(1), with: z.string() }),
          ]),
        )
        .min(1),
    })
    .describe("parts that are all left out, including their texts, if one of them is absent or empty (Mercado Pago)"),
]);

const rsa = z
  .strictObject({ kind: z.literal("rsa"), hash, padding: z.enum(["pkcs1", "pss"]) })
  .describe("signed with a private RSA key; keys as PEM, DER in base64 or hex, JWK, or X.509 certificate");

const ecdsa = z
  .strictObject({
    kind: z.literal("ecdsa"),
    hash,
    curve: z.enum(["P-256", "P-384", "P-521"]).exactOptional().describe("default: any"),
    form: z
      .enum(["der", "p1363"])
      .describe("der: an ASN.1 sequence, as OpenSSL writes it; p1363: r and s concatenated"),
  })
  .describe("signed with a private EC key; the same key formats as for rsa");

const claimed = {
  claim: z.string().min(1),
  in: z.literal("header").exactOptional().describe("a parameter of the token's header instead of a claim"),
};
const optionalClaim = z.literal(true).exactOptional().describe("a token without it is accepted");

const claimRule = z.union([
  z
    .strictObject({ ...claimed, is: z.union([z.string(), z.number(), z.boolean()]), optional: optionalClaim })
    .describe("a fixed value, such as the issuer"),
  z
    .strictObject({
      ...claimed,
      of: z.array(simplePart).min(1),
      hash: hash.exactOptional().describe("if absent, the claim is the text itself (monday.com's aud is the URL)"),
      encoding: z.enum(["hex", "base64", "base64url"]).exactOptional().describe("default: hex"),
      omitEmpty: z.literal(true).exactOptional().describe("left out if what it covers is empty (MessageBird)"),
      optional: optionalClaim,
    })
    .describe("a hash of parts of the request"),
  z
    .strictObject({
      ...claimed,
      time: z.enum(["issued", "expires", "not-before"]),
      leeway: duration.exactOptional().describe("allowed clock difference; default: none"),
      lifetime: duration.exactOptional().describe("how long after signing the token expires; default: 5m"),
      optional: optionalClaim,
    })
    .describe(
      "a time in epoch seconds; `issued` is only written, and its age is checked only if it is the scheme's timestamp",
    ),
  z
    .strictObject({ ...claimed, write: z.string() })
    .describe("written when signing, not checked when verifying; {id} is the event id"),
]);

/** Every algorithm of a JSON Web Signature that a profile may name. */
const jwsAlgorithm = z.enum([
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
]);

const jws = z
  .strictObject({
    kind: z.literal("jws"),
    algorithm: jwsAlgorithm.describe("a token that names another algorithm is rejected"),
    key: keyForm.exactOptional().describe("how the shared secret of HS… becomes key bytes; default: text"),
    payload: z
      .enum(["claims", "content", "detached", "detached-unencoded"])
      .exactOptional()
      .describe(
        "what the token carries. claims (default); content: the scheme's content; detached: nothing, and the content is signed in base64url; detached-unencoded: nothing, and the content is signed as is (RFC 7797)",
      ),
    claims: z.array(claimRule).exactOptional().describe("the token's claims, in order, and how each is checked"),
  })
  .describe(
    "a JSON Web Token or detached JWS. A timestamp refers to its claims and header parameters by name: { pair: iat }",
  );

const anyMac = z.discriminatedUnion("kind", [...mac.options, rsa, ecdsa, jws]);

const keySource = z
  .union([
    z.strictObject({
      url: z
        .string()
        .startsWith("https://")
        .describe("a JWK set, PEM or certificate; {kid} is replaced with the key's id"),
    }),
    z.strictObject({
      in: place.describe("where the request gives the URL of the certificate"),
      hosts: z
        .array(z.string().regex(/^(?:[a-z0-9*-]+\.)+[a-z]{2,}$/, "is not a host name, with * for letters and digits"))
        .min(1)
        .describe("the only hosts it may be fetched from; * matches letters and digits, never a dot or a dash"),
      path: z
        .strictObject({ begins: z.string().startsWith("/").exactOptional(), ends: z.string().exactOptional() })
        .exactOptional(),
    }),
    z.strictObject({
      byHand: z.string().describe("how to get the key, if that takes the user's own credentials or address"),
    }),
  ])
  .describe("where the platform publishes its public keys");

const timeUnit = z.enum(["s", "ms", "iso", "http-date", "opaque"]);

const timestamp = z.strictObject({
  from: z
    .union([header, z.strictObject({ pair: z.string() }), json, form, query])
    .describe("a header, a named item of the signature's layout, or a field of body or query"),
  unit: z
    .union([timeUnit, z.array(timeUnit).min(1)])
    .describe(
      "s: epoch seconds; ms: epoch milliseconds; iso: ISO 8601; http-date: an HTTP date; opaque: signed but not checked. If several are given, the first is sent and all are accepted",
    ),
  form: z
    .enum(["canonical", "digits", "integer"])
    .default("canonical")
    .describe(
      "which texts are accepted as an epoch number. canonical: digits without leading zeros (for verifiers that sign the parsed number); digits: any digits; integer: what Python's int() accepts, including a sign and leading zeros",
    ),
  past: fact(window)
    .default("5m")
    .describe("the oldest accepted age, as a duration such as 5m; any if the age is not checked"),
  future: fact(window)
    .default("5m")
    .describe(
      "how far in the future is accepted, as a duration such as 5m; any if the platform's libraries check only the age",
    ),
});

export const schemeSchema = z.strictObject({
  name: z.string(),
  summary: z
    .string()
    .default("the signature described in the profile")
    .describe("one line for people: what is signed and how it is written"),
  header: headerName.exactOptional().describe("the signature header; short for place: { header: NAME }"),
  place: z
    .union([place, z.array(place).min(1)])
    .exactOptional()
    .describe("where the signature is; if several places are given, any that is present may contain it"),
  each: z
    .string()
    .exactOptional()
    .describe(
      "a JSON array whose elements are each signed separately; JSON paths are relative to the element (Adyen: notificationItems)",
    ),
  body: z
    .enum(["json", "form"])
    .exactOptional()
    .describe("the scheme applies only to bodies of this kind, according to Content-Type (Twilio)"),
  when: z
    .record(headerName, z.string())
    .exactOptional()
    .describe(
      "headers that must have these values for the scheme to apply (HubSpot's version header); sent when signing",
    ),
  whenAbsentToo: z
    .boolean()
    .exactOptional()
    .describe("the scheme also applies if those headers are absent (HubSpot's v1)"),
  layout: layout.default({ kind: "single" }),
  encoding: encoding.default("hex"),
  eitherCase: z.literal(true).exactOptional().describe("verifiers accept hex digits in upper and lower case"),
  mac: anyMac,
  keys: keySource.exactOptional(),
  content: z.array(part).default([]).describe("what is signed, in order; empty for tokens"),
  bodyHash: z
    .array(z.strictObject({ in: place, hash, encoding, prefix: z.string().exactOptional() }))
    .exactOptional()
    .describe("fields that hold a hash of the body, which verifiers compare with the body itself (Twilio: bodySHA256)"),
  id: z.strictObject({ header: headerName }).exactOptional().describe("the header with the event id that is signed"),
  timestamp: timestamp.exactOptional(),
  bodyText: z
    .literal("utf-8")
    .exactOptional()
    .describe("set if the documented verifier decodes the body as UTF-8 and therefore rejects other bytes"),
  signing: z
    .literal("beside")
    .exactOptional()
    .describe("sent in addition to the signing scheme, in its own header (GitHub's SHA-1)"),
});

const locator = z
  .union([header, json, form])
  .describe("where to find it in a request: a header, a dotted path in a JSON body, or a form field");
const unit = { unit: z.enum(["iso", "s", "ms"]).exactOptional() };

const fieldRule = z.strictObject({
  path: z.string(),
  need: z.enum(["required", "recommended", "optional"]),
  format: z.enum(["email", "iso-time", "string", "object"]).exactOptional(),
  meaning: z.string().exactOptional(),
});

const envelope = z.strictObject({
  id: z.array(locator).describe("tried in order; the first one present is used"),
  type: z.array(locator).describe("tried in order; the first one present is used"),
  time: z.union([header.extend(unit), json.extend(unit), form.extend(unit)]).exactOptional(),
  dedupe: fact(z.array(locator)).describe("what identifies an event across deliveries: all of these combined"),
  newId: filledIn("newId").describe("format of a new event id: evt_{hex32}, {uuid}, {number}"),
  fields: z.array(fieldRule).exactOptional().describe("the fields of an object body, for samples and validation"),
});

const eventType = z.strictObject({
  type: z.string(),
  when: z.string().default("").describe("when the platform sends it"),
  contentType: z
    .string()
    .exactOptional()
    .describe("if it differs from the profile's content type (Slack's slash commands are forms)"),
  sample: z.string().exactOptional().describe("the sample's text, for your own profiles; built-in samples are files"),
});

const outcome = z.union([
  z.int().min(100).max(599),
  z.enum(["no-response", "timeout", "1xx", "2xx", "3xx", "4xx", "5xx", "non-2xx"]),
]);

const delivery = z.strictObject({
  httpsOnly: fact(z.boolean()).describe("whether the endpoint must use HTTPS"),
  timeout: fact(duration).describe("how long the platform waits for a response, as a duration such as 30s"),
  attempts: fact(z.int().min(1).max(100)).describe("total number of attempts, including the first"),
  delays: fact(z.array(duration)).describe(
    "the delay before each retry, counted from the previous attempt, as durations such as 5m: one fewer than attempts",
  ),
  retry: fact(z.array(outcome)).describe("the statuses and failures that are retried"),
  terminal: fact(z.array(outcome)).exactOptional().describe("never retried; takes precedence over retry"),
  otherwise: fact(z.enum(["terminal", "retryable"])).describe("what happens to a response in neither list"),
  retryAfter: fact(z.boolean()).exactOptional().describe("whether the platform honors Retry-After"),
  largestBody: z
    .strictObject({ bytes: z.int().min(1), source: z.string() })
    .exactOptional()
    .describe("the largest body that the platform sends, in bytes, and the source of that number"),
  terminalEvent: z
    .string()
    .exactOptional()
    .describe("the event sent when a delivery has permanently failed, if the platform has one"),
});

const endpoint = z.strictObject({
  method: z.enum(["GET", "POST", "DELETE"]),
  path: filledIn("path").startsWith("/"),
  auth: z.enum(["bearer", "x-api-key", "none"]),
  baseUrl: fact(z.url()).exactOptional(),
  success: fact(z.array(z.int())).describe("the status codes that mean success"),
  proves: z.array(z.string()).exactOptional().describe("what a success proves, quoted from the document"),
  doesNotProve: z.array(z.string()).exactOptional().describe("what a success does not prove, quoted from the document"),
});

const trouble = z.strictObject({
  on: z.array(outcome).describe("the statuses and failures the row is about; empty if it is about a symptom only"),
  symptom: z.string().exactOptional().describe("what a user would type: no request seen, signature always failing"),
  cause: z.string().describe("the likely cause"),
  next: z.string().describe("what to do"),
  source: z.string().exactOptional().describe("the source of the row; default: the profile's document"),
});

const secretForm = z.strictObject({
  begins: z.array(z.string().min(1)).exactOptional().describe("how every signing secret begins (Stripe's whsec_)"),
  uuid: z.literal(true).exactOptional().describe("signing secrets are UUIDs (HubSpot's client secret)"),
});

const jsonText = z.string().refine(isJson, "is not JSON");
const challengePair = z.tuple([z.string(), z.string()]);

const successStatus = z.int().min(200).max(299);
const challengeAnswer = z.strictObject({
  status: z.tuple([successStatus]).rest(successStatus).describe("`listen` responds with the first"),
  type: z.string().exactOptional().describe("the media type that the response must have; if absent, any"),
  headers: z
    .array(z.tuple([headerName, z.string()]).rest(z.string()))
    .exactOptional()
    .describe("required headers, each a name and the accepted values"),
  text: z.string().exactOptional().describe("the exact body"),
  json: jsonText.exactOptional().describe("the body as JSON; a response may have more members"),
});

/**
 * What a platform sends to verify an endpoint before it sends events. hookproof fills in the placeholders when it sends
 * one, and recognizes a received one by its fixed texts.
 */
export const challengeSchema = z.strictObject({
  name: z.string().describe("what the platform calls it"),
  source: z.string().describe("where the platform documents it"),
  request: z
    .strictObject({
      method: z.enum(["GET", "POST", "OPTIONS"]),
      query: z.array(challengePair).exactOptional().describe("parameters of the URL, decoded"),
      headers: z.array(z.tuple([headerName, z.string()])).exactOptional(),
      json: jsonText.exactOptional().describe("the body, as JSON"),
      signed: z.literal(true).exactOptional().describe("signed in the same way as events"),
    })
    .describe(
      "{challenge} is the value to return, {token} the verify token configured on the platform; {uuid}, {hex32} and {number} are new each time. All other texts are fixed and distinguish the challenge from an event",
    ),
  challenge: z.string().describe("the format of {challenge}: {hex40}, {uuid}, {number}, and fixed text"),
  answers: z
    .tuple([challengeAnswer])
    .rest(challengeAnswer)
    .describe("the accepted responses; `listen` sends the first. {challenge} and {hmac} are filled in"),
  hmac: z
    .strictObject({ hash, encoding: z.enum(["hex", "base64"]) })
    .exactOptional()
    .describe("how {hmac} is computed: the HMAC of the challenge, keyed with the signing secret"),
  refuses: z
    .array(outcome)
    .exactOptional()
    .describe("the response required for a challenge with a wrong token or signature, if documented"),
});

/** The items of an evidence bundle, in the order in which they are shown. */
export const itemIds = ["handle", "subscription", "event", "receiver", "time", "log", "traffic", "changes"] as const;

const support = z.strictObject({
  required: z.array(z.enum(itemIds)).describe("the items that an evidence bundle must have"),
  handle: locator.exactOptional().describe("where a delivery names the account, if it does"),
  testTypes: z.array(z.string()).exactOptional().describe("event types used only in tests"),
  source: z.string(),
});

/** The groups of platforms, in the order they are listed. */
export const categories = [
  "standards",
  "payments",
  "finance",
  "commerce",
  "crm",
  "support",
  "marketing",
  "communication",
  "email",
  "productivity",
  "developer-tools",
  "infrastructure",
  "identity",
  "media",
  "other",
] as const;

/** A profile as a user may write it: fields that don't concern signing may be omitted. */
export const profileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "may only contain lower-case letters, digits and dashes"),
  aliases: z.array(z.string()).exactOptional(),
  name: z.string(),
  category: z.enum(categories).exactOptional().describe("the group that `hookproof providers` lists it in"),
  summary: z.string().default("a profile of your own").describe("one line: what this profile is for"),
  source: z
    .strictObject({ document: z.string(), updated: z.string().exactOptional(), url: z.string().exactOptional() })
    .default({ document: "hookproof.config.json" }),
  sources: z
    .record(z.string(), z.string())
    .default({})
    .describe("the document, section or library that each group of facts comes from"),
  schemes: z
    .union([
      fact(z.array(schemeSchema).min(1)),
      z.strictObject({ undocumented: z.string(), header: headerName.exactOptional() }),
    ])
    .describe(
      "newest first. Verification tries the schemes whose header is present, in this order; signing uses the first that fits the secret. `undocumented`: the platform does not document its signature, so the user must pass the header and format",
    ),
  secret: secretForm
    .exactOptional()
    .describe(
      "what the platform's signing secrets look like; if a signature does not match, a secret of another form is reported",
    ),
  headers: z
    .array(z.tuple([headerName, filledIn("header")]))
    .default([])
    .describe("headers sent in addition to the signature, in order; {type} {id} {attempt} {uuid} {time} are filled in"),
  attempt: z
    .strictObject({
      header: headerName,
      first: z.union([z.literal(0), z.literal(1)]).describe("the number of the first attempt"),
      onFirst: z.boolean().describe("false if only retries carry the header (Slack)"),
    })
    .exactOptional(),
  contentType: z.string().default("application/json"),
  envelope: envelope.default({
    id: [{ json: "id" }],
    type: [{ json: "type" }],
    dedupe: [{ json: "id" }],
    newId: "evt_{hex24}",
  }),
  events: z.array(eventType).default([]),
  samplesAssumed: z.string().exactOptional().describe("why the samples are assumed, if the document shows none"),
  delivery: delivery.default({
    httpsOnly: { assumed: false, why: "not given" },
    timeout: { assumed: "30s", why: "not given" },
    attempts: { assumed: 1, why: "not given" },
    delays: { assumed: [], why: "not given" },
    retry: { assumed: ["no-response", "timeout", "5xx"], why: "not given" },
    otherwise: { assumed: "terminal", why: "not given" },
  }),
  endpoints: z.record(z.string(), endpoint).exactOptional(),
  challenges: z
    .array(challengeSchema)
    .exactOptional()
    .describe("the challenges with which the platform checks an endpoint before it sends events"),
  troubleshooting: z.array(trouble).default([]).describe("the platform's troubleshooting table"),
  support: support
    .exactOptional()
    .describe("what the platform's support asks for; default: event, receiver, time, log and traffic"),
  counterpart: z
    .string()
    .exactOptional()
    .describe("the profile of the opposite direction, whose secret is easily confused with this one's"),
  incoming: z
    .array(z.string())
    .exactOptional()
    .describe("platforms whose webhooks this one accepts, under its own route (Apex)"),
  notes: z.array(z.string()).exactOptional().describe("anything that no other field covers, one fact each"),
});
