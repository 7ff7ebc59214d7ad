import type { FindingCode } from "./verdict.ts";

/** What is known of a finding besides what it found: who usually causes it, and what to do. */
interface Advice {
  /** Who or what usually causes it; null where that depends on what was found. */
  readonly culprit: string | null;
  /** The fix, for whoever verifies; ends with a colon where code for the common stacks follows. */
  readonly fix: string;
  /** Whether the fix is to read the raw body, which each stack does with code of its own. */
  readonly needsRawBody: boolean;
}

/** A finding of the body, which `compare` sees between two points too. */
export type BodyCode = Extract<FindingCode, `body-${string}`>;

interface BodyAdvice extends Advice {
  /** The same for whoever compares two points, and may run neither end. */
  readonly inTransit: { readonly culprit: string; readonly fix: string };
}

const rawBody =
  "read the raw bytes before anything parses them (Express: express.raw({ type: '*/*' }); Next.js, Hono: await request.text(); Flask: request.get_data(); Django: request.body) and pass those on";

/** Every finding's advice; a new code is a new entry here. */
export const advice: {
  readonly [Code in FindingCode]: Code extends BodyCode ? BodyAdvice : Advice;
} = {
  "signature-missing": {
    culprit: null,
    fix: "Send the signature header with every request, and let no proxy strip or rename it.",
    needsRawBody: false,
  },
  "signature-malformed": {
    culprit: "a template or a copy leaves quotes, blanks or other text at the signature",
    fix: "Send the signature in the documented form, with nothing around it.",
    needsRawBody: false,
  },
  "signature-prefix": {
    culprit: "a sender that builds the header by hand, or a proxy that rewrites it, leaves out or changes the prefix",
    fix: "Write the header exactly as documented, prefix included; the verifier must not strip what is not there.",
    needsRawBody: false,
  },
  "signature-encoding": {
    culprit:
      "digest('base64') for digest('hex') or the other way round, PHP's hash_hmac() without its binary flag, or an upper-casing format",
    fix: "Use the documented notation: digest('hex') for lower-case hex, digest('base64') for base64.",
    needsRawBody: false,
  },
  "signature-truncated": {
    culprit: "a log, a database column or a copy from a terminal cuts it off",
    fix: "Keep the whole header value: 64 hex digits or 44 base64 characters for SHA-256.",
    needsRawBody: false,
  },
  "signature-altered": {
    culprit: "a copy by hand, a form field or a line that was wrapped changes single characters",
    fix: "Take the header's value from where it was sent: secret, signed content and body are right.",
    needsRawBody: false,
  },
  "timestamp-missing": {
    culprit: null,
    fix: "Send the timestamp header that was signed, and let no proxy strip it.",
    needsRawBody: false,
  },
  "timestamp-malformed": {
    culprit: null,
    fix: "Send the timestamp as whole epoch digits, as documented.",
    needsRawBody: false,
  },
  "timestamp-stale": {
    culprit: null,
    fix: "Verify when the request arrives; for a captured one judge it at its own time: --at TIME. Otherwise set this machine's clock (timedatectl, w32tm /resync).",
    needsRawBody: false,
  },
  "timestamp-future": {
    culprit: null,
    fix: "Set the sender's or this machine's clock (timedatectl, w32tm /resync).",
    needsRawBody: false,
  },
  "timestamp-unit": {
    culprit: "Date.now() counts milliseconds, time() and most schemes count seconds",
    fix: "Use the documented unit: Math.floor(Date.now() / 1000) gives seconds, Date.now() milliseconds.",
    needsRawBody: false,
  },
  "secret-whitespace": {
    culprit:
      "echo and editors end what they write with a line feed, and .env files keep it; copies from a page bring blanks along",
    fix: "Store the secret without outer blanks: printf '%s' \"$SECRET\" > file (not echo), process.env.SECRET.trim(), os.environ['SECRET'].strip().",
    needsRawBody: false,
  },
  "secret-encoding": {
    culprit:
      "some platforms hand out text to be used as it is and others base64 to be decoded; whsec_ means the first for Stripe and the second for Standard Webhooks",
    fix: "Use the key as the platform documents it: as text where it says so, else Buffer.from(secret.replace(/^whsec_/, ''), 'base64').",
    needsRawBody: false,
  },
  "secret-other": {
    culprit: "an endpoint has its own secret, apart from other endpoints, modes and the other direction",
    fix: "Configure the secret that is named above for this endpoint.",
    needsRawBody: false,
  },
  "secret-unfit": {
    culprit: null,
    fix: "Pass the signing secret of this endpoint, as the platform's webhook settings show it: --secret env:NAME.",
    needsRawBody: false,
  },
  "body-reserialized": {
    culprit:
      "express.json(), body-parser or another JSON parser followed by JSON.stringify() or json.dumps(), or a relay such as smee.io, does it",
    fix: "Verify the raw bytes and parse them afterwards:",
    needsRawBody: true,
    inTransit: {
      culprit:
        "a body parser followed by JSON.stringify(req.body), express.json(), a relay such as smee.io, or an API gateway's mapping template",
      fix: rawBody,
    },
  },
  "body-escapes": {
    culprit:
      "JSON is written anew by another library: PHP writes \\/ and \\u00e9, Python \\u00e9, Go and Rails \\u003c, JavaScript none of them",
    fix: "Verify the raw bytes and parse them afterwards:",
    needsRawBody: true,
    inTransit: {
      culprit:
        "JSON parsed and written by another language: PHP writes \\/ and \\u00e9, Python \\u00e9, Go \\u003c, JavaScript none of them",
      fix: rawBody,
    },
  },
  "body-numbers": {
    culprit: "numbers are parsed and printed anew: JavaScript prints 1.0 as 1 and 1e3 as 1000",
    fix: "Verify the raw bytes and parse them afterwards:",
    needsRawBody: true,
    inTransit: {
      culprit: "JSON parsed into floating-point numbers: JavaScript writes 1.0 as 1 and rounds beyond 2^53",
      fix: rawBody,
    },
  },
  "body-whitespace": {
    culprit: null,
    fix: "Keep the body byte for byte: printf '%s' for echo, curl --data-binary @file for -d, no trim(). In code:",
    needsRawBody: true,
    inTransit: {
      culprit: "an editor that ends files with a line feed, a shell's echo, or a trim() in a handler",
      fix: "keep the body without the extra blanks: printf '%s' in place of echo, curl --data-binary in place of -d",
    },
  },
  "body-line-endings": {
    culprit: "an editor, git's autocrlf, curl -d @file or a copy through Windows changes them",
    fix: "Keep the body byte for byte: curl --data-binary @file, `*.json -text` in .gitattributes. In code:",
    needsRawBody: true,
    inTransit: {
      culprit: "an editor, git's autocrlf, a copy through Windows, or curl -d @file",
      fix: "keep the file binary: `*.json -text` in .gitattributes, curl --data-binary",
    },
  },
  "body-bom": {
    culprit: "an editor or PowerShell puts it there; text readers take it away",
    fix: "Save without a byte order mark, and read the body as bytes:",
    needsRawBody: true,
    inTransit: {
      culprit: "an editor or PowerShell that saves as UTF-8 with a byte order mark, or a reader that strips it",
      fix: "save without a byte order mark, and read the body as bytes",
    },
  },
  "body-charset": {
    culprit: "bytes are decoded in one charset and encoded in another, often Latin-1 as a default",
    fix: "Take the body as bytes, never as text in a default charset:",
    needsRawBody: true,
    inTransit: {
      culprit:
        "bytes decoded with one charset and encoded with another: Latin-1 as a framework's default, a lossy toString()",
      fix: "treat the body as bytes; decode as UTF-8 only to parse it, after the signature is checked",
    },
  },
  "body-compressed": {
    culprit: "a proxy, a CDN or a framework compresses or decompresses on the way",
    fix: "Sign and verify the same bytes: decompress (or do not) on both sides alike. In code:",
    needsRawBody: true,
    inTransit: {
      culprit: "a proxy or CDN that compresses or decompresses, or a framework that inflates before the handler",
      fix: "sign and verify the same form: the bytes as the platform signs them, which is before compression for most",
    },
  },
  "body-empty": {
    culprit: null,
    fix: "Read the raw body before any parser consumes it:",
    needsRawBody: true,
    inTransit: {
      culprit:
        "a body parser that has consumed the stream before the handler reads it, a redirect that turned POST into GET, or a proxy that drops the body",
      fix: rawBody,
    },
  },
  "body-truncated": {
    culprit: null,
    fix: "Raise the body limit (Express: limit; nginx: client_max_body_size), and refuse a body shorter than its Content-Length.",
    needsRawBody: false,
    inTransit: {
      culprit: "a size limit in a proxy or body parser, or a connection that ended early",
      fix: "raise the limit (Express: limit; nginx: client_max_body_size) and refuse what is shorter than Content-Length",
    },
  },
  "body-altered": {
    culprit: null,
    fix: "Find the hop that changes the body: capture before and after it and run `hookproof compare SENT RECEIVED`.",
    needsRawBody: false,
    inTransit: {
      culprit:
        "code between sender and receiver that changes the content, a sender that changes the body of a retry, or two different events",
      fix: "check that both are the same delivery; if both carry one signature, ask whether the sender signs each attempt anew; then compare at each hop",
    },
  },
  "algorithm-other": {
    culprit: "an older library or another version of the scheme computes it so",
    fix: "Use the documented algorithm on both sides.",
    needsRawBody: false,
  },
  "content-other": {
    culprit: "signer and verifier do not agree on what is signed besides the body",
    fix: "Sign and verify the documented content; behind a proxy or tunnel give the verifier the public URL.",
    needsRawBody: false,
  },
  "claim-other": {
    culprit: null,
    fix: "Compare the token's claims with the platform's document; a token made for another endpoint, account or mode is not valid here.",
    needsRawBody: false,
  },
  "key-unavailable": {
    culprit: null,
    fix: "Pass the platform's public key, certificate or key set as a file: --public-key FILE.",
    needsRawBody: false,
  },
  "provider-other": { culprit: null, fix: "Verify with that provider: -p ID, or -p auto.", needsRawBody: false },
  "scheme-other": {
    culprit: null,
    fix: "Verify it with a profile that describes what the request shows: docs/profiles.md says how to write one.",
    needsRawBody: false,
  },
  unexplained: {
    culprit: null,
    fix: "Gather: the request as it was sent (hookproof verify … --sent FILE, or hookproof compare SENT RECEIVED), a capture in front of every proxy and parser (hookproof listen --capture FILE), and the secret as the platform shows it now (several: repeat --secret).",
    needsRawBody: false,
  },
};
