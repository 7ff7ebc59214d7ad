import type { Delivery } from "../../delivery/types.ts";
import type { Attempt, Timings } from "../../request/attempt.ts";
import type { Trouble } from "../../providers/profile.ts";
import type { SentExchange } from "../../http/types.ts";
import { formatDuration } from "../../values/duration.ts";
import { bodyPreview } from "../../cli/body-preview.ts";
import type { Paint, SafeText } from "../../cli/paint.ts";
import { sideBySide, columns, hangingIndent } from "../../cli/wrap.ts";
import { pluralize } from "../../values/count.ts";
import type { Infer } from "../../values/infer.ts";
import type { ChallengeEvent } from "./challenge.ts";
import type { sendSummaryLine } from "./schema.ts";

type SendSummary = Infer<typeof sendSummaryLine>;

/** The events that `send` emits. */
export type SendEvent =
  | {
      readonly type: "start";
      readonly provider: string;
      readonly url: string;
      readonly eventId: string;
      readonly eventType: string | null;
      readonly insecure: boolean;
    }
  | {
      readonly type: "attempt";
      readonly attempt: Attempt;
      readonly head: string;
      readonly response: Pick<SentExchange, "protocol" | "statusText" | "headers"> & { readonly body: string };
      readonly retrying: boolean;
    }
  | { readonly type: "waiting"; readonly delayMs: number; readonly waitMs: number; readonly next: number }
  | {
      readonly type: "delivery";
      readonly delivery: Delivery;
      /** What `--expect` asks for, if the delivery ended that way. */
      readonly expected: string | null;
      /** How the request was tampered with, if the receiver rejected it. */
      readonly rejected: string | null;
      readonly trouble: readonly Trouble[];
      /** The command that tests the receiver's verification, where that may be why it rejected the request. */
      readonly check: string | null;
    }
  /** When sending many events: only failed ones are shown, with the reason, because their attempts aren't. */
  | { readonly type: "deliveries"; readonly deliveries: readonly Delivery[]; readonly failed: readonly Delivery[] }
  | SendSummary
  | ChallengeEvent
  /** The entries added to the dead-letter queue, and the command that replays them. */
  | { readonly type: "kept"; readonly ids: readonly string[]; readonly replay: string };

/** One event of `send` as text. */
export const sendView = (event: SendEvent, paint: Paint): string | undefined => {
  const isResult =
    event.type === "delivery" || event.type === "deliveries" || event.type === "summary" || event.type === "challenge";
  if (paint.verbosity === "line" && !isResult) return undefined;
  switch (event.type) {
    case "start":
      return startView(event, paint);
    case "attempt":
      return attemptView(event, paint);
    case "waiting":
      return paint`  ${paint.dim(`attempt ${event.next} follows after ${formatDuration(event.delayMs)}${event.waitMs === event.delayMs ? "" : ` (here ${formatDuration(event.waitMs)})`}`)}`;
    case "delivery":
      return deliveryView(event, paint);
    case "deliveries":
      return event.failed.length === 0
        ? undefined
        : event.failed.map((one) => deliveredView(one, `: ${one.reason}`, paint)).join("\n");
    case "summary":
      return summaryView(event, paint);
    case "challenge":
      return challengeView(event, paint);
    case "kept":
      return keptView(event.ids, event.replay, paint);
  }
};

/** The event and its destination; a long URL gets its own line. */
const startView = (event: Extract<SendEvent, { type: "start" }>, paint: Paint): string => {
  const what = paint`${paint.bold(event.eventType ?? "event")} ${event.eventId}`;
  const where = paint`${paint.mark.arrow} ${event.url}${event.insecure ? paint.warn("  TLS not verified") : ""}`;
  return columns(what) + 1 + columns(where) <= paint.width ? `${what} ${where}` : `${what}\n  ${where}`;
};

const challengeView = (event: ChallengeEvent, paint: Paint): string => {
  const { name, method, url, status, right, problem } = event;
  const said = status === null ? "no response" : String(status);
  const time = paint.dim(formatDuration(event.durationMs));
  return right
    ? paint`${paint.good(paint.mark.yes)} ${paint.bold(name)}  ${method} ${url}  ${said}, the correct response ${time}`
    : paint`${paint.bad(paint.mark.no)} ${paint.bold(name)}  ${method} ${url}  ${said} ${time}\n  ${paint.block(hangingIndent(problem ?? "", paint.width, 2))}`;
};

const keptView = (ids: readonly string[], replay: string, paint: Paint): string => {
  const where = ids.length === 1 ? `in the DLQ as ${ids[0]}` : `${ids.length} events in the DLQ`;
  // The command has its own line, so that it can be copied whole.
  return paint`  ${where}; retry ${ids.length === 1 ? "it" : "them"} with\n    ${paint.dim(replay)}`;
};

const outcomeMark = (outcome: Attempt["outcome"], paint: Paint): SafeText =>
  outcome === "delivered"
    ? paint.good(paint.mark.yes)
    : outcome === "terminal"
      ? paint.bad(paint.mark.no)
      : paint.warn(paint.mark.warn);

const attemptView = (
  { attempt, head, response, retrying }: Extract<SendEvent, { type: "attempt" }>,
  paint: Paint,
): string => {
  const { status, error } = attempt;
  // A status with an error means that the response was cut off.
  const what = [...(status === null ? [] : [String(status)]), ...(error === null ? [] : [error.message])].join(", ");
  const next =
    attempt.nextDelayMs === null || retrying
      ? ""
      : `; the platform would try again after ${formatDuration(attempt.nextDelayMs)}`;
  const said = paint`  ${outcomeMark(attempt.outcome, paint)} attempt ${attempt.number}  ${paint.bold(what)}`;
  const lines = [
    sideBySide(said, timingText(attempt.timings), paint.width, 6),
    paint`      ${paint.block(hangingIndent(`${attempt.reason}${next}`, paint.width, 6))}`,
  ];
  if (paint.verbosity === "all")
    lines.push(
      ...head
        .trimEnd()
        .split("\r\n")
        .map((line) => paint`      > ${line}`),
      ...(status === null
        ? []
        : [paint`      < ${[response.protocol, status, response.statusText].join(" ").trimEnd()}`]),
      ...response.headers.map(([name, value]) => paint`      < ${paint.dim(`${name}:`)} ${value}`),
    );
  if (response.body.trim() !== "")
    lines.push(...bodyPreview(response.body.trim(), paint).map((line) => paint`      | ${paint.markSafe(line)}`));
  return lines.join("\n");
};

/** The phases that took place, such as `dns 1ms, connect 0.3ms, tls 4ms, first byte 12ms, total 13ms`. */
export const timingText = (timings: Timings): string =>
  [
    ["dns", timings.dnsMs],
    ["connect", timings.connectMs],
    ["tls", timings.tlsMs],
    ["first byte", timings.firstByteMs],
    ["total", timings.totalMs],
  ]
    .flatMap(([name, ms]) => (typeof ms === "number" ? [`${name} ${formatDuration(ms)}`] : []))
    .join(", ");

const deliveredView = (delivery: Delivery, reason: string, paint: Paint): string => {
  const tries = pluralize(delivery.attempts.length, "attempt");
  const word =
    delivery.outcome === "delivered"
      ? paint.good("delivered")
      : delivery.outcome === "terminal"
        ? paint.bad("not delivered")
        : paint.warn("not delivered yet");
  return paint`${outcomeMark(delivery.outcome, paint)} ${word} ${paint.dim(`${delivery.eventId}, ${tries}`)}${reason}`;
};

const deliveryView = (
  { delivery, expected, rejected, trouble, check }: Extract<SendEvent, { type: "delivery" }>,
  paint: Paint,
): string => {
  if (expected !== null && delivery.outcome !== "delivered") {
    const last = delivery.attempts.at(-1);
    const what = last?.error?.message ?? last?.status ?? "no response";
    return paint`${paint.good(paint.mark.yes)} ${paint.good(String(what))}, as --expect ${expected} asks  ${paint.dim(`${delivery.eventId}, ${pluralize(delivery.attempts.length, "attempt")}`)}`;
  }
  // With --quiet the attempts, which show the reason, are omitted.
  if (paint.verbosity === "line")
    return deliveredView(delivery, delivery.outcome === "delivered" ? "" : `: ${delivery.reason}`, paint);
  return [
    deliveredView(delivery, "", paint),
    ...(rejected === null
      ? []
      : [
          paint`  ${paint.block(hangingIndent(`The receiver is right to reject it (--tamper ${rejected}); add --expect 4xx to exit 0 in this case.`, paint.width, 2))}`,
        ]),
    ...trouble.flatMap((row) => [
      paint`  ${paint.accent("cause:")} ${paint.block(hangingIndent(row.cause, paint.width, 9))}`,
      paint`  ${paint.accent("next:")}  ${paint.block(hangingIndent(row.next, paint.width, 9))}`,
    ]),
    // A line of its own, so that it can be copied whole.
    ...(check === null ? [] : [paint`  test the receiver's verification with\n    ${paint.dim(check)}`]),
  ].join("\n");
};

/** From how many deliveries on a histogram shows more than the percentiles. */
const manyEvents = 20;

const summaryView = (summary: SendSummary, paint: Paint): string => {
  const failed = summary.retryable + summary.terminal;
  const head = paint`${summary.unexpected + summary.interrupted + summary.unsent === 0 ? paint.good(paint.mark.yes) : paint.bad(paint.mark.no)} ${summary.delivered} delivered, ${failed} failed in ${formatDuration(summary.seconds * 1000)} (${summary.perSecond}/s)${summary.interrupted > 0 ? `, ${summary.interrupted} interrupted` : ""}${summary.unsent > 0 ? `, ${summary.unsent} not sent` : ""}`;
  if (paint.verbosity === "line") return head;
  if (summary.latency === null) return head;
  const { p50, p90, p99, max, histogram } = summary.latency;
  const most = Math.max(1, ...histogram.map(({ count }) => count));
  const bar = paint.unicode ? "█" : "#";
  const room = Math.min(40, paint.width - 28);
  return [
    head,
    paint`  latency  p50 ${formatDuration(p50)}  p90 ${formatDuration(p90)}  p99 ${formatDuration(p99)}  max ${formatDuration(max)}`,
    ...(histogram.reduce((sum, { count }) => sum + count, 0) < manyEvents ? [] : histogram).map(
      ({ toMs, count }) =>
        paint`  ${paint.dim(`≤ ${formatDuration(toMs)}`.padStart(10))} ${paint.accent(bar.repeat(Math.ceil((count / most) * room)))} ${count}`,
    ),
  ].join("\n");
};
