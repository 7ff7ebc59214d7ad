import { createHash } from "node:crypto";
import { constantTimeEqual } from "../values/constant-time-equal.ts";
import { durationMs, formatDuration } from "../values/duration.ts";

/** Where a claim is: in the token's payload, or a parameter of its header (Constant Contact's `ts`). */
interface Claim {
  readonly claim: string;
  readonly in?: "header";
  /** Whether a token without it is accepted. */
  readonly optional?: true;
}

/** A claim with a fixed value, such as the issuer. */
interface FixedClaim extends Claim {
  readonly is: string | number | boolean;
}

/** A claim that contains a hash of part of the request, or that part itself. `Part` says what. */
interface ContentClaim<Part> extends Claim {
  readonly of: readonly Part[];
  /** If absent, the claim is the text itself (monday.com's `aud` is the endpoint's URL). */
  readonly hash?: "sha1" | "sha256" | "sha384" | "sha512";
  /** How the hash is written: lower-case hex by default. */
  readonly encoding?: "hex" | "base64" | "base64url";
  /** Whether the claim is omitted if its content is empty (MessageBird's `payload_hash`). */
  readonly omitEmpty?: true;
}

/**
 * A claim that is a time, in whole seconds. `issued` is only written; if its age matters, it is declared as the
 * scheme's timestamp.
 */
interface TimeClaim extends Claim {
  readonly time: "issued" | "expires" | "not-before";
  /** How much clocks may differ; zero by default. */
  readonly leeway?: string;
  /** How long after signing `expires` is; 5m by default. */
  readonly lifetime?: string;
}

/** A claim that is written but not checked; `{id}` is the event id. */
interface WrittenClaim extends Claim {
  readonly write: string;
}

/** What a profile says about one claim of a token. */
export type ClaimRule<Part> = FixedClaim | ContentClaim<Part> | TimeClaim | WrittenClaim;

/** A problem with a claim of a token whose signature is valid. */
export interface ClaimProblem<Part> {
  readonly rule: ClaimRule<Part>;
  readonly kind: "missing" | "malformed" | "other" | "stale" | "future";
  /** Completes "the token's …". */
  readonly message: string;
}

interface Token {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

interface Checking<Part> {
  /** The time of verification, in epoch milliseconds. */
  readonly at: number;
  /** The user's tolerance in milliseconds, replacing the platform's. */
  readonly toleranceMs?: number | undefined;
  /** The bytes that a claim covers; undefined if the request doesn't contain them. */
  readonly contentOf: (parts: readonly Part[]) => Buffer | undefined;
}

/** Checks a token's claims against the profile's rules and the request, in the order of the rules. */
export const checkClaims = <Part>(
  token: Token,
  rules: readonly ClaimRule<Part>[],
  checking: Checking<Part>,
): readonly ClaimProblem<Part>[] => rules.flatMap((rule) => problemOf(token, rule, checking) ?? []);

const problemOf = <Part>(
  token: Token,
  rule: ClaimRule<Part>,
  checking: Checking<Part>,
): ClaimProblem<Part> | undefined => {
  const value = claimValue(token, rule);
  if ("write" in rule) return undefined;
  if ("time" in rule) return timeProblem(rule, value, checking);
  if ("of" in rule) return contentProblem(rule, value, checking);
  if (value === undefined) return missing(rule);
  return value === rule.is || (Array.isArray(value) && value.includes(rule.is))
    ? undefined
    : { rule, kind: "other", message: `${named(rule)} is ${describeClaim(value)}, not ${describeClaim(rule.is)}` };
};

/** The value of a claim in a token. Own properties only: a claim may have the name of an object's method. */
export const claimValue = ({ header, claims }: Token, { claim, in: where }: Claim): unknown => {
  const members = where === "header" ? header : claims;
  return Object.hasOwn(members, claim) ? members[claim] : undefined;
};

const named = ({ claim, in: where }: Claim): string => (where === "header" ? `header ${claim}` : claim);

const describeClaim = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

const missing = <Part>(rule: ClaimRule<Part>): ClaimProblem<Part> | undefined =>
  rule.optional === true ? undefined : { rule, kind: "missing", message: `${named(rule)} is missing` };

const contentProblem = <Part>(
  rule: ContentClaim<Part>,
  value: unknown,
  { contentOf }: Checking<Part>,
): ClaimProblem<Part> | undefined => {
  const content = contentOf(rule.of);
  if (value === undefined) return rule.omitEmpty === true && content?.length === 0 ? undefined : missing(rule);
  if (typeof value !== "string") return { rule, kind: "malformed", message: `${named(rule)} is not text` };
  if (content === undefined)
    return { rule, kind: "other", message: `${named(rule)} covers something the request does not contain` };
  return constantTimeEqual(Buffer.from(value), Buffer.from(contentClaim(rule, content)))
    ? undefined
    : { rule, kind: "other", message: `${named(rule)} does not match what was received` };
};

const contentClaim = <Part>({ hash, encoding = "hex" }: ContentClaim<Part>, content: Buffer): string =>
  hash === undefined ? content.toString("utf8") : createHash(hash).update(content).digest(encoding);

const timeProblem = <Part>(
  rule: TimeClaim,
  value: unknown,
  { at, toleranceMs }: Checking<Part>,
): ClaimProblem<Part> | undefined => {
  if (rule.time === "issued") return undefined;
  if (value === undefined) return missing(rule);
  // A time in milliseconds, read as seconds, would be in the distant future.
  if (typeof value !== "number" || !Number.isFinite(value) || Math.abs(value) >= 1e11)
    return { rule, kind: "malformed", message: `${named(rule)} is ${describeClaim(value)}, not a time in seconds` };
  const age = Math.floor(at / 1000) - value;
  const leeway = toleranceMs === undefined ? secondsOf(rule.leeway, 0) : toleranceMs / 1000;
  if (rule.time === "expires")
    // RFC 7519: a token has expired at the very time of `exp`.
    return age >= leeway
      ? { rule, kind: "stale", message: `${named(rule)} is ${formatDuration(age * 1000)} ago: the token has expired` }
      : undefined;
  return -age > leeway
    ? {
        rule,
        kind: "future",
        message: `${named(rule)} is ${formatDuration(-age * 1000)} ahead: the token is not valid yet`,
      }
    : undefined;
};

const secondsOf = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : (durationMs(text) ?? 0) / 1000;

interface Writing<Part> {
  readonly at: number;
  readonly eventId: string;
  readonly contentOf: (parts: readonly Part[]) => Buffer | undefined;
}

/**
 * Builds the claims and header parameters of a new token, in the order of the rules.
 * @returns the parts of the first claim whose content is missing, if any
 */
export const makeClaims = <Part>(
  rules: readonly ClaimRule<Part>[],
  { at, eventId, contentOf }: Writing<Part>,
): Token | { readonly missing: readonly Part[] } => {
  const header: Record<string, unknown> = {};
  const claims: Record<string, unknown> = {};
  const now = Math.floor(at / 1000);
  for (const rule of rules) {
    const into = rule.in === "header" ? header : claims;
    if ("is" in rule) into[rule.claim] = rule.is;
    else if ("write" in rule) into[rule.claim] = rule.write.replaceAll("{id}", () => eventId);
    else if ("time" in rule) into[rule.claim] = rule.time === "expires" ? now + secondsOf(rule.lifetime, 300) : now;
    else {
      const content = contentOf(rule.of);
      if (content === undefined) return { missing: rule.of };
      if (content.length > 0 || rule.omitEmpty !== true) into[rule.claim] = contentClaim(rule, content);
    }
  }
  return { header, claims };
};
