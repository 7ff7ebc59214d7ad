import { withoutEnd } from "../values/cut.ts";
import { doubtOf, schemesOf } from "../providers/profile.ts";
import { tampering } from "../delivery/tamper.ts";
import { setValueAt, signatureHeadersOf, valueAt } from "../providers/place.ts";
import { windowSeconds } from "../signature/timestamp.ts";
import { formatDuration } from "../values/duration.ts";
import { alteredBody, markedBody } from "./bodies.ts";
import { Secret } from "../values/secret.ts";
import type { CheckCase } from "./case.ts";
import { rejected, retriesRejections } from "./delivery-checks.ts";
import { labels } from "./labels.ts";
import { comparisonCode } from "./stacks.ts";
import type { CheckSession } from "./session.ts";
import { withSignature } from "./session.ts";
import { withoutHeaders } from "../request/request.ts";
import type { DeliveryResult, Target } from "./types.ts";

const common = {
  expected: "a 4xx that the platform does not retry",
  expectedOf: (profile: Target["profile"]) => (retriesRejections(profile) ? "a 4xx" : undefined),
  when: "together",
  passesOnRejection: true,
  check: rejected,
} as const;

/** Deliveries that a correct receiver rejects: each is valid except for one thing. */
export const forgeries: readonly CheckCase[] = [
  {
    ...common,
    id: "rejects-tampered-body",
    needsSignedBody: true,
    title: "A body changed after signing is rejected",
    proves: "the signature is verified against the received body",
    sent: "a signed delivery with one byte of the body changed",
    fix: "Compute the signature over the received body, compare, and respond with 401 before anything else is done.",
    deliveries: async function* (session) {
      const { request } = session.event({ body: markedBody });
      yield session.send("one byte changed", { ...request, body: alteredBody(request.body) });
    },
  },
  {
    ...common,
    id: "rejects-wrong-secret",
    title: "A delivery signed with another secret is rejected",
    proves: "the signature is compared, not just looked for",
    sent: "a delivery signed with an unknown secret, and one signed with an empty secret",
    fix: `Compare the whole signature, and respond with 401 if it differs:\n${comparisonCode}`,
    deliveries: async function* (session) {
      yield session.send(
        labels.otherSecret,
        session.event({ secret: tampered(session, "wrong-secret").secret }).request,
      );
      const { mac } = session.target.scheme;
      // An unset second secret is often the empty string, and anyone can sign with that.
      if (mac.kind === "hmac" && mac.key === "text") {
        yield session.send("an empty secret", session.event({ secret: new Secret("empty", "") }).request);
      }
    },
  },
  {
    ...common,
    id: "rejects-missing-signature",
    title: "A delivery without a signature is rejected",
    proves: "verification cannot be bypassed by omitting the header",
    sent: "a delivery without the signature header, and one without any of the scheme's headers",
    fix: "A request without its signature headers is a forgery: respond with 401. Never verify only if the header is present.",
    deliveries: async function* (session) {
      const spoil = tampered(session, "missing-signature");
      const first = session.event();
      yield session.send(labels.noHeader, spoil.request(first.request, first.signed));
      const bare = session.event();
      const names = bare.signed?.headers.map(([name]) => name) ?? [];
      const request = spoil.request(bare.request, bare.signed);
      const headers = withoutHeaders(request.headers, names);
      if (headers.length < request.headers.length) yield session.send("none of its headers", { ...request, headers });
    },
  },
  {
    ...common,
    id: "rejects-empty-signature",
    title: "An empty signature is rejected",
    proves: "an empty string does not count as equal or as absent",
    sent: "an empty signature header, and one with everything but the signature",
    fix: "An empty signature is invalid: respond with 401. Beware of `if (signature && …)` and of `expected.startsWith(signature)`, which is true for the empty string.",
    deliveries: async function* (session) {
      const first = session.event();
      const places = first.signed?.written.map(({ place }) => place) ?? [];
      let request = withSignature(first, olderHeaders(session.target), () => "");
      for (const place of places) request = setValueAt(request, place, "") ?? request;
      yield session.send("an empty header", request);
      const second = withSignature(session.event(), olderHeaders(session.target), () => "");
      if (places.some((place) => (valueAt(second, place) ?? "") !== ""))
        yield session.send("an empty signature", second);
    },
  },
  {
    ...common,
    id: "rejects-truncated-signature",
    title: "A cut-off signature is rejected",
    proves: "the whole signature is compared, and a wrong length is handled",
    sent: "the valid signature cut in half, without its end, and with one half replaced",
    fix: `Compare lengths first, then all bytes; a comparison that throws on a wrong length must not become a 500:\n${comparisonCode}`,
    deliveries: async function* (session) {
      yield* signatures(session, [
        ["cut in half", (text) => text.slice(0, Math.floor(text.length / 8) * 4)],
        ["without its end", (text) => text.slice(0, -4)],
        [labels.firstDigit, (text) => text.slice(0, 1)],
        [labels.firstHalf, (text) => text.slice(0, half(text)) + others(text.slice(half(text)))],
        [labels.secondHalf, (text) => others(text.slice(0, half(text))) + text.slice(half(text))],
      ]);
    },
  },
  {
    ...common,
    id: "rejects-non-hex-signature",
    title: "A signature with invalid characters is rejected",
    proves: "a signature that cannot be decoded does not pass",
    sent: "a signature as long as the valid one, with characters its encoding does not allow",
    fix: `Decode inside a check, or compare as text; an undecodable signature is invalid (401), not an exception:\n${comparisonCode}`,
    deliveries: async function* (session) {
      const wrong = session.target.scheme.encoding === "hex" ? "z" : "!";
      // Eight digits before any padding: lenient decoders drop invalid characters or read them as zeros, and the last
      // byte of an ed25519 signature is often zero.
      yield* signatures(session, [
        ["all other characters", (text) => wrong.repeat(text.length)],
        ["other characters at the end", (text) => withEnding(text, wrong)],
      ]);
      // Upper-case hex decodes to the same bytes; base64 with its case changed doesn't.
      if (session.target.scheme.encoding !== "hex")
        yield* signatures(session, [["letters in the other case", otherCase]]);
    },
  },
  {
    ...common,
    id: "rejects-stale-timestamp",
    title: "A stale timestamp is rejected",
    proves: "a recorded delivery cannot be replayed later",
    sent: "a correctly signed delivery, one minute older than the platform's tolerance",
    notApplicable: ({ profile, scheme }) =>
      scheme.timestamp === undefined
        ? noTimestamp(profile.name)
        : windowSeconds(scheme.timestamp.past) === undefined
          ? `${profile.name} does not limit the age of a timestamp`
          : undefined,
    fix: "Reject timestamps older than the platform's tolerance (401): otherwise a recorded delivery can be replayed forever. Also check the unit: seconds or milliseconds.",
    deliveries: async function* (session) {
      const { shiftMs } = tampered(session, "stale-timestamp");
      yield session.send(`${formatDuration(-shiftMs)} old`, session.event({ shiftMs }).request);
    },
  },
  {
    ...common,
    id: "rejects-future-timestamp",
    title: "A timestamp in the future is rejected",
    proves: "a delivery cannot be signed in advance for later use",
    sent: "a correctly signed delivery, one minute beyond the platform's tolerance",
    notApplicable: ({ profile, scheme }) => {
      if (scheme.timestamp === undefined) return noTimestamp(profile.name);
      const { future } = scheme.timestamp;
      const doubt = doubtOf(future);
      // If a platform's own libraries disagree on future timestamps, accepting them isn't a bug.
      if (doubt !== undefined) return `the platform's own libraries disagree: ${doubt}`;
      return windowSeconds(future) === undefined ? `${profile.name} checks only the age of a timestamp` : undefined;
    },
    fix: "Also reject timestamps too far in the future: compare the absolute difference with the tolerance.",
    deliveries: async function* (session) {
      const { shiftMs } = tampered(session, "future-timestamp");
      yield session.send(`${formatDuration(shiftMs)} ahead`, session.event({ shiftMs }).request);
    },
  },
];

const noTimestamp = (name: string): string => `${name} does not sign a timestamp`;

const tampered = ({ target }: CheckSession, kind: Parameters<typeof tampering>[0]): ReturnType<typeof tampering> =>
  tampering(kind, target.profile, target.secret, target.scheme.name);

/** All signature headers of the platform: an older header must not make a forgery valid. */
const olderHeaders = ({ profile }: Target): readonly string[] => (schemesOf(profile) ?? []).flatMap(signatureHeadersOf);

const half = (text: string): number => Math.floor(text.length / 8) * 4;

/** Replaces each digit with a different one of the same encoding. */
const others = (text: string): string =>
  text.replace(/[0-9a-z]/gi, (digit) => (digit.toLowerCase() === "a" ? "b" : "a")).replaceAll(/[+/_-]/g, "0");

const otherCase = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));

async function* signatures(
  session: CheckSession,
  changes: readonly (readonly [label: string, change: (text: string) => string])[],
): AsyncGenerator<DeliveryResult> {
  for (const [label, change] of changes) {
    const made = session.event();
    // A token of digits only has no case to change.
    if (made.signed !== null && change(made.signed.signature) !== made.signed.signature)
      yield session.send(label, withSignature(made, olderHeaders(session.target), change));
  }
}

/** Replaces the last eight digits before any padding with another character. */
const withEnding = (text: string, wrong: string): string => {
  const digits = withoutEnd(text, "=");
  return digits.slice(0, -8) + wrong.repeat(8) + text.slice(digits.length);
};
