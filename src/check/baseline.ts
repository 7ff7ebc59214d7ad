import * as z from "zod";
import { HookproofError } from "../errors.ts";
import type { CaseId, CheckReport } from "./types.ts";

// A report of `check --json` serves as a baseline too.
const form = z.object({ cases: z.array(z.object({ id: z.string(), status: z.string() })) });

/**
 * Reads the ids of the failures that a baseline lists.
 * @throws HookproofError `input-malformed`
 */
export const readBaseline = (bytes: Buffer, path: string): ReadonlySet<string> => {
  const parsed = form.safeParse(jsonOf(bytes));
  if (!parsed.success) {
    throw new HookproofError("input-malformed", `${path} is not a baseline`, {
      hint: `create one with --write-baseline ${path}, or use the output of check --json`,
    });
  }
  return new Set(parsed.data.cases.filter(({ status }) => status === "fail").map(({ id }) => id));
};

/** A baseline file's text: the failed cases, without anything that changes from run to run. */
export const baselineText = ({ provider, cases }: CheckReport): string => {
  const failed = cases.filter(({ status }) => status === "fail").map(({ id, status }) => ({ id, status }));
  return `${JSON.stringify({ provider, cases: failed }, null, 2)}\n`;
};

interface BaselineComparison {
  /** Failures listed in the baseline. */
  readonly known: readonly CaseId[];
  /** New failures: these fail the job. */
  readonly newFailures: readonly CaseId[];
  /** Listed in the baseline but passing now. */
  readonly fixed: readonly CaseId[];
}

/** Compares a report with the baseline. */
export const againstBaseline = ({ cases }: CheckReport, baseline: ReadonlySet<string>): BaselineComparison => {
  const failed = cases.filter(({ status }) => status === "fail").map(({ id }) => id);
  return {
    known: failed.filter((id) => baseline.has(id)),
    newFailures: failed.filter((id) => !baseline.has(id)),
    fixed: cases
      .filter(({ id, status }) => (status === "pass" || status === "advice") && baseline.has(id))
      .map(({ id }) => id),
  };
};

const jsonOf = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
};
