import type { CaptureRecord } from "../formats/capture.ts";
import type { RequestEvent, ResponseEvent } from "./events.ts";

type Text = (value: unknown) => string;
const json: Text = JSON.stringify;

/**
 * The line of a request in the capture file: a `CaptureRecord`, and what the readers of captures may
 * want to know besides. Put together by hand, because it is made for every request before its
 * answer; what comes from outside goes through JSON.stringify.
 * @param body the body's text as JSON
 */
export const requestLine = (event: RequestEvent, body: string): string => {
  const { url, verdict, flags } = event;
  const more =
    (url === undefined ? "" : `,"url":${json(url)}`) +
    (verdict === undefined ? "" : `,"verdict":${verdictText(verdict)}`) +
    (flags.length === 0 ? "" : `,"flags":${json(flags)}`) +
    (event.overflow ? `,"overflow":true` : "");
  return (
    `{"type":"request","id":"${event.id}","receivedAt":"${event.receivedAt}","method":${json(event.method)},"target":${json(event.target)},` +
    `"httpVersion":${json(event.httpVersion)},"headers":${json(event.headers)},` +
    `"body":{"encoding":"${event.body.encoding}","data":${body}},"remote":${json(event.remote)},` +
    `"provider":${json(event.provider)},"eventType":${json(event.eventType)},"eventId":${json(event.eventId)},` +
    `"attempt":{"claimed":${event.attempt.claimed},"counted":${event.attempt.counted}}${more}}`
  );
};

const verdictText = ({ valid, cause, scheme, matchedSecret }: NonNullable<CaptureRecord["verdict"]>): string =>
  `{"valid":${valid},"cause":${json(cause)},"scheme":${json(scheme)},"matchedSecret":${json(matchedSecret)}}`;

/** The line of an answer; nothing in it comes from outside. */
export const responseLine = ({ requestId, status, kind, durationMs, sent }: ResponseEvent): string =>
  `{"type":"response","requestId":"${requestId}","status":${status},"kind":"${kind}","durationMs":${durationMs},"sent":${sent}}`;
