import type { Exchange } from "../http/types.ts";
import type { Profile, Scheme } from "../providers/profile.ts";
import type { HeaderPair } from "../request/request.ts";
import type { Infer } from "../values/infer.ts";
import type { NetworkFailureKind } from "../request/attempt.ts";
import type { Secret } from "../values/secret.ts";
import type { caseSchema, reportSchema } from "./schema.ts";
import type { TransportOptions } from "../http/client.ts";

/** The ids of the cases, in the order in which they are reported. */
export const caseIds = [
  "accepts-valid",
  "rejects-tampered-body",
  "rejects-wrong-secret",
  "rejects-missing-signature",
  "rejects-empty-signature",
  "rejects-truncated-signature",
  "rejects-non-hex-signature",
  "rejects-stale-timestamp",
  "rejects-future-timestamp",
  "keeps-raw-body",
  "accepts-unicode",
  "ignores-header-case",
  "accepts-retry",
  "accepts-duplicate",
  "accepts-unknown-event",
  "rejects-malformed-json",
  "accepts-large-body",
  "refuses-get",
  "survives-burst",
  "answers-in-time",
  "refuses-plain-http",
  "accepts-chunked",
  "accepts-rotated-secret",
  "applies-once",
  "answers-challenge",
  "rejects-false-challenge",
] as const;

export type CaseId = (typeof caseIds)[number];

/** The receiver under test and how deliveries to it are made. */
export interface Target {
  readonly url: string;
  readonly profile: Profile;
  readonly scheme: Scheme;
  /** The secret the receiver is known to have. */
  readonly secret: Secret;
  /** The private key, for schemes that have a secret in what it signs. */
  readonly key?: Secret | undefined;
  /** Further secrets that it should take while one is rolled. */
  readonly rotated: readonly Secret[];
  /** The token that the platform's challenge carries, where it has one. */
  readonly verifyToken?: Secret;
  /** Event type that is sent; null where the profile has none. */
  readonly eventType: string | null;
  /** The user's own headers, on every delivery. */
  readonly extra: readonly HeaderPair[];
  /** Whether the scheme is the user's choice; else others of the platform's are tried where this one is refused. */
  readonly isSchemeChosen: boolean;
  /** How long the platform waits for a response. */
  readonly timeLimitMs: number;
  /** How long a receiver that went down may take to come back. */
  readonly restartMs: number;
  readonly connection: TransportOptions;
  /** Counts what the receiver has done, where the user gave a command for it. */
  readonly effects: (() => Promise<number>) | undefined;
}

/** What the checks take from outside. */
export interface Deps {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  readonly uuid: () => string;
  readonly signal: AbortSignal;
}

type CheckStatus = CaseResult["status"];

/** A case's result, with what people are shown besides. */
export type CaseResult = Infer<typeof caseSchema> & { readonly proves: string; readonly sent: string };

export type CheckReport = Omit<Infer<typeof reportSchema>, "cases"> & { readonly cases: readonly CaseResult[] };

/** One delivery of a case and the outcome. */
export interface DeliveryResult {
  /** Which of the case's deliveries it was, where there are several: `cut in half`. */
  readonly label: string;
  readonly exchange: Exchange;
}

/** A delivery of a case that was not handled as it should be. */
export interface FailedDelivery {
  readonly label: string;
  /** Whether it was accepted, where it should not have been. */
  readonly isAccepted: boolean;
  /** The response's status, or the kind of the network failure. */
  readonly response: number | NetworkFailureKind;
  /** The beginning of the response's body. */
  readonly text: string;
}

/** What a case came to; `fix` null takes the case's own on failure. */
export interface Outcome {
  readonly status: CheckStatus;
  readonly observed: string;
  readonly fix: string | null;
  /** What it failed on, as far as other cases may have failed on the same. */
  readonly failing?: readonly FailedDelivery[];
  /** The receiver went down with it: this is more than advice. */
  readonly isDown?: boolean;
}
