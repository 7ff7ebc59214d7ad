import { useEffect, useState } from "preact/hooks";
import { formatDuration } from "../../values/duration.ts";
import type { Detail } from "../types.ts";
import { clock, statusText, toneOfStatus } from "./bits.tsx";
import { select } from "./store.ts";

type Attempt = Detail["attempts"][number];

const maxAttemptRows = 12;

/** Lists every attempt of the event, and what the platform does next. */
export const Attempts = ({ one }: { readonly one: Detail }) => {
  const { attempts, schedule, row } = one;
  if (attempts.length < 2 && schedule === null) return null;
  const latest = attempts.slice(-maxAttemptRows);
  const remainingMs = attempts.length - latest.length;
  const next = schedule?.next ?? null;
  return (
    <section class="card" aria-label="Attempts">
      <div class="head">
        <h2>Attempts</h2>
        <span class="soft small">
          {row.eventId === null ? null : <bdi class="mono">{row.eventId}</bdi>}
          {remainingMs > 0 ? ` · the last ${latest.length} of ${attempts.length}` : ""}
        </span>
      </div>
      <ol class="line">
        {latest.map((attempt, index) => {
          const before = latest[index - 1];
          return (
            <li key={attempt.id}>
              {before === undefined ? null : <Wait ms={Date.parse(attempt.at) - Date.parse(before.at)} />}
              <Stop attempt={attempt} isCurrent={attempt.id === row.id} />
            </li>
          );
        })}
        {next === null ? null : (
          <li>
            <Wait ms={next.delayMs} />
            <div class="stop due">
              <span class="mark" />
              <b>due</b>
              <span>attempt {next.attempt}</span>
              <span>{clock(next.at)}</span>
            </div>
          </li>
        )}
      </ol>
      {schedule === null ? null : (
        <>
          <Next schedule={schedule} />
          <Assumed assumed={schedule.assumed} />
        </>
      )}
    </section>
  );
};

const Wait = ({ ms }: { readonly ms: number }) => (
  <span class="wait">
    <span>{formatDuration(Math.max(0, ms))}</span>
  </span>
);

const signs = { good: "✓", bad: "✗", warn: "!", plain: "–" } as const;

const Stop = ({ attempt, isCurrent }: { readonly attempt: Attempt; readonly isCurrent: boolean }) => {
  const tone = attempt.outcome === "retryable" ? "warn" : toneOfStatus(attempt.status);
  return (
    <button
      type="button"
      class={`stop ${tone}`}
      aria-current={isCurrent}
      title={attempt.at}
      onClick={() => select(attempt.id)}
    >
      <span class="mark" aria-hidden="true">
        {signs[tone]}
      </span>
      <b>{statusText(attempt) || "?"}</b>
      <span>{attempt.resentFrom === null ? `attempt ${attempt.attempt ?? "?"}` : "resent"}</span>
      <span>{clock(attempt.at)}</span>
    </button>
  );
};

/** What the platform does next, with a countdown. */
const Next = ({ schedule }: { readonly schedule: NonNullable<Detail["schedule"]> }) => {
  const { next, outcome, reason, delaysMs, attempts } = schedule;
  return (
    <p class="next">
      {next === null ? (
        <>
          {reason === "" ? "" : `${reason[0]?.toUpperCase()}${reason.slice(1)}. `}
          {outcome === "terminal" && reason === "" ? "The platform does not retry. " : ""}
        </>
      ) : (
        <>
          The platform retries (attempt {next.attempt} of {attempts}) <Until at={next.at} />: {reason}.{" "}
        </>
      )}
      {delaysMs.length === 0
        ? "The platform tries each delivery once."
        : `Schedule: ${delaysMs.slice(0, 12).map(formatDuration).join(", ")}${delaysMs.length > 12 ? ", …" : ""}.`}
    </p>
  );
};

const Assumed = ({ assumed }: { readonly assumed: readonly string[] }) =>
  assumed.length === 0 ? null : (
    <details class="assumed small">
      <summary>Assumed here: the platform does not document it</summary>
      <ul class="soft">
        {assumed.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </details>
  );

const Until = ({ at }: { readonly at: string }) => {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const remainingMs = Date.parse(at) - now;
  return (
    <b>
      {remainingMs > 0
        ? `in ${formatDuration(Math.ceil(remainingMs / 1000) * 1000)}`
        : `at ${clock(at)}, which has passed`}
    </b>
  );
};
