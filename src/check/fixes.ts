import { bodyLimitCode, comparisonCode, rawBodyCode } from "./stacks.ts";
import type { CaseId } from "./types.ts";

/** What to change where a case fails for the reason it looks for. */
export const fixes: Readonly<Record<CaseId, string>> = {
  "accepts-valid":
    "Verify over the raw body with the same secret, header and scheme that were used here, and answer 2xx. Capture the delivery (`hookproof listen --forward-to URL`) and let `hookproof verify` say why it fails. Where only one signed seconds ago fails, the window for timestamps is too narrow, or in another unit.",
  "rejects-tampered-body":
    "Compute the signature over the body that came, compare, and stop with 401 before anything else is done.",
  "rejects-wrong-secret": `Compare the whole signature, and answer 401 where it differs:\n${comparisonCode}`,
  "rejects-missing-signature":
    "A request without its signature headers is a forgery: answer 401. Never verify only `if` the header is there.",
  "rejects-empty-signature":
    "An empty signature is a wrong one: answer 401. Beware of `if (signature && …)` and of `expected.startsWith(signature)`, which holds for the empty text.",
  "rejects-truncated-signature": `Compare lengths first, then all bytes; a comparison that throws on another length must not become a 500:\n${comparisonCode}`,
  "rejects-non-hex-signature": `Decode inside a check, or compare as text; an undecodable signature is a wrong one (401), not an exception:\n${comparisonCode}`,
  "rejects-stale-timestamp":
    "Refuse a timestamp older than the platform's window (401): otherwise a delivery once seen can be sent again for ever. Look at the unit too: seconds or milliseconds.",
  "rejects-future-timestamp":
    "Refuse a timestamp further ahead than the window too: compare the absolute difference with it.",
  "keeps-raw-body": `Verify the bytes as they came: JSON that is parsed and written again, trimmed or decoded is other bytes.\n${rawBodyCode}`,
  "accepts-unicode": `Verify bytes, not text: decoded as Latin-1 or ASCII, or a chunk at a time, characters outside ASCII are lost.\n${rawBodyCode}`,
  "ignores-header-case":
    "Header names have no case (RFC 9110, 5.1), and proxies and HTTP/2 write them lower: look them up by the framework's own means, not in the raw list.",
  "accepts-retry":
    "A retry is a delivery like the first: answer 2xx whatever its attempt number is, and whether or not the first one came.",
  "accepts-duplicate":
    "Deliveries are at-least-once. An event seen before is done already: answer 2xx. With 409 or 500 the platform tries it again and again.",
  "accepts-unknown-event":
    "Answer 2xx to event types that are not handled, and drop them: platforms add types, and a 4xx or 5xx makes them a failure.",
  "rejects-malformed-json":
    "Parse inside a try, after the signature, and answer 400: a 5xx makes the platform send again what can never be read, a 2xx loses it in silence.",
  "accepts-large-body": `Raise the limit of the body parser (and of the proxy: client_max_body_size in nginx):\n${bodyLimitCode}`,
  "refuses-get": "Take POST alone on this path, and answer 405 to the rest.",
  "survives-burst":
    "Answer first and work afterwards: put the event into a queue. Raise the limit of connections or of requests a second for this path.",
  "answers-in-time": "Verify, put the event into a queue, answer 2xx; do the work afterwards.",
  "refuses-plain-http":
    "Serve this path over HTTPS alone; answer plain HTTP with a redirect or not at all. Behind a proxy refuse `X-Forwarded-Proto: http`.",
  "accepts-chunked":
    "Read the body to its end instead of by Content-Length: with Transfer-Encoding: chunked there is none.",
  "accepts-rotated-secret":
    "While a secret is rolled, try each of the known secrets against each signature in the header; one match is enough.",
  "applies-once":
    "Keep the ids of events that are done where it is atomic: a unique index and `insert … on conflict do nothing` in the transaction of the work itself.",
};

/** What to change where the answer is wrong in a way that is not the case's own. */
export const problemFix = {
  slow: "The platform gives up before this answer. Verify, queue, answer 2xx, and do the work afterwards.",
  unreached:
    "Nothing was reached: is the receiver running, and are host, port and scheme right? `hookproof doctor` tells more.",
  untrusted:
    "Platforms refuse a certificate that they cannot trust, too. For one made for tests add --cacert FILE, or -k.",
  noAnswer: "The connection ended without an answer: look for a crash of the handler in the receiver's log.",
  redirect: "Platforms do not follow redirects: register the final URL (scheme, host, trailing slash).",
  large: `The body is over the parser's limit:\n${bodyLimitCode}`,
  crash: "The handler failed: look into the receiver's log.",
  rejectByCrash:
    "Refuse with 401. A 5xx, a time-out or a dropped connection says `try again`: the platform would deliver the forgery until its attempts run out. Often a comparison that throws, an undecodable signature or an error handler that makes every exception a 500.",
  rejectByRedirect: "Refuse with 401: a redirect (to a login page, say) is neither yes nor no.",
  rejectByRetryable: (final: string): string =>
    `Refuse with ${final}: this status says \`try again\`, and the platform would deliver the forgery until its attempts run out.`,
} as const;
