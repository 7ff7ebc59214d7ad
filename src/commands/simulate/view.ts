import type { SimulatorEvent } from "../../simulator/events.ts";
import { formatDuration } from "../../values/duration.ts";
import type { Paint } from "../../cli/paint.ts";
import { pluralize } from "../../values/count.ts";

/** One event of a simulated platform as text. */
export const simulateView = (event: SimulatorEvent, paint: Paint): string | undefined => {
  switch (event.type) {
    case "ready":
      const column = Math.max(...event.routes.map(({ provider }) => provider.length), 3) + 2;
      return [
        paint`Simulating platforms on ${paint.bold(event.url)}  ${paint.dim("(Ctrl-C stops)")}`,
        ...(event.deliversTo === null ? [] : [paint`  deliver to ${event.deliversTo}`]),
        ...(event.certificate === null ? [] : [paint`  certificate ${event.certificate}`]),
        ...event.routes.map(
          ({ provider, method, path }) => paint`  ${paint.dim(provider.padEnd(column))}${method.padEnd(7)}${path}`,
        ),
        paint`  ${paint.dim("any".padEnd(column))}POST   /simulate/PROVIDER/TYPE`,
        "",
        "",
      ].join("\n");
    case "call":
      return paint`${event.status < 400 ? paint.good(event.status) : paint.bad(event.status)} ${event.method} ${event.target}  ${paint.dim(event.note)}`;
    case "attempt": {
      const { attempt } = event;
      const next = attempt.nextDelayMs === null ? "" : `, again after ${formatDuration(attempt.nextDelayMs)}`;
      return paint`  ${event.provider} ${event.eventType}  ${event.eventId}  ${paint.mark.arrow} ${event.url}  attempt ${attempt.number}: ${attempt.status ?? attempt.error?.message}${paint.dim(next)}`;
    }
    case "delivery":
      return event.delivery.outcome === "delivered"
        ? paint`  ${paint.good(paint.mark.yes)} ${event.delivery.eventId} delivered`
        : paint`  ${paint.bad(paint.mark.no)} ${event.delivery.eventId} ${event.delivery.reason}${event.delivery.dlqId === null ? "" : `, in the DLQ as ${event.delivery.dlqId}`}`;
    case "summary":
      return paint`${pluralize(event.calls, "call")}, ${event.delivered} delivered, ${event.terminal} permanently failed`;
  }
};
