import { eventOf, factAt } from "../providers/event.ts";
import type { EventFacts } from "../providers/event.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Profile } from "../providers/profile.ts";
import { headerValue } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Verdict } from "../signature/verdict.ts";
import { verify } from "../signature/verify.ts";
import type { VerifyOptions } from "../signature/try-schemes.ts";
import { hasPublishedKeys } from "../signature/published-keys.ts";
import type { RequestKeys } from "../signature/published-keys.ts";
import type { Secret } from "../values/secret.ts";
import { AttemptCounter } from "./attempts.ts";
import type { AttemptCount } from "./attempts.ts";
import { signedParts, signsUrl } from "../providers/parts.ts";
import { signatureValue } from "../providers/place.ts";
import { detectProfiles, hasSignatureHeader } from "../diagnosis/detect.ts";
import type { Unverified } from "./events.ts";
import type { Incoming } from "../http/read-request.ts";

/** A platform that requests may be from, with its secrets. */
export interface Candidate {
  readonly profile: Profile;
  readonly secrets: readonly Secret[];
}

/** A verdict, and the signed body if it isn't the received one. */
export interface Explanation {
  readonly verdict: Verdict;
  /** Whether no cause was found before the search's budget was spent. */
  readonly isStopped: boolean;
  readonly signedBody: Buffer | undefined;
}

/** Searches for why a request is invalid, which plain verification doesn't. */
export interface CauseSearch {
  /**
   * Searches for the cause.
   * @param onStopped called if the budget was spent before a cause was found
   * @throws Error if the search didn't run or failed; its message goes into the verdict
   */
  find(request: WebhookRequest, candidate: Candidate, options: VerifyOptions, onStopped?: () => void): Promise<Verdict>;
  /** Stops a running search. */
  close(): Promise<void>;
}

export interface InspectOptions {
  /** The given provider, or all of them if it is detected by headers. */
  readonly candidates: readonly Candidate[];
  /** Whether the provider is detected by each request's headers. */
  readonly auto: boolean;
  /** Whether the listener itself uses HTTPS, which is part of the URL that some schemes sign. */
  readonly secure: boolean;
  /** The scheme and host that the sender uses (a tunnel's), replacing those of the request. */
  readonly publicOrigin?: string;
  readonly toleranceMs?: number;
  readonly scheme?: string;
  /** Fetches the keys that a platform publishes for a request. */
  readonly keysFor?: (request: WebhookRequest, profile: Profile) => Promise<RequestKeys>;
}

/** Like `CauseSearch`, but also returns the body that was signed. */
export interface Explainer {
  /** @throws like `find` */
  explain(request: WebhookRequest, candidate: Candidate, options: VerifyOptions): Promise<Explanation>;
}

/** What was found out about a request before its response. */
export interface Inspection {
  /** The request, with the URL if the platform signs it. */
  readonly request: WebhookRequest;
  readonly candidate: Candidate | undefined;
  readonly facts: EventFacts;
  readonly verdict: Verdict | undefined;
  readonly unverified: Unverified | null;
  readonly counted: AttemptCount;
  /** The keys it was verified with besides the candidate's secrets. */
  readonly keys?: RequestKeys;
}

/** The inspection of a request that could not be examined. */
export const emptyInspection = (request: WebhookRequest): Inspection => ({
  request,
  candidate: undefined,
  facts: nothing,
  verdict: undefined,
  unverified: "failed",
  counted: notAnEvent,
});

/** Requests that aren't events have no attempts. */
const notAnEvent: AttemptCount = { identity: "", attempt: 1, flags: [] };

const nothing: EventFacts = { id: null, type: null, attempt: null, time: null, dedupeKey: null };

/**
 * Returns a function that inspects each request: its platform, event, attempt, and whether the signature is valid.
 * Requests that aren't events (challenges) have no attempts.
 */
export const inspector = (
  options: InspectOptions,
): ((received: Incoming, isEvent: boolean, keys?: RequestKeys) => Inspection) => {
  const counter = new AttemptCounter();
  const known = new Map(options.candidates.map((candidate) => [candidate.profile, verifySetup(candidate)]));
  const pick = options.auto ? picker(options.candidates) : (): readonly Candidate[] => options.candidates;

  return (received, isEvent, { keys, problem } = noKeys) => {
    const { request, receivedAt } = received;
    const asked = { ...verifyOptions(options, receivedAt), keys, keyProblem: problem };
    let best: HeldRequest | undefined;
    for (const candidate of pick(request)) {
      const look = known.get(candidate.profile) ?? verifySetup(candidate);
      const full = look.signsUrl ? { ...request, url: urlOf(request, options) } : request;
      const able = look.verifiable && !received.overflow;
      const secrets = keys.length === 0 ? candidate.secrets : [...keys, ...candidate.secrets];
      const verdict = able ? verify(full, candidate.profile, secrets, asked) : undefined;
      const held = { candidate, look, request: full, verdict };
      best ??= held;
      if (verdict?.valid === true) {
        best = held;
        break;
      }
    }
    const facts = best === undefined ? nothing : eventOf(request, best.look.timeless);
    const verdict = best?.verdict;
    const stamp = verdict?.timestamp ?? null;
    const counted = !isEvent
      ? notAnEvent
      : counter.count({
          dedupeKey: facts.dedupeKey,
          eventId: facts.id,
          body: request.body,
          place: `${request.method} ${request.target}`,
          timestamp: stamp === null ? null : String(stamp.value),
          stale: verdict?.cause === "timestamp-stale",
          receivedAt,
          isSameEvent: () => best !== undefined && showsSameEvent(request, best.candidate.profile, facts),
        });
    return {
      request: best?.request ?? request,
      candidate: best?.candidate,
      facts,
      verdict,
      unverified: verdict === undefined ? whyNot(received, best?.candidate) : null,
      counted,
      keys: { keys, problem },
    };
  };
};

/**
 * Whether a body that arrived before under another id is known to be the same event: the request is a later attempt, or the
 * body has the event's id or time. A body without them may be the same in two events.
 */
const showsSameEvent = (request: WebhookRequest, { attempt, envelope }: Profile, facts: EventFacts): boolean => {
  if (attempt !== undefined && facts.attempt !== null && facts.attempt > attempt.first) return true;
  const places = [...envelope.id, ...(envelope.time === undefined ? [] : [envelope.time])];
  return places.some((place) => !("header" in place) && factAt(request, place) !== null);
};

const noKeys: RequestKeys = { keys: [], problem: undefined };

/**
 * Returns a function that fetches published keys before a request is inspected; it returns undefined if no platform
 * publishes any.
 */
export const keyPreparer = ({
  candidates,
  keysFor,
}: InspectOptions): ((request: WebhookRequest) => Promise<RequestKeys> | undefined) => {
  const profiles = candidates.map(({ profile }) => profile).filter(hasPublishedKeys);
  if (keysFor === undefined || profiles.length === 0) return () => undefined;
  return (request) => {
    if (
      !profiles.some((profile) => (schemesOf(profile) ?? []).some((one) => signatureValue(request, one) !== undefined))
    )
      return undefined;
    return Promise.all(profiles.map((profile) => keysFor(request, profile))).then((found) => ({
      keys: found.flatMap((one) => one.keys),
      problem: found.find((one) => one.problem !== undefined)?.problem,
    }));
  };
};

/** The result of verifying a request as a candidate's. */
interface HeldRequest {
  readonly candidate: Candidate;
  readonly look: VerifySetup;
  readonly request: WebhookRequest;
  readonly verdict: Verdict | undefined;
}

/** What is needed to verify a candidate's requests. */
interface VerifySetup {
  /** The profile without the event's time field, which the listener doesn't need and which is slow to read. */
  readonly timeless: Profile;
  readonly signsUrl: boolean;
  /** Whether there are secrets and a documented scheme. */
  readonly verifiable: boolean;
}

const verifySetup = ({ profile, secrets }: Candidate): VerifySetup => {
  const { time: _time, ...envelope } = profile.envelope;
  return {
    timeless: { ...profile, envelope },
    signsUrl: urlIsSigned(profile),
    verifiable: (secrets.length > 0 || hasPublishedKeys(profile)) && !("undocumented" in profile.schemes),
  };
};

/** Options for verifying a request received at `receivedAt`. */
export const verifyOptions = (options: InspectOptions, receivedAt: number): VerifyOptions => ({
  at: receivedAt,
  toleranceMs: options.toleranceMs,
  scheme: options.scheme,
});

const picker = (candidates: readonly Candidate[]): ((request: WebhookRequest) => readonly Candidate[]) => {
  const profiles = candidates.map((one) => one.profile);
  const byProfile = new Map(candidates.map((one) => [one.profile, one]));
  const hasSignature = hasSignatureHeader(profiles);
  return (request) =>
    hasSignature(request) ? detectProfiles(request, profiles).flatMap((profile) => byProfile.get(profile) ?? []) : [];
};

const whyNot = (received: Incoming, candidate: Candidate | undefined): Unverified => {
  if (candidate === undefined) return "no-provider";
  if (received.overflow) return "too-large";
  return "undocumented" in candidate.profile.schemes ? "undocumented" : "no-secret";
};

const urlIsSigned = (profile: Profile): boolean =>
  (schemesOf(profile) ?? []).some((scheme) => signsUrl(signedParts(scheme)));

/** The URL as the sender called it: with the scheme from the proxy's header, else our own. */
const urlOf = (request: WebhookRequest, options: InspectOptions): string => {
  if (options.publicOrigin !== undefined) return options.publicOrigin + request.target;
  const forwarded = headerValue(request.headers, "x-forwarded-proto")?.split(",")[0]?.trim().toLowerCase();
  const scheme = forwarded === "https" || forwarded === "http" ? forwarded : options.secure ? "https" : "http";
  return `${scheme}://${headerValue(request.headers, "host") ?? ""}${request.target}`;
};
