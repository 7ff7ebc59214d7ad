import type { RequestEvent } from "./events.ts";

/** A request's line in the capture file: a `CaptureRecord`, and what else the readers of captures may want to know. */
export const requestLine = (event: RequestEvent): string => {
  const { verdict, attempt, flags } = event;
  return JSON.stringify({
    type: event.type,
    id: event.id,
    receivedAt: event.receivedAt,
    method: event.method,
    target: event.target,
    httpVersion: event.httpVersion,
    headers: event.headers,
    body: event.body,
    remote: event.remote,
    provider: event.provider,
    eventType: event.eventType,
    eventId: event.eventId,
    attempt: { claimed: attempt.claimed, counted: attempt.counted },
    // What is undefined is left out.
    url: event.url,
    verdict: verdict && {
      valid: verdict.valid,
      cause: verdict.cause,
      scheme: verdict.scheme,
      matchedSecret: verdict.matchedSecret,
    },
    flags: flags.length === 0 ? undefined : flags,
    overflow: event.overflow || undefined,
    challenge: event.challenge ?? undefined,
  });
};
