import * as z from "zod";
import { tokenPattern } from "../request/token.ts";
import { durationMs } from "../values/duration.ts";
import { unknownPlaceholder } from "./placeholders.ts";
import { isJson } from "../values/parse-json.ts";

// What a profile is, in one place: `profile.ts` infers the types from it, a project file is checked with
// it, and editors (schema/config.json) and docs/json.md show its descriptions. A profile is data, without
// functions and regular expressions, so that a user's own can do everything that a built-in one can.

/** A documented value, or an assumption with the reason for it. */
const fact = <Value extends z.ZodType>(value: Value) => z.union([value, z.object({ assumed: value, why: z.string() })]);

/** A text whose placeholders are all known ones. */
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
    "where in a request: a header, a parameter of the query, a dotted path in a JSON body, a field of a form body, or the whole body",
  );

const keyForm = z
  .enum(["text", "nfkd", "base64", "hex", "whsec"])
  .describe(
    "how a secret becomes key bytes: its text as it is, its text in Unicode's form NFKD (EasyPost), decoded, or whsec (what follows an optional whsec_, base64-decoded; Standard Webhooks)",
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
    .describe("a plain hash; the secret is a part of the content (HubSpot v1, v2)"),
  z
    .strictObject({ kind: z.literal("ed25519") })
    .describe("keys as whsk_ (seed and public key, signs) and whpk_ (public key, verifies)"),
  z
    .strictObject({ kind: z.literal("token") })
    .describe("no signature: the secret itself is sent, and proves nothing about the body (GitLab, Telegram)"),
  z
    .strictObject({ kind: z.literal("basic") })
    .describe("the same as user:password in Authorization: Basic; the secret is user:password (Postmark)"),
]);

const separator = z.string().min(1).max(8);
const beside = z
  .record(z.string(), z.string())
  .exactOptional()
  .describe("items with a fixed text that are sent beside the signature and not judged (keyid, algorithm)");

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
        separator: separator.exactOptional().describe("between items; a comma unless given (Paddle: ;)"),
        assign: separator.exactOptional().describe("between name and value; = unless given"),
        quoted: z.literal(true).exactOptional().describe('values stand in double quotes: signature="…"'),
        groups: separator
          .exactOptional()
          .describe("between groups of items, each with a timestamp of its own (Persona: a space)"),
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
            'what stands at each position; "signature" is one, and the last name goes for all that follow. Only signatures unless given',
          ),
        groups: separator.exactOptional().describe("between several such lists (Braintree: &)"),
        beside,
      })
      .describe("items without names: signature,signature or timestamp,signature (Recurly)"),
    z
      .strictObject({ kind: z.literal("json"), key: z.string(), base64: z.literal(true).exactOptional(), beside })
      .describe("a JSON object whose member `key` is the signature, in base64 where `base64` says so (eBay)"),
  ])
  .describe("how signatures are written in their place");

const encoding = z
  .enum(["hex", "hex-upper", "base64", "base64url", "base64url-padded", "base64-of-hex", "text"])
  .describe("base64-of-hex: base64 of the hex text (Rapyd); text: the value as it is, for tokens");

const absent = z
  .literal("empty")
  .exactOptional()
  .describe("signed as an empty text where it is absent; otherwise it must be there");
const lower = z.literal(true).exactOptional().describe("signed in lower case");
const field = { absent, lower };

/** A part that is read from the request, or made of what stands there. */
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
      escape: z.literal("rfc3986").exactOptional().describe("names and values are percent-encoded (Atlassian)"),
      repeat: z.string().exactOptional().describe("joins the values of a repeated name, which then stands once"),
    })
    .describe(
      "fields of the form or the query sorted by name, `assign` between name and value, `between` between fields; nothing unless given. The signature's own field is left out",
    ),
  z
    .strictObject({ crc32: z.literal("body") })
    .describe("the CRC-32 of the body as a decimal number (PayPal); anybody can make another body that has it"),
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
      "headers as name, `assign`, value, joined by `between`. `list` is where a request names the headers that it signs, separated by `separator` (a comma unless given), and must name all of signedHeaders; (request-target) is method and target",
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
    .describe("parts with a text between them; optional ones that are left out take theirs with them"),
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
    .describe("parts that are left out, texts and all, where one of them is absent or empty (Mercado Pago)"),
]);

const rsa = z
  .strictObject({ kind: z.literal("rsa"), hash, padding: z.enum(["pkcs1", "pss"]) })
  .describe("signed with a private RSA key; keys as PEM, DER in base64 or hex, JWK, or X.509 certificate");

const ecdsa = z
  .strictObject({
    kind: z.literal("ecdsa"),
    hash,
    curve: z.enum(["P-256", "P-384", "P-521"]).exactOptional().describe("any unless given"),
    form: z
      .enum(["der", "p1363"])
      .describe("der: an ASN.1 sequence, as OpenSSL writes it; p1363: r and s side by side"),
  })
  .describe("signed with a private EC key, in the same forms");

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
      hash: hash.exactOptional().describe("none: the claim is the text itself (monday.com's aud is the URL)"),
      encoding: z.enum(["hex", "base64", "base64url"]).exactOptional().describe("hex unless given"),
      omitEmpty: z.literal(true).exactOptional().describe("left out where what it covers is empty (MessageBird)"),
      optional: optionalClaim,
    })
    .describe("a hash of parts of the request"),
  z
    .strictObject({
      ...claimed,
      time: z.enum(["issued", "expires", "not-before"]),
      leeway: duration.exactOptional().describe("how much clocks may differ; nothing unless given"),
      lifetime: duration.exactOptional().describe("how long after signing `expires` is: 5m unless given"),
      optional: optionalClaim,
    })
    .describe("a time in seconds; `issued` is only written: its age is judged where it is the scheme's timestamp"),
  z.strictObject({ ...claimed, write: z.string() }).describe("written and not judged; {id} is the id of the event"),
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
    algorithm: jwsAlgorithm.describe("a token that names another is refused"),
    key: keyForm.exactOptional().describe("how the shared secret of HS… becomes key bytes: text unless given"),
    payload: z
      .enum(["claims", "content", "detached", "detached-unencoded"])
      .exactOptional()
      .describe(
        "what the token carries: claims (unless given), the scheme's content, or nothing: the content is then signed in base64url (detached) or as it is (RFC 7797)",
      ),
    claims: z.array(claimRule).exactOptional().describe("what the token says, in order, and how it is judged"),
  })
  .describe(
    "a JSON Web Token or detached JWS. Its claims and header parameters are named items, for a timestamp: { pair: iat }",
  );

const anyMac = z.discriminatedUnion("kind", [...mac.options, rsa, ecdsa, jws]);

const keySource = z
  .union([
    z.strictObject({
      url: z.string().startsWith("https://").describe("a JWK set, PEM or certificate; {kid} is the key's id"),
    }),
    z.strictObject({
      in: place.describe("where the request says the URL of the certificate"),
      hosts: z
        .array(z.string().regex(/^(?:[a-z0-9*-]+\.)+[a-z]{2,}$/, "is not a host name, with * for letters and digits"))
        .min(1)
        .describe("the only hosts to fetch it from; * stands for letters and digits, never for a dot or a dash"),
      path: z
        .strictObject({ begins: z.string().startsWith("/").exactOptional(), ends: z.string().exactOptional() })
        .exactOptional(),
    }),
    z.strictObject({
      byHand: z.string().describe("how to get it, where that takes the user's own credentials or address"),
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
      "epoch seconds or milliseconds, ISO 8601 text, an HTTP date, or opaque: signed and not judged. Of several the first is sent and all are accepted",
    ),
  form: z
    .enum(["canonical", "digits", "integer"])
    .default("canonical")
    .describe(
      "which text is an epoch number. canonical: digits without leading zeros (verifiers sign the parsed number); digits: digits; integer: as Python's int() reads it, sign and zeros included",
    ),
  past: fact(window).default("5m").describe("the oldest accepted age, as a duration; any if age is not checked"),
  future: fact(window)
    .default("5m")
    .describe("how far in the future is accepted; any if the platform's libraries check only age"),
});

export const schemeSchema = z.strictObject({
  name: z.string(),
  summary: z
    .string()
    .default("a signature in the form that the profile describes")
    .describe("one line for people: what is signed and how it is written"),
  header: headerName.exactOptional().describe("the header with the signature; short for place: { header: NAME }"),
  place: z
    .union([place, z.array(place).min(1)])
    .exactOptional()
    .describe("where the signature is; with several places, any of them that is present may contain it"),
  each: z
    .string()
    .exactOptional()
    .describe(
      "a JSON array whose every element is signed by itself: JSON paths are within the element (Adyen: notificationItems)",
    ),
  body: z
    .enum(["json", "form"])
    .exactOptional()
    .describe("the scheme is for bodies of this kind only, as Content-Type says (Twilio)"),
  when: z
    .record(headerName, z.string())
    .exactOptional()
    .describe(
      "headers that must have these values for the scheme to apply (HubSpot's version header); sent when signing",
    ),
  whenAbsentToo: z
    .boolean()
    .exactOptional()
    .describe("the scheme also applies where those headers are absent (HubSpot's v1)"),
  layout: layout.default({ kind: "single" }),
  encoding: encoding.default("hex"),
  eitherCase: z.literal(true).exactOptional().describe("verifiers take hex digits in upper and lower case"),
  mac: anyMac,
  keys: keySource.exactOptional(),
  content: z.array(part).default([]).describe("what is signed, in order; nothing for tokens"),
  bodyHash: z
    .array(z.strictObject({ in: place, hash, encoding, prefix: z.string().exactOptional() }))
    .exactOptional()
    .describe("fields that hold a hash of the body, which verifiers compare with the body itself (Twilio: bodySHA256)"),
  id: z.strictObject({ header: headerName }).exactOptional().describe("the header with the event's id that is signed"),
  timestamp: timestamp.exactOptional(),
  bodyText: z
    .literal("utf-8")
    .exactOptional()
    .describe("set if the documented verifier decodes the body and therefore rejects other bytes"),
  signing: z
    .literal("beside")
    .exactOptional()
    .describe("sent in addition to the scheme that signs, in a header of its own (GitHub's SHA-1)"),
});

const locator = z
  .union([header, json, form])
  .describe("where a fact about an event is in a request: a header, or a dotted path in a JSON or form body");
const unit = { unit: z.enum(["iso", "s", "ms"]).exactOptional() };

const fieldRule = z.strictObject({
  path: z.string(),
  need: z.enum(["required", "recommended", "optional"]),
  format: z.enum(["email", "iso-time", "string", "object"]).exactOptional(),
  meaning: z.string().exactOptional(),
});

const envelope = z.strictObject({
  id: z.array(locator).describe("tried in order; the first one present counts"),
  type: z.array(locator).describe("tried in order; the first one present counts"),
  time: z.union([header.extend(unit), json.extend(unit), form.extend(unit)]).exactOptional(),
  dedupe: fact(z.array(locator)).describe("what identifies an event across deliveries: all of these together"),
  newId: filledIn("newId").describe("prefix and form of a new event id: evt_{hex32}, {uuid}, {number}"),
  fields: z
    .array(fieldRule)
    .exactOptional()
    .describe("fields that an object body must have, for samples and validation"),
});

const eventType = z.strictObject({
  type: z.string(),
  when: z.string().default("").describe("when the platform sends it, in a few words from its documentation"),
  contentType: z
    .string()
    .exactOptional()
    .describe("if it differs from the profile's (Slack's slash commands are forms)"),
  sample: z
    .string()
    .exactOptional()
    .describe("the sample's text, for profiles of your own; built-in samples are files"),
});

const outcome = z.union([
  z.int().min(100).max(599),
  z.enum(["no-response", "timeout", "1xx", "2xx", "3xx", "4xx", "5xx", "non-2xx"]),
]);

const delivery = z.strictObject({
  httpsOnly: fact(z.boolean()),
  timeout: fact(duration).describe("how long the platform waits for a response"),
  attempts: fact(z.int().min(1).max(100)).describe("all attempts, the first included"),
  delays: fact(z.array(duration)).describe(
    "the wait before each retry, counted from the previous attempt: one fewer than attempts",
  ),
  retry: fact(z.array(outcome)),
  terminal: fact(z.array(outcome)).exactOptional().describe("never retried; takes precedence over retry"),
  otherwise: fact(z.enum(["terminal", "retryable"])).describe("what happens to a response that is in neither list"),
  retryAfter: fact(z.boolean()).exactOptional(),
  largestBody: z
    .strictObject({ bytes: z.int().min(1), source: z.string() })
    .exactOptional()
    .describe("the largest body that the platform sends, and where it says so"),
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
  success: fact(z.array(z.int())).describe("the statuses that mean success"),
  proves: z.array(z.string()).exactOptional().describe("what a success proves, in the document's words"),
  doesNotProve: z.array(z.string()).exactOptional(),
});

const trouble = z.strictObject({
  on: z.array(outcome),
  symptom: z
    .string()
    .exactOptional()
    .describe("what a user would type for it: no request seen, signature always failing"),
  cause: z.string(),
  next: z.string().describe("what to do"),
  source: z.string().exactOptional().describe("the row's source (default: the profile's document)"),
});

const secretForm = z.strictObject({
  begins: z.array(z.string().min(1)).exactOptional().describe("how every signing secret begins (Stripe's whsec_)"),
  uuid: z.literal(true).exactOptional().describe("signing secrets are UUIDs (HubSpot's client secret)"),
});

const jsonText = z.string().refine(isJson, "is not JSON");
const challengePair = z.tuple([z.string(), z.string()]);

const successStatus = z.int().min(200).max(299);
const challengeAnswer = z.strictObject({
  status: z.tuple([successStatus]).rest(successStatus).describe("the first is what `listen` answers"),
  type: z.string().exactOptional().describe("the media type that it must have; any where absent"),
  headers: z
    .array(z.tuple([headerName, z.string()]).rest(z.string()))
    .exactOptional()
    .describe("a further text in a row is as good"),
  text: z.string().exactOptional().describe("the body, as it is"),
  json: jsonText.exactOptional().describe("the body as JSON, whose own members are compared: others may be added"),
});

/**
 * What a platform asks an endpoint before it sends events to it. One shape serves both ways: a sender fills it in, and
 * a receiver knows the challenge by the texts in it that never change.
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
      signed: z.literal(true).exactOptional().describe("it is signed as events are"),
    })
    .describe(
      "{challenge} is what is to be answered, {token} the token that the user agreed on with the platform; {uuid}, {hex32} and {number} are new each time. Other texts are in every challenge, and tell it from an event",
    ),
  challenge: z.string().describe("the form of {challenge}: {hex40}, {uuid}, {number}, and other text"),
  answers: z
    .tuple([challengeAnswer])
    .rest(challengeAnswer)
    .describe("any is right; `listen` gives the first. {challenge} and {hmac} are filled in"),
  hmac: z
    .strictObject({ hash, encoding: z.enum(["hex", "base64"]) })
    .exactOptional()
    .describe("what {hmac} is: of the challenge, with the signing secret"),
  refuses: z
    .array(outcome)
    .exactOptional()
    .describe("what a challenge with a false token, or a false signature, must be answered with, where documented"),
});

/** The items of an evidence bundle, in the order in which they are shown. */
export const itemIds = ["handle", "subscription", "event", "receiver", "time", "log", "traffic", "changes"] as const;

const support = z.strictObject({
  required: z.array(z.enum(itemIds)).describe("which items of an evidence bundle must be there"),
  handle: locator.exactOptional().describe("where a delivery names the account, if anywhere"),
  testTypes: z.array(z.string()).exactOptional().describe("event types that only tests have"),
  source: z.string(),
});

/** What platforms are grouped by, in the order of the lists. */
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

/** A profile as a user may write it: what says nothing of signing may be left out. */
export const profileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "is not lower-case letters, digits and dashes"),
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
    .describe("which document, section or library each group of facts is from"),
  schemes: z
    .union([
      fact(z.array(schemeSchema).min(1)),
      z.strictObject({ undocumented: z.string(), header: headerName.exactOptional() }),
    ])
    .describe(
      "newest first. Verifying tries those whose header is present, in this order; signing takes the first that fits the secret. `undocumented` where the platform does not say: the user must",
    ),
  secret: secretForm
    .exactOptional()
    .describe("what the platform's signing secrets look like: others are told, where the signature does not match"),
  headers: z
    .array(z.tuple([headerName, filledIn("header")]))
    .default([])
    .describe("headers sent besides the signature's, in order; {type} {id} {attempt} {uuid} {time} are filled in"),
  attempt: z
    .strictObject({
      header: headerName,
      first: z.union([z.literal(0), z.literal(1)]).describe("the number the first attempt carries"),
      onFirst: z.boolean().describe("false where only retries carry the header (Slack)"),
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
  samplesAssumed: z.string().exactOptional().describe("why the samples are guesses, where the document shows none"),
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
    .describe("the handshake the platform requires before it sends events to an endpoint"),
  troubleshooting: z.array(trouble).default([]).describe("the platform's troubleshooting table"),
  support: support
    .exactOptional()
    .describe(
      "what the platform's support asks for; without it the evidence asks for event, receiver, time, log and traffic",
    ),
  counterpart: z
    .string()
    .exactOptional()
    .describe("the profile of the other direction, whose secret is easily mistaken for this one's"),
  incoming: z
    .array(z.string())
    .exactOptional()
    .describe("platforms whose webhooks this one accepts, under its own route (Apex)"),
  notes: z.array(z.string()).exactOptional().describe("anything no other field covers, one fact each"),
});
