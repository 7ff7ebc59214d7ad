import { isoInstant } from "../values/instant.ts";
import type { Row, Stats } from "./types.ts";

type Bucket = Stats["buckets"][number];
type Times = Stats["times"];

const maxBuckets = 1000;
const maxTypes = 100;
/** Round bucket widths, in milliseconds. */
const widths = [1000, 5000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000] as const;
/** Lower bounds of the response time ranges, in milliseconds. */
const steps = [0, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000] as const;

/**
 * Counts and response times of requests.
 * @param bucketMs the width of a bucket; by default, one that gives up to sixty buckets
 */
export const statsOf = (rows: readonly Row[], bucketMs: number | undefined): Stats => {
  const instants = rows.map(({ at }) => Date.parse(at)).filter((at) => !Number.isNaN(at));
  const [first, last] = rangeOf(instants);
  const width = widthFor(last - first, bucketMs);
  return {
    bucketMs: width,
    buckets: bucketsOf(rows, first, last, width),
    totals: {
      requests: rows.length,
      valid: rows.filter(({ verdict }) => verdict.state === "valid").length,
      invalid: rows.filter(isInvalid).length,
      failed: rows.filter(hasFailed).length,
    },
    times: timesOf(rows),
    distribution: distributionOf(rows),
    types: typesOf(rows),
  };
};

const rangeOf = (instants: readonly number[]): readonly [number, number] => {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const at of instants) [first, last] = [Math.min(first, at), Math.max(last, at)];
  return instants.length === 0 ? [0, -1] : [first, last];
};

/** The requested width, or a wider one if that would give too many buckets. */
const widthFor = (span: number, asked: number | undefined): number => {
  const least = Math.max(asked ?? span / 60, (span + 1) / (maxBuckets - 1));
  return asked !== undefined && asked >= least ? asked : (widths.find((width) => width >= least) ?? Math.ceil(least));
};

const bucketsOf = (rows: readonly Row[], first: number, last: number, width: number): readonly Bucket[] => {
  const start = Math.floor(first / width);
  const counts = Array.from({ length: last < first ? 0 : Math.floor(last / width) - start + 1 }, () => ({
    requests: 0,
    invalid: 0,
    failed: 0,
    classes: { "2xx": 0, "3xx": 0, "4xx": 0, "5xx": 0, none: 0 },
  }));
  for (const row of rows) {
    const bucket = counts[Math.floor(Date.parse(row.at) / width) - start];
    if (bucket === undefined) continue;
    bucket.requests++;
    if (isInvalid(row)) bucket.invalid++;
    if (hasFailed(row)) bucket.failed++;
    bucket.classes[classOf(row.status)]++;
  }
  return counts.map((count, at) => ({ at: isoInstant((start + at) * width), ...count }));
};

const classOf = (status: number | null): keyof Bucket["classes"] =>
  status === null || status < 200 || status > 599
    ? "none"
    : status < 300
      ? "2xx"
      : status < 400
        ? "3xx"
        : status < 500
          ? "4xx"
          : "5xx";

const isInvalid = ({ verdict }: Row): boolean => verdict.state === "invalid";

const hasFailed = ({ pending, kind, status }: Row): boolean =>
  !pending && kind !== null && (status === null || status < 200 || status > 299);

const durationsOf = (rows: readonly Row[]): readonly number[] =>
  rows.flatMap(({ durationMs, status }) => (durationMs === null || status === null ? [] : [durationMs]));

const timesOf = (rows: readonly Row[]): Times => {
  const sorted = durationsOf(rows).toSorted((a, b) => a - b);
  const at = (share: number): number | null => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? null };
};

const distributionOf = (rows: readonly Row[]): Stats["distribution"] => {
  const counts = steps.map(() => 0);
  for (const duration of durationsOf(rows)) {
    const at = steps.findLastIndex((step) => duration >= step);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return steps.map((fromMs, at) => ({ fromMs, toMs: steps[at + 1] ?? null, count: counts[at] ?? 0 }));
};

const typesOf = (rows: readonly Row[]): Stats["types"] => {
  const byType = new Map<string, Row[]>();
  for (const row of rows) {
    const type = row.eventType ?? "(none)";
    const existing = byType.get(type);
    if (existing === undefined) byType.set(type, [row]);
    else existing.push(row);
  }
  return [...byType]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, maxTypes)
    .map(([type, its]) => ({
      type,
      requests: its.length,
      invalid: its.filter(isInvalid).length,
      failed: its.filter(hasFailed).length,
      times: timesOf(its),
    }));
};
