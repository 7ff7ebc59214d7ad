import type { RequestEvent } from "./events.ts";

/** A request's line in the capture file: a `CaptureRecord` with additional fields. */
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
    // JSON.stringify omits undefined fields.
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
