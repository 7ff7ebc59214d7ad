import type { EndReason, ForwardEvent, ListenEvent, RequestEvent, SummaryEvent } from "../../listener/events.ts";
import type { PairedEvent } from "./view.ts";

/**
 * Puts each response together with its request, so that the two can be shown as one. What happened
 * in one turn of the event loop goes on as one batch, and is printed by one write.
 * @returns how the run ended
 */
export async function* pairEvents(
  batches: AsyncGenerator<readonly ListenEvent[], EndReason>,
): AsyncGenerator<readonly PairedEvent[], SummaryEvent | undefined> {
  let summary: SummaryEvent | undefined;
  const requests = new Map<string, RequestEvent>();
  const forwards = new Map<string, ForwardEvent[]>();
  const pair = (event: ListenEvent): PairedEvent => {
    if (event.type === "summary") summary = event;
    if (event.type === "request") requests.set(event.id, event);
    // What a further target says after the response is told by itself.
    if (event.type === "forward" && requests.has(event.requestId))
      forwards.set(event.requestId, [...(forwards.get(event.requestId) ?? []), event]);
    else if (event.type === "forward") return { event, isLate: true };
    if (event.type !== "response") return { event };
    const request = requests.get(event.requestId);
    const told = forwards.get(event.requestId) ?? [];
    requests.delete(event.requestId);
    forwards.delete(event.requestId);
    return { event, forwards: told, ...(request === undefined ? {} : { request }) };
  };
  for (;;) {
    const next = await batches.next();
    if (next.done === true) return summary;
    yield next.value.map(pair);
  }
}
