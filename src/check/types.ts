import type { Exchange } from "../http/types.ts";
import type { Profile, Scheme } from "../providers/profile.ts";
import type { HeaderPair } from "../request/request.ts";
import type { Infer } from "../values/infer.ts";
import type { NetworkFailureKind } from "../request/attempt.ts";
import type { Secret } from "../values/secret.ts";
import type { caseSchema, reportSchema } from "./schema.ts";
import type { TransportOptions } from "../http/client.ts";

/** Case ids, in report order. */
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
  /** The secret that the receiver is configured with. */
  readonly secret: Secret;
  /** The private key, for schemes that also sign a secret. */
  readonly key?: Secret | undefined;
  /** More secrets that it should accept during rotation. */
  readonly rotated: readonly Secret[];
  /** The token in the platform's challenge, if there is one. */
  readonly verifyToken?: Secret;
  /** The event type to send; null if the profile has none. */
  readonly eventType: string | null;
  /** The user's own headers, on every delivery. */
  readonly extra: readonly HeaderPair[];
  /** Whether the user chose the scheme; if not, the platform's other schemes are tried when this one is rejected. */
  readonly isSchemeChosen: boolean;
  /** The platform's timeout. */
  readonly timeLimitMs: number;
  /** How long a crashed receiver may take to restart. */
  readonly restartMs: number;
  readonly connection: TransportOptions;
  /** Runs the user's count command, if given. */
  readonly effects: (() => Promise<number>) | undefined;
}

/** Injected dependencies. */
export interface Deps {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  readonly uuid: () => string;
  readonly signal: AbortSignal;
}

type CheckStatus = CaseResult["status"];

/** A case's result with extra text for people. */
export type CaseResult = Infer<typeof caseSchema> & { readonly proves: string; readonly sent: string };

export type CheckReport = Omit<Infer<typeof reportSchema>, "cases"> & { readonly cases: readonly CaseResult[] };

/** One delivery of a case and the outcome. */
export interface DeliveryResult {
  /** Names the delivery if a case has several: `cut in half`. */
  readonly label: string;
  readonly exchange: Exchange;
}

/** A delivery that was handled incorrectly. */
export interface FailedDelivery {
  readonly label: string;
  /** Whether it was wrongly accepted. */
  readonly isAccepted: boolean;
  /** The response's status, or the network failure. */
  readonly response: number | NetworkFailureKind;
  /** The beginning of the response's body. */
  readonly text: string;
}

/** A case's outcome; if `fix` is null, the case's own fix is used. */
export interface Outcome {
  readonly status: CheckStatus;
  readonly observed: string;
  readonly fix: string | null;
  /** Which of several deliveries failed, and which passed. */
  readonly deliveries?: NonNullable<CaseResult["deliveries"]>;
  /** The failed deliveries, for comparison with other cases. */
  readonly failing?: readonly FailedDelivery[];
  /** Whether the receiver crashed, which is a failure even if the case is advice only. */
  readonly isDown?: boolean;
}
