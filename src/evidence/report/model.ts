import type { RedactionCount } from "../redact/redaction-log.ts";
import type { BodyMode, RedactedBody } from "../redact/body.ts";
import type { Conclusion, Item, SeenAttempt } from "../types.ts";
import type { Deploy } from "../deploys.ts";
import type { LogLine } from "../logs/select.ts";
import type { Finding } from "../../signature/verdict.ts";
import type { ProbeFinding } from "../../doctor/finding.ts";

/** A request as it is shown: masked. */
export interface ReportRequest {
  readonly method: string;
  readonly url: string;
  readonly receivedAt: string;
  readonly source: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: RedactedBody;
  readonly bodyBytes: number;
  readonly bodyMode: BodyMode;
}

/** Everything that the report and the summary show. Every text in it is masked already. */
export interface Report {
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly provider: { readonly id: string; readonly name: string };
  readonly eventId: string;
  readonly eventType: string | null;
  readonly caseId: string | null;
  readonly note: string | null;
  readonly conclusion: Conclusion;
  readonly items: readonly Item[];
  readonly attempts: readonly SeenAttempt[];
  readonly deploys: readonly Deploy[];
  readonly log: readonly LogLine[];
  readonly request: ReportRequest | null;
  /** The signature's verdict as rows of label and value, and its findings; null if no signature was checked. */
  readonly signature: {
    readonly valid: boolean;
    readonly facts: readonly (readonly [label: string, value: string])[];
    readonly findings: readonly Finding[];
    readonly notes: readonly string[];
  } | null;
  readonly probe: readonly ProbeFinding[] | null;
  /** What was looked at and tested, one sentence each. */
  readonly tried: readonly string[];
  readonly problems: readonly string[];
  readonly insecure: boolean;
}

/** How many values each rule masked. */
export const maskedByRule = (
  counts: readonly RedactionCount[],
): readonly (readonly [rule: string, count: number])[] => {
  const sums = new Map<string, number>();
  for (const { rule, count } of counts) sums.set(rule, (sums.get(rule) ?? 0) + count);
  return [...sums].toSorted(([a, x], [b, y]) => y - x || a.localeCompare(b));
};

/** Required items that are still missing. */
export const missingOf = (items: readonly Item[]): readonly Item[] =>
  items.filter(({ required, status }) => required && status === "missing");
