import { valueOf } from "../providers/profile.ts";
import type { Profile } from "../providers/profile.ts";
import { windowSeconds } from "../signature/timestamp.ts";
import { formatDuration } from "../values/duration.ts";
import { largeBody, malformedBody, rawBodyVariants, unicodeBody, unknownType, withType } from "./bodies.ts";
import { bodyLimitCode, rawBodyCode } from "./stacks.ts";
import type { CheckCase } from "./case.ts";
import { accepted, refusedMethod, refusedPayload } from "./judge.ts";
import { withoutHeaders } from "../request/request.ts";
import type { Target } from "./types.ts";
import { alternating, lower, splitInsideCharacters, thirds, upper } from "./spelling.ts";

/** What every window is wide enough for. */
const underWaySeconds = 10;

const common = { expected: "2xx", when: "together", judge: accepted } as const;

/**
 * Deliveries of one event are signed a second apart: they do not carry one signature. The last is
 * signed now and the others before, because some right receivers take nothing from the future.
 */
const apartMs = 1000;

/** Deliveries that a right receiver takes, and two that it turns away for what they are. */
export const acceptances: readonly CheckCase[] = [
  {
    ...common,
    id: "accepts-valid",
    title: "A rightly signed delivery is accepted",
    proves: "secret, scheme and path are right, and the other cases mean something",
    sent: "the platform's sample event, rightly signed; with a timestamp also one signed seconds ago",
    fix: "Verify over the raw body with the same secret, header and scheme that were used here, and answer 2xx. Capture the delivery (`hookproof listen --forward-to URL`) and let `hookproof verify` say why it fails. Where only one signed seconds ago fails, the window for timestamps is too narrow, or in another unit.",
    deliveries: async function* (session) {
      const { timestamp } = session.target.scheme;
      const window = timestamp === undefined ? undefined : windowSeconds(timestamp.past);
      // Deliveries are under way for a while, and clocks differ: the window must not be narrower than that.
      if (window === undefined) return;
      const shiftMs = -1000 * Math.min(underWaySeconds, Math.floor(window / 4));
      yield session.send(`signed ${formatDuration(-shiftMs)} ago`, session.event({ shiftMs }).request);
    },
  },
  {
    ...common,
    id: "keeps-raw-body",
    title: "The signature is checked over the bytes as they came",
    proves: "the body is not parsed, trimmed or written again before the check",
    sent: "valid JSON with odd spacing, key order, escapes, numbers and a newline at the end",
    fix: `Verify the bytes as they came: JSON that is parsed and written again, trimmed or decoded is other bytes.\n${rawBodyCode}`,
    deliveries: async function* (session) {
      for (const { label, spell } of rawBodyVariants) yield session.send(label, session.event({ body: spell }).request);
    },
  },
  {
    ...common,
    id: "accepts-unicode",
    title: "Text outside ASCII is accepted",
    proves: "the body is not decoded as Latin-1 or chunk by chunk before the check",
    sent: "a body with UTF-8 of two to four bytes a character, whole and split inside a character",
    fix: `Verify bytes, not text: decoded as Latin-1 or ASCII, or a chunk at a time, characters outside ASCII are lost.\n${rawBodyCode}`,
    deliveries: async function* (session) {
      yield session.send("whole", session.event({ body: unicodeBody }).request);
      const { request } = session.event({ body: unicodeBody });
      yield session.send("split inside a character", request, { pieces: splitInsideCharacters });
    },
  },
  {
    ...common,
    id: "ignores-header-case",
    title: "Header names are taken in any case",
    proves: "headers are looked up by name and not by spelling",
    sent: "a valid delivery with its header names in lower, upper and mixed case",
    fix: "Header names have no case (RFC 9110, 5.1), and proxies and HTTP/2 write them lower: look them up by the framework's own means, not in the raw list.",
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
    proves: "an event is taken at any attempt, seen before or not",
    sent: "an event and its second attempt, and a second attempt whose first never came",
    unfit: ({ profile }) =>
      valueOf(profile.delivery.attempts) < 2 && profile.attempt === undefined
        ? `${profile.name} does not retry`
        : undefined,
    fix: "A retry is a delivery like the first: answer 2xx whatever its attempt number is, and whether or not the first one came.",
    deliveries: async function* (session) {
      const made = session.event({ shiftMs: -apartMs });
      yield session.send("first attempt", made.request);
      yield session.send("second attempt", session.resend(made, { attempt: 1 }).request);
      yield session.send("a second attempt alone", session.event({ attempt: 1 }).request);
    },
  },
  {
    ...common,
    id: "accepts-duplicate",
    title: "The same event once more is accepted",
    proves: "a duplicate is answered like the first, so that the platform stops sending it",
    sent: "an event three times, signed afresh each time",
    fix: "Deliveries are at-least-once. An event seen before is done already: answer 2xx. With 409 or 500 the platform tries it again and again.",
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
    title: "An event type it has not heard of is accepted",
    proves: "a new event type of the platform does not become a failed delivery",
    sent: "a rightly signed event of a type that the platform does not have",
    unfit: ({ profile }) => (unknownType(profile) === null ? `${profile.name} tells no event types` : undefined),
    fix: "Answer 2xx to event types that are not handled, and drop them: platforms add types, and a 4xx or 5xx makes them a failure.",
    deliveries: async function* (session) {
      const { profile } = session.target;
      const type = unknownType(profile) ?? "";
      yield session.send(type, session.event({ type, body: (text) => withType(text, profile, type) }).request);
    },
  },
  {
    ...common,
    id: "rejects-malformed-json",
    title: "Malformed JSON is refused, rightly signed or not",
    proves: "what can never be read is refused for good instead of failing",
    sent: "a rightly signed body that ends in the middle of its JSON",
    expected: "a 4xx (400 or 422)",
    judge: refusedPayload,
    unfit: ({ profile }) => (isJson(profile) ? undefined : `${profile.name} does not send JSON`),
    fix: "Parse inside a try, after the signature, and answer 400: a 5xx makes the platform send again what can never be read, a 2xx loses it in silence.",
    deliveries: async function* (session) {
      yield session.send("cut off", session.event({ body: malformedBody }).request);
    },
  },
  {
    ...common,
    id: "accepts-large-body",
    title: "A large body is accepted",
    proves: "the body parser's first limit (100 KB in Express) does not cut off large events",
    sent: "a rightly signed body of 512 KB",
    fix: `Raise the limit of the body parser (and of the proxy: client_max_body_size in nginx):\n${bodyLimitCode}`,
    deliveries: async function* (session) {
      yield session.send("512 KB", session.event({ body: largeBody }).request);
    },
  },
  {
    ...common,
    id: "accepts-chunked",
    title: "A chunked body is accepted",
    proves: "the body is read to its end and not by Content-Length",
    sent: "a valid delivery with Transfer-Encoding: chunked in three chunks",
    fix: "Read the body to its end instead of by Content-Length: with Transfer-Encoding: chunked there is none.",
    deliveries: async function* (session) {
      yield session.send("three chunks", session.event().request, { chunked: true, pieces: thirds });
    },
  },
  {
    ...common,
    id: "accepts-rotated-secret",
    title: "Each of the secrets is accepted while one is rolled",
    proves: "deliveries are not lost between the platform's change of a secret and yours",
    sent: "deliveries signed with each secret; with both in one header where the scheme has room for it",
    unfit: ({ rotated }) => (rotated.length === 0 ? "needs a second --secret" : undefined),
    fix: "While a secret is rolled, try each of the known secrets against each signature in the header; one match is enough.",
    deliveries: async function* (session) {
      const { secret, rotated } = session.target;
      for (const other of rotated) {
        if (hasRoomForTwo(session.target)) {
          yield session.send("the first secret's signature first", session.event({ beside: [other] }).request);
          yield session.send("the second's first", session.event({ secret: other, beside: [secret] }).request);
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
    title: "GET is not taken for a delivery",
    proves: "a crawler or a browser cannot set off what a webhook does",
    sent: "GET without body or signature",
    expected: "no 2xx (405, or another 4xx)",
    judge: refusedMethod,
    fix: "Take POST alone on this path, and answer 405 to the rest.",
    deliveries: async function* (session) {
      const { request } = session.event({ secret: null });
      const headers = withoutHeaders(request.headers, ["content-type"]);
      yield session.send("GET", { ...request, method: "GET", headers, body: Buffer.alloc(0) });
    },
  },
];

const isJson = (profile: Profile): boolean => /[/+]json\b/.test(profile.contentType);

const hasRoomForTwo = ({ scheme }: Target): boolean => scheme.layout.kind !== "single";
