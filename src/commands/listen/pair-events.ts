import type { EndReason, ForwardEvent, ListenEvent, RequestEvent } from "../../listener/events.ts";
import type { PairedEvent } from "./view.ts";

/**
 * Puts each response together with its request, so that the two can be shown as one. What happened
 * in one turn of the event loop goes on as one batch, and is printed by one write.
 */
export async function* pairEvents(
  batches: AsyncGenerator<readonly ListenEvent[], EndReason>,
): AsyncGenerator<readonly PairedEvent[], EndReason> {
  const requests = new Map<string, RequestEvent>();
  const forwards = new Map<string, ForwardEvent>();
  const pair = (event: ListenEvent): PairedEvent => {
    if (event.type === "request") requests.set(event.id, event);
    if (event.type === "forward") forwards.set(event.requestId, event);
    if (event.type !== "response") return { event };
    const request = requests.get(event.requestId);
    const forward = forwards.get(event.requestId);
    requests.delete(event.requestId);
    forwards.delete(event.requestId);
    return {
      event,
      ...(request === undefined ? {} : { request }),
      ...(forward === undefined ? {} : { forward }),
    };
  };
  for (;;) {
    const next = await batches.next();
    if (next.done === true) return next.value;
    yield next.value.map(pair);
  }
}
