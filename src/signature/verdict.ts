import type { Infer } from "../values/infer.ts";
import type { findingSchema, verdictSchema } from "./schema.ts";

/** What can be wrong with a request; `docs/findings.md` explains each. Scripts rely on these codes. */
export const findingCodes = [
  "signature-missing",
  "signature-malformed",
  "signature-prefix",
  "signature-encoding",
  "signature-truncated",
  "signature-altered",
  "timestamp-missing",
  "timestamp-malformed",
  "timestamp-stale",
  "timestamp-future",
  "timestamp-unit",
  "secret-whitespace",
  "secret-encoding",
  "secret-other",
  "secret-unfit",
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
  "claim-other",
  "key-unavailable",
  "provider-other",
  "scheme-other",
  "unexplained",
] as const;

export type FindingCode = (typeof findingCodes)[number];

/** One step of the explanation, worded for people by `wording.ts`. */
export type Finding = Infer<typeof findingSchema>;

/** The result of `verify`: whether the request is signed as its platform would sign it, and if not, why. */
export type Verdict = Infer<typeof verdictSchema>;
export type TimestampVerdict = NonNullable<Verdict["timestamp"]>;
