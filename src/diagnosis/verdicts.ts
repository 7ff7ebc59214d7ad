import type { Finding, Verdict } from "../signature/verdict.ts";

/** The verdict on a request that no scheme applies to. */
export const emptyVerdict = (provider: string): Verdict => ({
  valid: false,
  provider,
  scheme: null,
  matchedSecret: null,
  timestamp: null,
  cause: null,
  findings: [],
  tried: 0,
  notes: [],
});

/** An invalid verdict with these findings. */
export const withFindings = (base: Verdict, findings: readonly Finding[]): Verdict => ({
  ...base,
  valid: false,
  findings,
  cause: findings[0]?.code ?? "unexplained",
});
