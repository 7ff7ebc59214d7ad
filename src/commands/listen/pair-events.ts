import type { Profile } from "../../providers/profile.ts";
import { tokenMask } from "../../providers/tokens.ts";
import { decodeBytes, encodeBytes } from "../../request/request.ts";
import type { EndReason, ForwardEvent, ListenEvent, RequestEvent, SummaryEvent } from "../../listener/events.ts";
import { mayRejectSignature } from "../shared/command-words.ts";
import type { PairedEvent } from "./view.ts";

/**
 * Pairs each response with its request, so that both can be shown together. Events of one turn of the event loop stay
 * one batch, so that they are printed with one write.
 * @param forDisplay masks platforms' tokens in an event
 * @param checkOf the command that checks a target which rejects what is signed correctly
 * @returns the summary of the run
 */
export async function* pairEvents(
  batches: AsyncGenerator<readonly ListenEvent[], EndReason>,
  forDisplay: (event: ListenEvent) => ListenEvent,
  checkOf: (request: RequestEvent, forward: ForwardEvent) => string,
): AsyncGenerator<readonly PairedEvent[], SummaryEvent | undefined> {
  let summary: SummaryEvent | undefined;
  const requests = new Map<string, RequestEvent>();
  const forwards = new Map<string, ForwardEvent[]>();
  const rejecting = new Set<string>();
  /** Once for each target: further events and retries would only repeat it. */
  const rejectionOf = (request: RequestEvent | undefined, all: readonly ForwardEvent[]): PairedEvent["rejection"] => {
    const forward = all.find(({ answers }) => answers);
    if (request?.verdict?.valid !== true || forward === undefined || !isRejection(forward)) return undefined;
    const endpoint = forward.url.split("?", 1)[0] ?? "";
    if (rejecting.has(endpoint)) return undefined;
    rejecting.add(endpoint);
    return { status: forward.status, check: checkOf(request, forward) };
  };
  const pair = (given: ListenEvent): PairedEvent => {
    const event = forDisplay(given);
    if (event.type === "summary") summary = event;
    if (event.type === "request") requests.set(event.id, event);
    // If another target responds after the response was sent, that is a separate event.
    if (event.type === "forward" && requests.has(event.requestId))
      forwards.set(event.requestId, [...(forwards.get(event.requestId) ?? []), event]);
    else if (event.type === "forward") return { event, isLate: true };
    if (event.type !== "response") return { event };
    const request = requests.get(event.requestId);
    const earlierForwards = forwards.get(event.requestId) ?? [];
    requests.delete(event.requestId);
    forwards.delete(event.requestId);
    const rejection = rejectionOf(request, earlierForwards);
    return {
      event,
      forwards: earlierForwards,
      ...(request === undefined ? {} : { request }),
      ...(rejection === undefined ? {} : { rejection }),
    };
  };
  for (;;) {
    const next = await batches.next();
    if (next.done === true) return summary;
    yield next.value.map(pair);
  }
}

/** Whether the target responded with a status that receivers use to reject a signature. */
const isRejection = (forward: ForwardEvent): forward is ForwardEvent & { readonly status: number } =>
  forward.error === null && mayRejectSignature(forward.status);

/** Masks these platforms' tokens in displayed requests and in the URLs they were forwarded to; the capture file still has every byte. */
export const withoutTokens = (profiles: readonly Profile[]): ((event: ListenEvent) => ListenEvent) => {
  const mask = tokenMask(profiles);
  if (mask === undefined) return (event) => event;
  const masked = (url: string): string => mask({ headers: [], target: url, body: Buffer.alloc(0) }).target;
  return (event) => {
    if (event.type === "forward") return { ...event, url: masked(event.url) };
    if (event.type !== "request") return event;
    const { headers, target, body } = mask({ ...event, body: decodeBytes(event.body) });
    const url = event.url === undefined ? undefined : masked(event.url);
    return { ...event, headers, target, url, body: encodeBytes(body) };
  };
};
