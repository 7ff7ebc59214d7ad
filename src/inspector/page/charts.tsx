import { useEffect, useRef, useState } from "preact/hooks";
import { formatDuration } from "../../values/duration.ts";
import type { Stats } from "../types.ts";
import { api, errorText } from "./api.ts";
import { clock, count } from "./bits.tsx";
import type { Tone } from "./bits.tsx";
import { listing } from "./store.ts";

const minute = 60_000;

/** Requests over time, how long responses took, and both for each event type. */
export const ChartsView = () => {
  const [stats, setStats] = useState<Stats | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const changes = listing.value;
  useEffect(() => {
    let isCurrent = true;
    // Debounced, so that many arrivals cause one API call.
    const load = (): void => {
      api.stats(minute).then(
        (result) => {
          if (isCurrent) setStats(result);
        },
        (error: unknown) => {
          if (isCurrent) setFailure(errorText(error));
        },
      );
    };
    const timer = setTimeout(load, stats === null ? 0 : 500);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [changes]);
  if (stats === null) return <p class="hush">{failure ?? "Loading…"}</p>;
  const { totals, times } = stats;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Charts">
      <div class="charts">
        <section class="card" aria-label="Totals">
          <dl class="numbers">
            <Figure name="Requests" value={totals.requests.toLocaleString("en")} />
            <Figure
              name="Invalid"
              value={totals.invalid.toLocaleString("en")}
              tone={totals.invalid > 0 ? "bad" : "plain"}
            />
            <Figure
              name="Failed (no 2xx)"
              value={totals.failed.toLocaleString("en")}
              tone={totals.failed > 0 ? "bad" : "plain"}
            />
            <Figure name="p50" value={ms(times.p50)} />
            <Figure name="p95" value={ms(times.p95)} />
            <Figure name="p99" value={ms(times.p99)} />
          </dl>
        </section>
        <section class="card">
          <h2>
            {stats.bucketMs === minute ? "Requests per minute" : `Requests every ${formatDuration(stats.bucketMs)}`}
          </h2>
          <OverTime stats={stats} />
        </section>
        <section class="card half">
          <h2>Response times</h2>
          <Distribution stats={stats} />
        </section>
        <section class="card half">
          <h2>By event type</h2>
          <Types stats={stats} />
        </section>
      </div>
    </div>
  );
};

const ms = (value: number | null): string => (value === null ? "–" : formatDuration(value));

const Figure = ({ name, value, tone }: { readonly name: string; readonly value: string; readonly tone?: Tone }) => (
  <div>
    <dt>{name}</dt>
    <dd class={tone === "bad" ? "bad tone" : ""}>{value}</dd>
  </div>
);

interface Bar {
  readonly label: string;
  readonly title: string;
  readonly stack: readonly { readonly tone: string; readonly value: number }[];
}

const classes = [
  ["2xx", "good", "2xx"],
  ["3xx", "accent", "3xx"],
  ["4xx", "warn", "4xx"],
  ["5xx", "bad", "5xx"],
  ["none", "plain", "no status"],
] as const;

const maxBars = 120;
/** Gives a run that has just begun a full-width axis. */
const minBars = 30;

const emptyBefore = ({ buckets, bucketMs }: Stats): Stats["buckets"] => {
  const first = Date.parse(buckets[0]?.at ?? "");
  if (Number.isNaN(first)) return [];
  const missing = Math.max(0, minBars - buckets.length);
  return Array.from({ length: missing }, (_, index) => ({
    at: new Date(first - (missing - index) * bucketMs).toISOString(),
    requests: 0,
    invalid: 0,
    failed: 0,
    classes: { "2xx": 0, "3xx": 0, "4xx": 0, "5xx": 0, none: 0 },
  }));
};

const OverTime = ({ stats }: { readonly stats: Stats }) => {
  const { buckets } = stats;
  const visible = [...emptyBefore(stats), ...buckets].slice(-maxBars);
  const used = classes.filter(([name]) => visible.some((bucket) => bucket.classes[name] > 0));
  const bars = visible.map((bucket): Bar => ({
    label: clock(bucket.at).slice(0, 5),
    title: `${clock(bucket.at).slice(0, 5)}: ${count(bucket.requests, "request")}, ${bucket.failed} without a 2xx`,
    stack: classes.map(([name, tone]) => ({ tone, value: bucket.classes[name] })),
  }));
  return (
    <figure>
      <Bars bars={bars} name={`Requests in each of the last ${visible.length} intervals, by response class`} />
      <ul class="legend">
        {used.map(([name, tone, text]) => (
          <li key={name} class={tone}>
            <span class="swatch" />
            {text}
          </li>
        ))}
        {buckets.length > maxBars ? (
          <li>
            the last {maxBars} of {buckets.length}
          </li>
        ) : null}
      </ul>
    </figure>
  );
};

const Distribution = ({ stats: { distribution, times } }: { readonly stats: Stats }) => {
  const last = distribution.findLastIndex((one) => one.count > 0);
  const first = distribution.findIndex((one) => one.count > 0);
  if (first < 0) return <p class="soft">No response yet.</p>;
  const bars = distribution.slice(Math.max(0, first - 1), last + 2).map(({ fromMs, toMs, count: number }): Bar => ({
    label: toMs === null ? `> ${formatDuration(fromMs)}` : `≤ ${formatDuration(toMs)}`,
    title: `${toMs === null ? `more than ${formatDuration(fromMs)}` : `${formatDuration(fromMs)} to ${formatDuration(toMs)}`}: ${count(number, "response")}`,
    stack: [{ tone: "accent", value: number }],
  }));
  return (
    <figure>
      <Bars
        bars={bars}
        name={`Response times of ${count(times.count, "response")}: half within ${ms(times.p50)}, 95% within ${ms(times.p95)}, 99% within ${ms(times.p99)}`}
      />
      <ul class="legend">
        <li>{count(times.count, "response")}</li>
        <li>slowest {ms(times.max)}</li>
      </ul>
    </figure>
  );
};

const height = 220;
const edge = { left: 40, bottom: 24, top: 8 };

/** Stacked bars that fill the available width. */
const Bars = ({ bars, name }: { readonly bars: readonly Bar[]; readonly name: string }) => {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.max(200, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const most = Math.max(1, ...bars.map(({ stack }) => sum(stack)));
  const ticks = ticksTo(most);
  const top = ticks.at(-1) ?? most;
  const inner = height - edge.top - edge.bottom;
  const y = (value: number): number => edge.top + inner - (value / top) * inner;
  const room = (width - edge.left) / Math.max(1, bars.length);
  const thick = Math.max(1, Math.min(40, room * 0.72));
  const every = Math.max(1, Math.ceil((bars.length * 56) / (width - edge.left)));
  return (
    <div ref={box}>
      <svg class="chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={name}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={edge.left} x2={width} y1={y(tick)} y2={y(tick)} />
            <text x={edge.left - 8} y={y(tick) + 4} text-anchor="end">
              {tick.toLocaleString("en")}
            </text>
          </g>
        ))}
        {bars.map(({ label, title, stack }, index) => {
          const middle = edge.left + room * (index + 0.5);
          let base = 0;
          return (
            <g key={index}>
              <title>{title}</title>
              <rect class="catch" x={middle - room / 2} y={edge.top} width={room} height={inner} />
              {stack.map(({ tone, value }) => {
                if (value === 0) return null;
                const bottom = base;
                base += value;
                const tall = Math.max(1, y(bottom) - y(base));
                return (
                  <rect
                    key={tone}
                    class={tone}
                    x={middle - thick / 2}
                    y={y(base)}
                    width={thick}
                    height={tall}
                    rx={Math.min(2, thick / 4)}
                  />
                );
              })}
              {(bars.length - 1 - index) % every === 0 ? (
                <text x={middle} y={height - 6} text-anchor="middle">
                  {label}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
    </div>
  );
};

const sum = (stack: Bar["stack"]): number => stack.reduce((all, { value }) => all + value, 0);

/** About four round numbers, from 0 to at least `most`. */
const ticksTo = (most: number): readonly number[] => {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
};

const Types = ({ stats: { types } }: { readonly stats: Stats }) => (
  <div class="wide-table">
    <table class="types">
      <thead>
        <tr>
          <th scope="col">Type</th>
          <th scope="col">Requests</th>
          <th scope="col">Invalid</th>
          <th scope="col">Failed</th>
          <th scope="col">p50</th>
          <th scope="col">p95</th>
        </tr>
      </thead>
      <tbody>
        {types.map(({ type, requests, invalid, failed, times }) => (
          <tr key={type}>
            <th scope="row">
              <bdi>{type}</bdi>
            </th>
            <td>{requests.toLocaleString("en")}</td>
            <td class={invalid > 0 ? "bad tone" : "soft"}>{invalid.toLocaleString("en")}</td>
            <td class={failed > 0 ? "bad tone" : "soft"}>{failed.toLocaleString("en")}</td>
            <td>{ms(times.p50)}</td>
            <td>{ms(times.p95)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
