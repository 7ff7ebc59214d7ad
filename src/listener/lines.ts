import type { CaptureRecord } from "../formats/capture.ts";
import type { HeaderPair } from "../request/request.ts";
import type { RequestEvent, ResponseEvent } from "./events.ts";

// What JSON takes as it is, as most text from outside is.
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** A text, or null, as JSON. */
const json = (text: string | null = null): string =>
  text !== null && plain.test(text) ? `"${text}"` : JSON.stringify(text);

const headersJson = (headers: readonly HeaderPair[]): string => {
  let all = "";
  let pairs = "";
  for (const [name, value] of headers) {
    all += name + value;
    pairs += `${pairs === "" ? "" : ","}["${name}","${value}"]`;
  }
  return plain.test(all) ? `[${pairs}]` : JSON.stringify(headers);
};

/**
 * The line of a request in the capture file: a `CaptureRecord`, and what the readers of captures may
 * want to know besides. Put together by hand, because it is made for every request before its
 * answer; what comes from outside is escaped as JSON.stringify does.
 * @param body the body's text as JSON
 */
export const requestLine = (event: RequestEvent, body: string): string => {
  const { url, verdict, flags } = event;
  const more =
    (url === undefined ? "" : `,"url":${json(url)}`) +
    (verdict === undefined ? "" : `,"verdict":${verdictText(verdict)}`) +
    (flags.length === 0 ? "" : `,"flags":${JSON.stringify(flags)}`) +
    (event.overflow ? `,"overflow":true` : "");
  return (
    `{"type":"request","id":"${event.id}","receivedAt":"${event.receivedAt}","method":${json(event.method)},"target":${json(event.target)},` +
    `"httpVersion":${json(event.httpVersion)},"headers":${headersJson(event.headers)},` +
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
