import type { LogLine } from "./logs/select.ts";
import type { CaptureRecord } from "../formats/capture.ts";
import type { HarResponse } from "../formats/har-write.ts";
import type { Sender } from "../delivery/types.ts";
import type { Profile } from "../providers/profile.ts";
import type { Verdict } from "../signature/verdict.ts";
import type { Infer } from "../values/infer.ts";
import type { Deploy } from "./deploys.ts";
import type { conclusionSchema, itemSchema } from "./schema.ts";

/** What the user says about the case. */
export interface Case {
  readonly profile: Profile;
  readonly eventId: string;
  readonly handle: string | null;
  readonly subscription: string | null;
  /** The receiver's URL as the platform calls it. */
  readonly url: string | null;
  /** The project's endpoint, which may be for testing: used only if no source names one. */
  readonly endpoint: string | null;
  /** Epoch milliseconds. */
  readonly failedAt: number | null;
  readonly caseId: string | null;
  readonly note: string | null;
}

/** One attempt at delivering the event, as some source saw it. */
export interface SeenAttempt {
  /** Epoch milliseconds. */
  readonly at: number;
  /** The attempt number as the platform counts; null if the source doesn't say. */
  readonly number: number | null;
  readonly status: number | null;
  readonly outcome: "delivered" | "retryable" | "terminal" | null;
  readonly reason: string | null;
  readonly durationMs: number | null;
  readonly nextDelayMs: number | null;
  readonly error: { readonly kind: string; readonly code: string | null; readonly message: string } | null;
  /** The sources: `captures.ndjson`, `nginx.log line 12`. */
  readonly sources: readonly string[];
  /** The basis: a record of the exchange itself, a log line that names the event, or one matched by path and time. */
  readonly basis: "record" | "log" | "log-time";
}

/** Kinds of sources that were examined. Finding nothing means something only for these. */
export type SourceKind = "captures" | "deliveries" | "queue" | "HAR";

/** A failed delivery of any event that hookproof did not make: shows whether tests, live traffic or both are affected. */
export interface OtherFailure {
  readonly eventType: string;
  readonly status: number | null;
}

/** One request that carried the event, or would have. */
export interface SeenRequest {
  readonly record: CaptureRecord;
  readonly source: string;
  /** Whether the sender recorded it (DLQ, delivery log, HAR), rather than a listener receiving it. */
  readonly sent: boolean;
  /** Whether it comes from a queue without the original headers, so that its signature can't be verified. */
  readonly bare: boolean;
}

/** What the sources hold about the event. */
export interface Gathered {
  /** Sorted by time. */
  readonly records: readonly SeenRequest[];
  readonly responses: ReadonlyMap<string, HarResponse>;
  readonly attempts: readonly SeenAttempt[];
  readonly eventType: string | null;
  /** Who made the event and sent it, where hookproof did: it is not the platform's. */
  readonly madeBy: { readonly command: Sender; readonly source: string } | null;
  /** The endpoint that a delivery log or the DLQ names. */
  readonly url: string | null;
  readonly urlSource: string | null;
  readonly failures: readonly OtherFailure[];
  /** Queues that hold the event as a dead letter, without the attempts at delivering it. */
  readonly unrecorded: readonly string[];
  readonly kinds: readonly SourceKind[];
  /** What was looked at, one sentence each. */
  readonly looked: readonly string[];
  /** What could not be read, one sentence each. */
  readonly problems: readonly string[];
}

export interface LogEvidence {
  readonly lines: readonly LogLine[];
  /** Base names of the files. */
  readonly files: readonly string[];
  readonly linesRead: number;
  readonly cut: boolean;
  /** How many lines name the event. */
  readonly naming: number;
  /** The first of them in an unknown format: `app.log line 12`. */
  readonly unknown: string | null;
}

/** Changes on the receiver's side; null if they weren't looked up. */
export interface ChangeEvidence {
  readonly deploys: readonly Deploy[];
  readonly source: string;
  readonly since: number;
  readonly until: number;
}

/** One of the items that support asks for. */
export type Item = Infer<typeof itemSchema>;
export type ItemId = Item["id"];

/** The judgement of the captured request, made before anything is masked. */
export interface Diagnosis {
  readonly verdict: Verdict;
  readonly request: {
    readonly id: string;
    readonly source: string;
    readonly bodyBytes: number;
    readonly bodyDigest: string;
  };
  /** Known secrets as salted fingerprints: only someone with the secret can compare. */
  readonly secrets: readonly { readonly name: string; readonly fingerprint: string }[];
}

/** The conclusion, which the report shows first. */
export type Conclusion = Infer<typeof conclusionSchema>;
