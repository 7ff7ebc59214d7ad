import type { DlqStats } from "../../dlq/dlq.ts";
import { responseLabel } from "../../dlq/filter.ts";
import { formatDuration } from "../../values/duration.ts";
import { formatSize } from "../../values/size.ts";
import { timingText } from "../send/view.ts";
import type { Attempt } from "../../request/attempt.ts";
import { decodeBytes } from "../../request/request.ts";
import { bodyPreview } from "../../cli/body-preview.ts";
import type { Paint } from "../../cli/paint.ts";
import { sideBySide, hangingIndent } from "../../cli/wrap.ts";
import { pluralize } from "../../values/count.ts";
import type { Infer } from "../../values/infer.ts";
import type { dlqListLine, dlqShowOutput } from "./schema.ts";

export type ListedEntry = Infer<typeof dlqListLine>;
export type EntryDetail = Infer<typeof dlqShowOutput>;

/** An entry on two lines, or more on narrow terminals: what it is, then its outcome. */
export const listedView = (entry: ListedEntry, paint: Paint): string => {
  const type = entry.eventType ?? "unknown type";
  const time = entry.failedAt.slice(0, 19).replace("T", " ");
  const fits = [entry.id, time, responseLabel(entry), type].join("  ").length <= paint.width;
  const rest = [
    ...(fits ? [] : [type]),
    entry.eventId ?? "no event id",
    ...(entry.attempts === 0 ? [] : [pluralize(entry.attempts, "attempt")]),
    ...(entry.receiveCount === undefined ? [] : [`received ${entry.receiveCount}×`]),
    entry.reason,
  ].join(", ");
  return [
    paint`${paint.bold(entry.id)}  ${paint.dim(time)}  ${paint.bad(responseLabel(entry))}${fits ? `  ${type}` : ""}`,
    paint`  ${paint.dim(paint.block(hangingIndent(rest, paint.width, 2)))}`,
  ].join("\n");
};

/** A full entry: attempts, then the request as sent. */
export const entryView = (entry: EntryDetail, paint: Paint): string =>
  [
    listedView(entry, paint),
    ...(entry.url === null ? [] : [paint`  endpoint ${entry.url}`]),
    ...(entry.tried.length === 0 ? [] : [""]),
    ...entry.tried.map((one) => triedView(one, paint)),
    "",
    paint`  ${entry.request.method} ${entry.request.target}`,
    ...entry.request.headers.map(([name, value]) => paint`  ${paint.dim(`${name}:`)} ${value}`),
    "",
    ...bodyPreview(decodeBytes(entry.request.body).toString("utf8"), paint).map((line) => `  ${line}`),
  ].join("\n");

const triedView = (one: Attempt, paint: Paint): string => {
  const response = one.status === null ? (one.error?.message ?? "no response") : String(one.status);
  const line = paint`  attempt ${one.number}  ${one.startedAt}  ${response}`;
  return sideBySide(line, paint`${paint.dim(timingText(one.timings))}`, paint.width, 4);
};

/** The maximum number of rows per group; the rest is shown as a count. */
const maxRows = 24;

/** Totals, and a bar for each type, status and provider. */
export const statsView = (stats: DlqStats, paint: Paint): string => {
  const time = (ms: number | null): string =>
    ms === null ? "–" : new Date(ms).toISOString().slice(0, 19).replace("T", " ");
  const group = (name: string, entries: readonly (readonly [key: string, count: number])[]): readonly string[] => {
    const width = Math.min(34, Math.max(0, ...entries.map(([key]) => key.length)));
    const most = Math.max(1, ...entries.map(([, count]) => count));
    const bar = paint.unicode ? "█" : "#";
    const room = Math.max(5, paint.width - width - 16);
    return [
      "",
      paint`${paint.bold(name)}`,
      ...entries
        .slice(0, maxRows)
        .map(
          ([key, count]) =>
            paint`  ${key.padEnd(width)} ${paint.accent(bar.repeat(Math.max(1, Math.round((count / most) * Math.min(30, room)))))} ${count}`,
        ),
      ...(entries.length > maxRows ? [paint`  ${paint.dim(`and ${entries.length - maxRows} more`)}`] : []),
    ];
  };
  // SQS and RabbitMQ only report the total.
  const isCounted = stats.total === 0 || Object.keys(stats.byType).length > 0;
  return [
    paint`${paint.bold(stats.total)} ${stats.total === 1 ? "event" : "events"}${isCounted ? `, ${formatSize(stats.bytes)} of bodies` : ""}${stats.claimed > 0 ? `, ${stats.claimed} being replayed` : ""}`,
    ...(stats.total === 0 || !isCounted
      ? []
      : [
          paint`${paint.dim(`from ${time(stats.oldest)} to ${time(stats.newest)} UTC`)}`,
          ...group("by type", largestFirst(stats.byType)),
          ...group("by status", largestFirst(stats.byStatus)),
          ...group("by provider", largestFirst(stats.byProvider)),
          // A single row would repeat the total.
          ...(stats.byTime.length < 2 ? [] : group(timeHeading(stats.byTime), stats.byTime.map(timeRow))),
        ]),
  ].join("\n");
};

const largestFirst = (counts: Readonly<Record<string, number>>): readonly (readonly [string, number])[] =>
  Object.entries(counts).toSorted(([, a], [, b]) => b - a);

const timeHeading = ([first]: DlqStats["byTime"]): string =>
  `by time (UTC)${first === undefined ? "" : `, steps of ${formatDuration(first.to - first.from)}`}`;

const timeRow = ({ from, count }: DlqStats["byTime"][number]): readonly [string, number] => [
  new Date(from).toISOString().slice(0, 16).replace("T", " "),
  count,
];
