import type { EndReason, RequestEvent, SummaryEvent } from "./events.ts";

/** The counts for the summary. */
export class Tally {
  requests = 0;
  valid = 0;
  invalid = 0;
  unverified = 0;
  matched = 0;
  filtered = 0;
  uncaptured = 0;
  refused = 0;
  cut = 0;
  /** Probes; not counted as requests. */
  probes = 0;
  /** Challenges from platforms; not counted as requests. */
  challenges = 0;
  forwards = 0;
  forwardsFailed = 0;
  /** Distinct events; one that arrives again after 50,000 others is counted again. */
  events = 0;

  count(event: RequestEvent): void {
    if (event.verdict === undefined) this.unverified++;
    else if (event.verdict.valid) this.valid++;
    else this.invalid++;
    if (event.attempt.counted === 1) this.events++;
  }

  summary(
    reason: EndReason,
    capture: string,
    durationMs: number,
    wanted: number | null,
    rotated: number,
  ): SummaryEvent {
    const {
      requests,
      valid,
      invalid,
      unverified,
      matched,
      filtered,
      uncaptured,
      refused,
      cut,
      probes,
      challenges,
      events,
      forwards,
      forwardsFailed,
    } = this;
    return {
      type: "summary",
      reason,
      requests,
      valid,
      invalid,
      unverified,
      wanted,
      matched,
      filtered,
      uncaptured,
      refused,
      cut,
      probes,
      challenges,
      forwards,
      forwardsFailed,
      events,
      capture,
      rotated,
      durationMs,
    };
  }
}
