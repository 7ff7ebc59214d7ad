import { formatDuration } from "../../values/duration.ts";
import { isoInstant } from "../../values/instant.ts";
import { hasFailed } from "../attempts.ts";
import type { Deploy } from "../deploys.ts";
import type { SeenAttempt } from "../types.ts";
import { plainSafe } from "./safe.ts";

/** An event on the timeline, ready to draw. */
interface Mark {
  readonly at: number;
  readonly kind: "attempt" | "change";
  readonly tone: "good" | "bad" | "warn" | "dim" | "change";
  /** `401`, `timeout`, `v1.4.2`. */
  readonly label: string;
  /** `attempt 1`, `deploy`. */
  readonly what: string;
}

const maxAttempts = 10;
const maxChanges = 4;

/**
 * The timeline as two SVGs of the same marks: horizontal for wide pages and print, vertical for narrow ones. Empty if
 * nothing happened.
 */
export const timelineSvg = (attempts: readonly SeenAttempt[], deploys: readonly Deploy[]): string => {
  const marks = marksOf(attempts, deploys);
  return marks.length === 0 ? "" : across(marks) + down(marks);
};

const marksOf = (attempts: readonly SeenAttempt[], deploys: readonly Deploy[]): readonly Mark[] => {
  const picked =
    attempts.length > maxAttempts ? [...attempts.slice(0, 4), ...attempts.slice(-(maxAttempts - 4))] : attempts;
  const until = attempts.at(-1)?.at ?? Number.POSITIVE_INFINITY;
  const changes = deploys
    .filter(({ at }) => at <= until)
    .toSorted((a, b) => rank(a) - rank(b) || b.at - a.at)
    .slice(0, maxChanges);
  return [
    ...picked.map((one, index): Mark => ({
      at: one.at,
      kind: "attempt",
      tone: toneOf(one),
      label: one.status === null ? (one.error === null ? "?" : one.error.kind) : String(one.status),
      what: one.basis === "record" ? `attempt ${one.number ?? index + 1}` : "in the log",
    })),
    ...changes.map(({ at, kind, name }): Mark => ({
      at,
      kind: "change",
      tone: "change",
      label: name === "" ? kind : name,
      what: kind,
    })),
  ].toSorted((a, b) => a.at - b.at);
};

/** If there are too many changes, prefer those that reach production. */
const rank = ({ kind }: Deploy): number => (kind === "deploy" || kind === "tag" ? 0 : kind === "merge" ? 1 : 2);

const toneOf = (attempt: SeenAttempt): Mark["tone"] => {
  const failed = hasFailed(attempt);
  return failed === null ? "dim" : !failed ? "good" : attempt.outcome === "retryable" ? "warn" : "bad";
};

/** Gaps grow with the logarithm of the wait, so that 5 seconds and 2 days are both readable. */
const gapsOf = (marks: readonly Mark[], least: number, room: number): readonly number[] => {
  const weights = marks.slice(1).map((mark, index) => Math.log2(2 + (mark.at - (marks[index]?.at ?? mark.at)) / 1000));
  const sum = weights.reduce((a, b) => a + b, 0);
  const spare = Math.max(0, room - least * weights.length);
  return weights.map((weight) => least + (sum === 0 ? 0 : (spare * weight) / sum));
};

const width = 960;
const edge = 62;

const across = (marks: readonly Mark[]): string => {
  const gaps = gapsOf(marks, Math.min(84, (width - 2 * edge) / Math.max(1, marks.length - 1)), width - 2 * edge);
  const xs = positions(gaps, marks.length === 1 ? width / 2 : edge);
  const y = 46;
  const narrow = gaps.length > 0 && Math.min(...gaps) < 64;
  return [
    `<svg class="timeline wide" viewBox="0 0 ${width} 104" role="img" aria-label="${plainSafe(describeMarks(marks), 2000)}">`,
    `<line class="axis" x1="${edge - 40}" y1="${y}" x2="${width - edge + 40}" y2="${y}"/>`,
    ...marks.slice(1).map((mark, index) => {
      const middle = ((xs[index] ?? 0) + (xs[index + 1] ?? 0)) / 2;
      const wait = waitOf(marks[index], mark);
      const half = wait.length * 3.6 + 5;
      return `<g class="wait"><rect x="${round(middle - half)}" y="${y - 9}" width="${round(half * 2)}" height="18" rx="9"/><text x="${round(middle)}" y="${y + 4}">${plainSafe(wait, 12)}</text></g>`;
    }),
    ...marks.map((mark, index) => {
      const x = xs[index] ?? 0;
      return `<g class="mark ${mark.tone}">${shape(mark, x, y)}<text class="label" x="${round(x)}" y="${y - 24}">${plainSafe(mark.label, 12)}</text><text class="what" x="${round(x)}" y="${y + 33}">${plainSafe(narrow ? mark.what.replace("attempt ", "#") : mark.what, 14)}</text><text class="when" x="${round(x)}" y="${y + 50}">${when(marks, index, narrow)}</text></g>`;
    }),
    "</svg>",
  ].join("");
};

const down = (marks: readonly Mark[]): string => {
  const gaps = gapsOf(marks, 58, 58 * (marks.length - 1));
  const ys = positions(gaps, 26);
  const height = (ys.at(-1) ?? 26) + 34;
  const x = 22;
  return [
    `<svg class="timeline narrow" viewBox="0 0 340 ${round(height)}" role="img" aria-label="${plainSafe(describeMarks(marks), 2000)}">`,
    `<line class="axis" x1="${x}" y1="8" x2="${x}" y2="${round(height - 8)}"/>`,
    ...marks.slice(1).map((mark, index) => {
      const middle = ((ys[index] ?? 0) + (ys[index + 1] ?? 0)) / 2;
      const wait = waitOf(marks[index], mark);
      return `<g class="wait start"><text x="${x + 24}" y="${round(middle + 4)}">${plainSafe(wait, 12)} later</text></g>`;
    }),
    ...marks.map((mark, index) => {
      const y = ys[index] ?? 0;
      return `<g class="mark start ${mark.tone}">${shape(mark, x, y)}<text class="label" x="${x + 24}" y="${round(y + 5)}">${plainSafe(mark.label, 12)}</text><text class="what" x="${x + 112}" y="${round(y + 5)}">${plainSafe(mark.what, 12)}</text><text class="when" x="${x + 192}" y="${round(y + 5)}">${when(marks, index, false)}</text></g>`;
    }),
    "</svg>",
  ].join("");
};

const positions = (gaps: readonly number[], start: number): readonly number[] => {
  const at = [start];
  for (const gap of gaps) at.push((at.at(-1) ?? start) + gap);
  return at;
};

const shape = ({ kind, tone }: Mark, x: number, y: number): string => {
  if (kind === "change") return `<path d="M${round(x)} ${round(y - 11)}l11 11l-11 11l-11 -11z"/>`;
  const sign =
    tone === "good"
      ? `<path class="sign" d="M${round(x - 4.5)} ${round(y)}l3 3.5l6 -7"/>`
      : tone === "dim"
        ? ""
        : `<path class="sign" d="M${round(x - 4)} ${round(y - 4)}l8 8m0 -8l-8 8"/>`;
  return `<circle cx="${round(x)}" cy="${round(y)}" r="11"/>${sign}`;
};

const waitOf = (before: Mark | undefined, after: Mark): string =>
  `+${formatDuration(after.at - (before?.at ?? after.at))}`;

/** The time of a mark, with the day if it differs from that of the previous mark. */
const when = (marks: readonly Mark[], index: number, short: boolean): string => {
  const text = isoInstant(marks[index]?.at ?? 0);
  const day = text.slice(5, 10);
  const before = marks[index - 1];
  const sameDay = before !== undefined && isoInstant(before.at).slice(0, 10) === text.slice(0, 10);
  return sameDay || short ? text.slice(11, 19) : `${day} ${text.slice(11, 16)}`;
};

const describeMarks = (marks: readonly Mark[]): string =>
  marks.map(({ at, what, label }) => `${isoInstant(at)} ${what}: ${label}`).join("; ");

const round = (value: number): number => Math.round(value * 10) / 10;
