import type { DlqStats } from "../../dlq/dlq.ts";
import { answerOf } from "../../dlq/filter.ts";
import { formatSize } from "../../values/size.ts";
import { timingText } from "./send.ts";
import type { Attempt } from "../../request/attempt.ts";
import { escapeBlock } from "../../values/escape.ts";
import type { EncodedBytes, HeaderPair } from "../../request/request.ts";
import { decodeBytes } from "../../request/request.ts";
import type { Paint } from "./paint.ts";
import { hang } from "./wrap.ts";
import { counted } from "../../values/count.ts";

export interface ListedEntry {
  readonly id: string;
  readonly eventId: string | null;
  readonly eventType: string | null;
  readonly provider: string | null;
  readonly url: string | null;
  readonly failedAt: string;
  readonly reason: string;
  readonly status: number | null;
  readonly attempts: number;
  readonly bytes: number;
  readonly receiveCount?: number;
}

/** A row an entry; two where the terminal is narrow. */
export const listedView = (entry: ListedEntry, paint: Paint): string => {
  const received = entry.receiveCount === undefined ? "" : ` received ${entry.receiveCount}×`;
  return [
    paint`${paint.bold(entry.id)}  ${paint.dim(entry.failedAt.slice(0, 19).replace("T", " "))}  ${paint.bad(answerOf(entry))}  ${entry.eventType ?? "unknown type"}${paint.dim(received)}`,
    paint`  ${paint.dim(paint.block(hang(`${entry.eventId ?? "no event id"}, ${entry.attempts === 0 ? "" : `${counted(entry.attempts, "attempt")}, `}${entry.reason}`, paint.width, 2)))}`,
  ].join("\n");
};

export interface ShownEntry extends ListedEntry {
  readonly request: {
    readonly method: string;
    readonly target: string;
    readonly headers: readonly HeaderPair[];
    readonly body: EncodedBytes;
  };
  readonly tried: readonly Attempt[];
}

/** One entry whole: attempts, then the request as it was sent. */
export const shownView = (entry: ShownEntry, paint: Paint): string =>
  [
    listedView(entry, paint),
    ...(entry.url === null ? [] : [paint`  endpoint ${entry.url}`]),
    ...(entry.tried.length === 0 ? [] : [""]),
    ...entry.tried.map(
      (one) =>
        paint`  attempt ${one.number}  ${one.startedAt}  ${one.status === null ? (one.error?.message ?? "no response") : one.status}  ${paint.dim(timingText(one.timings))}`,
    ),
    "",
    paint`  ${entry.request.method} ${entry.request.target}`,
    ...entry.request.headers.map(([name, value]) => paint`  ${paint.dim(`${name}:`)} ${value}`),
    "",
    paint`${paint.done(
      escapeBlock(decodeBytes(entry.request.body).subarray(0, 4000).toString("utf8"))
        .split("\n")
        .map((line) => `  ${line}`)
        .join("\n"),
    )}`,
  ].join("\n");

/** Totals, and a bar for each type, status and provider. */
export const statsView = (stats: DlqStats, paint: Paint): string => {
  const time = (ms: number | null): string =>
    ms === null ? "–" : new Date(ms).toISOString().slice(0, 19).replace("T", " ");
  const group = (name: string, counts: Readonly<Record<string, number>>): readonly string[] => {
    const entries = Object.entries(counts);
    const width = Math.min(34, Math.max(0, ...entries.map(([key]) => key.length)));
    const most = Math.max(1, ...entries.map(([, count]) => count));
    const bar = paint.unicode ? "█" : "#";
    const room = Math.max(5, paint.width - width - 16);
    return [
      "",
      paint`${paint.bold(name)}`,
      ...entries
        .slice(0, 20)
        .map(
          ([key, count]) =>
            paint`  ${key.padEnd(width)} ${paint.accent(bar.repeat(Math.max(1, Math.round((count / most) * Math.min(30, room)))))} ${count}`,
        ),
    ];
  };
  return [
    paint`${paint.bold(stats.total)} ${stats.total === 1 ? "event" : "events"}, ${formatSize(stats.bytes)} of bodies${stats.claimed > 0 ? `, ${stats.claimed} being replayed` : ""}`,
    ...(stats.total === 0
      ? []
      : [
          paint`${paint.dim(`from ${time(stats.oldest)} to ${time(stats.newest)} UTC`)}`,
          ...group("by type", stats.byType),
          ...group("by status", stats.byStatus),
          ...group("by provider", stats.byProvider),
        ]),
  ].join("\n");
};
