import { valueOf } from "../providers/profile.ts";
import { placesOf } from "../providers/place.ts";
import { hasRoomForTwo as roomInLayout } from "../signature/layout.ts";
import { layoutOf } from "../signature/mac.ts";
import { windowSeconds } from "../signature/timestamp.ts";
import { formatDuration } from "../values/duration.ts";
import { formatSize } from "../values/size.ts";
import {
  isJsonEvent,
  largeBody,
  largeBodySize,
  malformedBody,
  rawBodyVariants,
  unicodeBody,
  unknownType,
  withType,
} from "./bodies.ts";
import { bodyLimitCode, rawBodyCode } from "./stacks.ts";
import type { CheckCase } from "./case.ts";
import { accepted, outcomeOf, refusedMethod, refusedPayload } from "./delivery-checks.ts";
import { labels } from "./labels.ts";
import { secretFix } from "./refusal.ts";
import { withoutHeaders } from "../request/request.ts";
import type { Target } from "./types.ts";
import { alternating, lower, splitInsideCharacters, thirds, upper } from "./spelling.ts";

const limitFix = `Raise the limit of the body parser (and of the proxy: client_max_body_size in nginx):\n${bodyLimitCode}`;

/** How long a delivery may take to arrive, in seconds; shorter than every platform's tolerance. */
const underWaySeconds = 10;

const common = { expected: "2xx", when: "together", check: accepted } as const;

/**
 * Deliveries of one event are signed a second apart so that their signatures differ. The last is signed now and the
 * others in the past, because some correct receivers reject future timestamps.
 */
const apartMs = 1000;

/** Deliveries that a correct receiver accepts, and two that it rejects for reasons other than the signature. */
export const acceptances: readonly CheckCase[] = [
  {
    ...common,
    id: "accepts-valid",
    title: "A valid delivery is accepted",
    proves: "secret, scheme and path are correct, so the other cases mean something",
    sent: "the platform's sample event (if JSON, compact and in plain ASCII) with a valid signature; if the scheme has a timestamp, also one signed seconds ago",
    fix: `${secretFix} If only the one signed seconds ago fails, the tolerance is too small or in the wrong unit.`,
    deliveries: async function* (session) {
      const { timestamp } = session.target.scheme;
      const window = timestamp === undefined ? undefined : windowSeconds(timestamp.past);
      // Deliveries take time and clocks differ: the receiver's tolerance must not be smaller than this.
      if (window === undefined) return;
      const shiftMs = -1000 * Math.min(underWaySeconds, Math.floor(window / 4));
      yield session.send(`signed ${formatDuration(-shiftMs)} ago`, session.event({ shiftMs }).request);
    },
  },
  {
    ...common,
    id: "keeps-raw-body",
    needsSignedBody: true,
    title: "The signature is verified over the raw body",
    proves: "the body is not parsed, trimmed or re-serialized before verification",
    sent: "unusual but valid payloads: spacing, key order, escapes, numbers, a newline at the end",
    fix: `Verify the raw body: re-serialized, trimmed or decoded JSON no longer has the same bytes.\n${rawBodyCode}`,
    deliveries: async function* (session) {
      const { profile, eventType } = session.target;
      for (const { label, spell } of rawBodyVariants(profile, eventType))
        yield session.send(label, session.event({ body: spell }).request);
    },
  },
  {
    ...common,
    id: "accepts-unicode",
    title: "Non-ASCII text is accepted",
    proves: "the body is not decoded as Latin-1 or chunk by chunk before verification",
    sent: "a body with two- to four-byte UTF-8 characters, sent whole and split inside a character",
    fix: `Verify bytes, not text: decoding as Latin-1 or ASCII, or chunk by chunk, loses non-ASCII characters.\n${rawBodyCode}`,
    deliveries: async function* (session) {
      yield session.send("whole", session.event({ body: unicodeBody }).request);
      const { request } = session.event({ body: unicodeBody });
      yield session.send("split inside a character", request, { pieces: splitInsideCharacters });
    },
  },
  {
    ...common,
    id: "ignores-header-case",
    title: "Header names are matched in any case",
    proves: "header names are compared case-insensitively",
    sent: "a valid delivery with its header names in lower, upper and mixed case",
    fix: "Header names are case-insensitive (RFC 9110, 5.1), and proxies and HTTP/2 send them in lower case: use the framework's lookup, not the raw list.",
    deliveries: async function* (session) {
      yield session.send("lower case", session.event().request, { spell: lower });
      yield session.send("upper case", session.event().request, { spell: upper });
      yield session.send("mixed case", session.event().request, { spell: alternating });
    },
  },
  {
    ...common,
    id: "accepts-retry",
    title: "A retry is accepted",
    proves: "an event is accepted on any attempt, whether it was seen before or not",
    sent: "an event twice, as first and second attempt; and another event only as a second attempt",
    notApplicable: ({ profile }) =>
      valueOf(profile.delivery.attempts) < 2 && profile.attempt === undefined
        ? `${profile.name} does not retry`
        : undefined,
    fix: "A retry is a delivery like any other: respond with 2xx whatever its attempt number, whether or not the first attempt arrived.",
    deliveries: async function* (session) {
      const made = session.event({ shiftMs: -apartMs });
      yield session.send("first attempt", made.request);
      yield session.send(labels.secondAttempt, session.resend(made, { attempt: 1 }).request);
      yield session.send("only a second attempt", session.event({ attempt: 1 }).request);
    },
  },
  {
    ...common,
    id: "accepts-duplicate",
    title: "A duplicate event is accepted",
    proves: "a duplicate also gets a 2xx, so the platform stops sending it",
    sent: "an event three times, re-signed each time",
    fix: "Delivery is at-least-once. An event seen before has already been handled: respond with 2xx. After a 409 or 500 the platform keeps sending it.",
    deliveries: async function* (session) {
      const made = session.event({ shiftMs: -2 * apartMs });
      yield session.send("first", made.request);
      yield session.send("second", session.resend(made, { shiftMs: -apartMs }).request);
      yield session.send("third", session.resend(made).request);
    },
  },
  {
    ...common,
    id: "accepts-unknown-event",
    title: "An unknown event type is accepted",
    proves: "a new event type does not become a failed delivery",
    sent: "a valid delivery of an event type the platform does not have",
    isAdvice: true,
    notApplicable: ({ profile }) =>
      unknownType(profile) === null ? `${profile.name} does not name event types` : undefined,
    fix: "Respond with 2xx to event types you do not handle: platforms add types, and a 4xx or 5xx turns each into a failed delivery.",
    deliveries: async function* (session) {
      const { profile } = session.target;
      const type = unknownType(profile) ?? "";
      yield session.send(type, session.event({ type, body: (text) => withType(text, profile, type) }).request);
    },
  },
  {
    ...common,
    id: "rejects-malformed-json",
    title: "Malformed JSON is rejected despite a valid signature",
    proves: "a body that can never be parsed is not retried forever",
    sent: "a body cut off in the middle of its JSON, with a valid signature",
    expected: "a 4xx (400 or 422)",
    check: refusedPayload,
    isAdvice: true,
    isArtificial: true,
    // Crashes many receivers. Run alone, so that the cause is certain.
    when: "apart",
    notApplicable: ({ profile, eventType }) =>
      isJsonEvent(profile, eventType) ? undefined : `${profile.name} does not send JSON`,
    fix: "Parse in a try block after verification, and respond with 400: after a 5xx the platform sends the same body again. A receiver that acknowledges first (2xx) and parses later should log what it cannot parse.",
    deliveries: async function* (session) {
      yield session.send("cut off", session.event({ body: malformedBody }).request);
    },
  },
  {
    ...common,
    id: "accepts-large-body",
    isAdvice: true,
    title: "A large body is accepted",
    proves: "the body parser's default limit (100 KB in Express) does not cut off large events",
    sent: "a valid delivery with a body of 500 kB, or the platform's maximum if smaller",
    fix: `If the platform sends bodies as large as this: ${limitFix}`,
    run: async (session) => {
      const { profile } = session.target;
      const size = largeBodySize(profile);
      const seen = await session.send("large", session.event({ body: (text) => largeBody(text, size) }).request);
      const outcome = outcomeOf([seen], accepted, session.target);
      const { largestBody } = profile.delivery;
      return outcome.status === "pass" || outcome.fix !== null || largestBody === undefined
        ? outcome
        : {
            ...outcome,
            fix: `${profile.name} sends up to ${formatSize(largestBody.bytes)} (${largestBody.source}). ${limitFix}`,
          };
    },
  },
  {
    ...common,
    id: "accepts-chunked",
    title: "A chunked body is accepted",
    proves: "the body is read to its end, not by Content-Length",
    sent: "a valid delivery with Transfer-Encoding: chunked in three chunks",
    fix: "Read the body to its end instead of by Content-Length: with Transfer-Encoding: chunked there is none.",
    deliveries: async function* (session) {
      yield session.send("three chunks", session.event().request, { chunked: true, pieces: thirds });
    },
  },
  {
    ...common,
    id: "accepts-rotated-secret",
    title: "Every secret is accepted during rotation",
    proves: "no delivery is lost while the platform and you switch secrets",
    sent: "deliveries signed with each secret, and with both in one header if the scheme allows it",
    notApplicable: ({ rotated }) => (rotated.length === 0 ? "pass a second --secret" : undefined),
    fix: "During rotation, try each known secret with each signature in the header; one match is enough.",
    deliveries: async function* (session) {
      const { secret, rotated } = session.target;
      for (const other of rotated) {
        if (hasRoomForTwo(session.target)) {
          yield session.send(
            "the first secret's signature first",
            session.event({ additionalSecrets: [other] }).request,
          );
          yield session.send(
            "the second secret's signature first",
            session.event({ secret: other, additionalSecrets: [secret] }).request,
          );
        } else {
          yield session.send("the first secret", session.event().request);
          yield session.send("the second secret", session.event({ secret: other }).request);
        }
      }
    },
  },
  {
    ...common,
    id: "refuses-get",
    title: "GET is not treated as a delivery",
    proves: "a crawler or a browser cannot trigger what a webhook does",
    sent: "GET without body or signature",
    expected: "no 2xx (405, or another 4xx)",
    check: refusedMethod,
    fix: "Accept only POST on this path, and respond with 405 to the rest.",
    deliveries: async function* (session) {
      const { request } = session.event({ secret: null });
      const headers = withoutHeaders(request.headers, ["content-type"]);
      yield session.send("GET", { ...request, method: "GET", headers, body: Buffer.alloc(0) });
    },
  },
];

const hasRoomForTwo = ({ scheme }: Target): boolean => roomInLayout(layoutOf(scheme)) || placesOf(scheme).length > 1;
