/** Codes of the contract, section `verify`; `docs/findings.md` explains each. */
export const findingCodes = [
  "signature-missing",
  "signature-malformed",
  "signature-prefix",
  "signature-encoding",
  "signature-truncated",
  "timestamp-missing",
  "timestamp-malformed",
  "timestamp-stale",
  "timestamp-future",
  "timestamp-unit",
  "secret-whitespace",
  "secret-encoding",
  "secret-other",
  "body-reserialized",
  "body-escapes",
  "body-numbers",
  "body-whitespace",
  "body-line-endings",
  "body-bom",
  "body-charset",
  "body-compressed",
  "body-empty",
  "body-truncated",
  "body-altered",
  "algorithm-other",
  "content-other",
  "provider-other",
  "unexplained",
] as const;

export type FindingCode = (typeof findingCodes)[number];

/** One step of the explanation, worded for people by `wording.ts`. */
export interface Finding {
  readonly code: FindingCode;
  /** True only where it was seen in the request itself or a recomputed signature matched. */
  readonly certain: boolean;
  /** What happened, and where. One or two sentences. */
  readonly message: string;
  /** What to change, with code where the fix is code; several lines allowed. */
  readonly fix: string;
  /** Offset in the received body of the first byte that differs, where the finding is about bytes. */
  readonly firstByte: number | null;
}

export interface TimestampVerdict {
  /** As the request carries it: a number where it is one, else its text. */
  readonly value: number | string;
  /** Judged time minus the request's, in seconds: positive is old, negative is ahead. Null where it is not a time. */
  readonly skewSeconds: number | null;
  /** The platform's (or the user's) window into the past, in seconds; null where it is not checked. */
  readonly toleranceSeconds: number | null;
}

/** What `verify` answers: is this request signed as its platform would sign it, and if not, why not. */
export interface Verdict {
  readonly valid: boolean;
  readonly provider: string;
  /** The scheme that was judged; null where none applies (no signature header at all). */
  readonly scheme: string | null;
  /** Label of the secret that matched: its name and fingerprint. */
  readonly matchedSecret: string | null;
  readonly timestamp: TimestampVerdict | null;
  /** The first finding's code; null where valid. */
  readonly cause: FindingCode | null;
  readonly findings: readonly Finding[];
  /** Number of explanations tested. */
  readonly tried: number;
  /** What a person should know although the answer stands (unsigned header differs, vendor's library would disagree). */
  readonly notes: readonly string[];
}
