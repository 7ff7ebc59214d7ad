import type { FindingCode } from "./verdict.ts";

/** General knowledge about a kind of finding: who usually causes it, and what to do. */
interface Advice {
  /** Who or what usually causes it; null if that depends on the case. */
  readonly culprit: string | null;
  /** The fix, addressed to the receiver's developer; ends with a colon if code for the common stacks follows. */
  readonly fix: string;
  /** Whether the fix is to read the raw body, which takes different code in each stack. */
  readonly needsRawBody: boolean;
}

/** A finding about the body, which `compare` can also report between two points. */
export type BodyCode = Extract<FindingCode, `body-${string}`>;

interface BodyAdvice extends Advice {
  /** The same for a comparison of two points, where the user may run neither end. */
  readonly inTransit: { readonly culprit: string; readonly fix: string };
}

const rawBody =
  "read the raw bytes before anything parses them (Express: express.raw({ type: '*/*' }); Next.js, Hono: await request.text(); Flask: request.get_data(); Django: request.body) and pass those on";

/** Writes a profile for a platform that is not known; commands that know more of it fill it in. */
export const newProfile = "hookproof providers new NAME --from FILE --secret env:NAME";

/** The advice for every finding code. */
export const advice: {
  readonly [Code in FindingCode]: Code extends BodyCode ? BodyAdvice : Advice;
} = {
  "signature-missing": {
    culprit: null,
    fix: "Send the signature header with every request, and let no proxy strip or rename it.",
    needsRawBody: false,
  },
  "signature-malformed": {
    culprit: "a template or a copy left quotes, spaces or other text around the signature",
    fix: "Send the signature in the documented form, with nothing around it.",
    needsRawBody: false,
  },
  "signature-prefix": {
    culprit: "a sender that builds the header by hand, or a proxy that rewrites it, drops or changes the prefix",
    fix: "Write the header exactly as documented, including the prefix; the verifier must not strip a prefix that is not there.",
    needsRawBody: false,
  },
  "signature-encoding": {
    culprit:
      "digest('base64') instead of digest('hex') or the other way round, PHP's hash_hmac() without its binary flag, or an upper-casing format",
    fix: "Use the documented encoding: digest('hex') for lower-case hex, digest('base64') for base64.",
    needsRawBody: false,
  },
  "signature-truncated": {
    culprit: "a log or a database column cut it off, or it was copied incompletely from a terminal",
    fix: "Keep the whole header value: 64 hex digits or 44 base64 characters for SHA-256.",
    needsRawBody: false,
  },
  "signature-altered": {
    culprit: "hand-copying, a form field or line wrapping changed single characters",
    fix: "Copy the header's value again, from the sender. The secret, the signed content and the body are correct.",
    needsRawBody: false,
  },
  "timestamp-missing": {
    culprit: null,
    fix: "Send the timestamp header that was signed, and let no proxy strip it.",
    needsRawBody: false,
  },
  "timestamp-malformed": {
    culprit: null,
    fix: "Send the timestamp as a whole number, as documented.",
    needsRawBody: false,
  },
  "timestamp-stale": {
    culprit: null,
    fix: "Verify when the request arrives; for a captured request use its own time: --at TIME. Otherwise set this machine's clock (timedatectl, w32tm /resync).",
    needsRawBody: false,
  },
  "timestamp-future": {
    culprit: null,
    fix: "Set the sender's or this machine's clock (timedatectl, w32tm /resync).",
    needsRawBody: false,
  },
  "timestamp-unit": {
    culprit: "Date.now() returns milliseconds; time() and most schemes use seconds",
    fix: "Use the documented unit: Math.floor(Date.now() / 1000) gives seconds, Date.now() milliseconds.",
    needsRawBody: false,
  },
  "secret-whitespace": {
    culprit: "echo and editors add a trailing newline, and .env files keep it; copying from a page adds spaces",
    fix: "Store the secret without surrounding whitespace: printf '%s' \"$SECRET\" > file (not echo), process.env.SECRET.trim(), os.environ['SECRET'].strip().",
    needsRawBody: false,
  },
  "secret-encoding": {
    culprit:
      "some platforms use the secret as text, others as base64; whsec_ means text for Stripe and base64 for Standard Webhooks",
    fix: "Use the key as the platform documents it: as text, or as Buffer.from(secret.replace(/^whsec_/, ''), 'base64').",
    needsRawBody: false,
  },
  "secret-other": {
    culprit: "each endpoint, mode and direction has its own secret",
    fix: "Configure the secret named above for this endpoint.",
    needsRawBody: false,
  },
  "secret-unfit": {
    culprit: null,
    fix: "Pass this endpoint's signing secret from the platform's webhook settings: --secret env:NAME.",
    needsRawBody: false,
  },
  "body-reserialized": {
    culprit:
      "express.json(), body-parser or another JSON parser followed by JSON.stringify() or json.dumps(), or a relay such as smee.io",
    fix: "Verify the raw bytes and parse them afterwards:",
    needsRawBody: true,
    inTransit: {
      culprit:
        "express.json() or another body parser followed by JSON.stringify(req.body), a relay such as smee.io, or an API gateway's mapping template",
      fix: rawBody,
    },
  },
  "body-escapes": {
    culprit:
      "the JSON was re-serialized by another library: PHP writes \\/ and \\u00e9, Python \\u00e9, Go and Rails \\u003c, JavaScript none of them",
    fix: "Verify the raw bytes and parse them afterwards:",
    needsRawBody: true,
    inTransit: {
      culprit:
        "JSON parsed and written by another library: PHP writes \\/ and \\u00e9, Python \\u00e9, Go \\u003c, JavaScript none of them",
      fix: rawBody,
    },
  },
  "body-numbers": {
    culprit: "numbers were parsed and printed again: JavaScript prints 1.0 as 1 and 1e3 as 1000",
    fix: "Verify the raw bytes and parse them afterwards:",
    needsRawBody: true,
    inTransit: {
      culprit: "JSON parsed into floating-point numbers: JavaScript writes 1.0 as 1 and rounds beyond 2^53",
      fix: rawBody,
    },
  },
  "body-whitespace": {
    culprit: null,
    fix: "Keep the body byte for byte: printf '%s' instead of echo, curl --data-binary @file instead of -d, no trim(). In code:",
    needsRawBody: true,
    inTransit: {
      culprit: "an editor that ends files with a newline, a shell's echo, or a trim() in a handler",
      fix: "remove the extra whitespace: printf '%s' instead of echo, curl --data-binary instead of -d",
    },
  },
  "body-line-endings": {
    culprit: "an editor, git's autocrlf, curl -d @file or a copy through Windows",
    fix: "Keep the body byte for byte: curl --data-binary @file, `*.json -text` in .gitattributes. In code:",
    needsRawBody: true,
    inTransit: {
      culprit: "an editor, git's autocrlf, a copy through Windows, or curl -d @file",
      fix: "keep the file binary: `*.json -text` in .gitattributes, curl --data-binary",
    },
  },
  "body-bom": {
    culprit: "an editor or PowerShell added it, or a text reader removed it",
    fix: "Save without a byte order mark, and read the body as bytes:",
    needsRawBody: true,
    inTransit: {
      culprit: "an editor or PowerShell that saves as UTF-8 with a byte order mark, or a reader that strips it",
      fix: "save without a byte order mark, and read the body as bytes",
    },
  },
  "body-charset": {
    culprit: "bytes were decoded in one charset and encoded in another, often Latin-1 by default",
    fix: "Read the body as bytes, never as text in a default charset:",
    needsRawBody: true,
    inTransit: {
      culprit:
        "bytes decoded with one charset and encoded with another: Latin-1 as a framework's default, a lossy toString()",
      fix: "treat the body as bytes; decode as UTF-8 only to parse it, after the signature is checked",
    },
  },
  "body-compressed": {
    culprit: "a proxy, CDN or framework compressed or decompressed it on the way",
    fix: "Sign and verify the same bytes: decompress on both sides or on neither. In code:",
    needsRawBody: true,
    inTransit: {
      culprit: "a proxy or CDN that compresses or decompresses, or a framework that inflates before the handler",
      fix: "sign and verify the same bytes: those the platform signs, usually before compression",
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
    fix: "Find the hop that changes the body: capture before and after it, then run `hookproof compare SENT RECEIVED`.",
    needsRawBody: false,
    inTransit: {
      culprit:
        "code between sender and receiver that changes the content, a sender that changes the body of a retry, or two different events",
      fix: "check that both are the same delivery; if both carry the same signature, find out whether the sender re-signs each attempt; then compare at each hop",
    },
  },
  "algorithm-other": {
    culprit: "an older library or another version of the scheme",
    fix: "Use the documented algorithm on both sides.",
    needsRawBody: false,
  },
  "content-other": {
    culprit: "signer and verifier disagree on what is signed besides the body",
    fix: "Sign and verify the documented content; behind a proxy or tunnel, give the verifier the public URL.",
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
    fix: `Verify it with a profile of your own: \`${newProfile}\` writes it from this request.`,
    needsRawBody: false,
  },
  unexplained: {
    culprit: null,
    fix: "Gather: the request as it was sent (hookproof verify … --sent FILE, or hookproof compare SENT RECEIVED), a capture taken before any proxy or parser (hookproof listen --capture FILE), and the secret as the platform shows it now (repeat --secret to try several).",
    needsRawBody: false,
  },
};
