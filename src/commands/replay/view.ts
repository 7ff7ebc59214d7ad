import type { ReplayResult, ReplayResults, ReplaySummary } from "../../replay/replay.ts";
import { formatDuration } from "../../values/duration.ts";
import { escapeControls } from "../../values/escape.ts";
import type { Paint } from "../../cli/paint.ts";
import { hangingIndent } from "../../cli/wrap.ts";
import type { Infer } from "../../values/infer.ts";
import type { replayLine } from "./schema.ts";

/** An event that `--dry-run` would deliver. */
export type PlannedEvent = Infer<typeof replayLine> & { readonly type: "planned"; readonly outcome: "planned" };

/** One line for each event that wasn't delivered, and the summary. Delivered events only show in the progress. */
export const replayView = (event: ReplayResults | ReplaySummary | PlannedEvent, paint: Paint): string | undefined => {
  if (event.type === "summary") return summaryView(event, paint);
  if (event.type === "planned") return eventView(event, paint);
  const lines = event.results.map((one) => eventView(one, paint)).filter((line) => line !== undefined);
  return lines.length === 0 ? undefined : lines.join("\n");
};

/** Adds provider and recorded endpoint to an event, because all projects share the queue. */
const withOrigin = <E extends ReplayResult | PlannedEvent>(event: E): E => {
  if (!("provider" in event)) return event;
  const origin = [event.provider ?? "unknown provider", ...(event.url ? [event.url] : [])].join(" ");
  return { ...event, reason: `${origin}: ${event.reason}` };
};

const eventView = (given: ReplayResult | PlannedEvent, paint: Paint): string | undefined => {
  const event = withOrigin(given);
  const name = paint`${event.id}  ${paint.dim(event.eventId)}`;
  const fits = 2 + [event.id, event.eventId ?? "", event.reason].join("  ").length <= paint.width;
  const gap = paint.markSafe(fits ? "  " : "\n    ");
  const reason = paint.block(fits ? escapeControls(event.reason) : hangingIndent(event.reason, paint.width, 4));
  switch (event.outcome) {
    case "delivered":
    case "returned":
      return paint.verbosity === "all"
        ? paint`${paint.good(paint.mark.yes)} ${paint.markSafe(name)}${gap}${paint.dim(reason)}`
        : undefined;
    case "planned":
      return paint`${paint.mark.arrow} ${paint.markSafe(name)}${gap}${paint.dim(reason)}`;
    case "failed":
      return paint`${paint.bad(paint.mark.no)} ${paint.markSafe(name)}${gap}${reason}`;
    case "skipped":
      return paint`${paint.warn(paint.mark.skip)} ${paint.markSafe(name)}${gap}${reason}`;
  }
};

const summaryView = (summary: ReplaySummary, paint: Paint): string => {
  if (summary.stopped === "dry-run") {
    return paint`${summary.skipped} would be delivered, ${summary.left} in the queue; ${paint.dim("nothing was sent (--dry-run)")}`;
  }
  const seen = [summary.delivered, summary.failed, summary.skipped, summary.left, summary.returned, summary.unreadable];
  if (summary.stopped === null && seen.every((count) => count === 0))
    return paint`${paint.good(paint.mark.yes)} nothing to replay: no matching event`;
  const mark =
    summary.failed > 0 || summary.skipped > 0 || summary.unreadable > 0
      ? paint.bad(paint.mark.no)
      : summary.stopped === "interrupted"
        ? paint.warn(paint.mark.warn)
        : paint.good(paint.mark.yes);
  const why = {
    interrupted: "interrupted: rerun the command to continue",
    limit: "stopped at the limit",
    failures: "stopped: too many failures",
    "retry-after": "stopped: the endpoint asked to wait more than 10m (Retry-After)",
  };
  return [
    paint`${mark} ${summary.returned > 0 ? `${summary.returned} put back` : `${summary.delivered} delivered`}, ${summary.failed} failed, ${summary.skipped} skipped, ${summary.left} left${summary.unreadable > 0 ? `, ${summary.unreadable} unreadable` : ""}${summary.seconds > 0 ? ` in ${formatDuration(summary.seconds * 1000)} (${summary.perSecond}/s)` : ""}`,
    ...(summary.stopped === null ? [] : [paint`  ${paint.warn(why[summary.stopped])}`]),
    ...(summary.failed === 0
      ? []
      : [
          paint`  ${paint.dim(paint.block(hangingIndent("failed events are still in the queue: fix the endpoint and rerun the command", paint.width, 2)))}`,
        ]),
  ].join("\n");
};
