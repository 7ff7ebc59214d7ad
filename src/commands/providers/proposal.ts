import type { HeaderPair, WebhookRequest } from "../../request/request.ts";
import { headerValue, sameName } from "../../request/request.ts";
import { headersOfScheme } from "../../providers/place.ts";
import { payloadOf } from "../../providers/payload.ts";
import type { Locator, Scheme } from "../../providers/profile.ts";

/** A profile as written into a project file, without defaults. */
export interface Proposal {
  readonly id: string;
  readonly name: string;
  readonly schemes: readonly Scheme[];
  readonly contentType?: string;
  readonly headers?: readonly HeaderPair[];
  readonly envelope?: {
    readonly id?: readonly Locator[];
    readonly type?: readonly Locator[];
    readonly time?: Locator & { readonly unit?: "iso" | "s" | "ms" };
    readonly newId?: string;
  };
}

const idPaths = [
  "id",
  "event_id",
  "eventId",
  "uuid",
  "event.id",
  "message_id",
  "messageId",
  "delivery_id",
  "notification_id",
  "meta.id",
  "data.id",
];
const typePaths = [
  "type",
  "event",
  "event_type",
  "eventType",
  "event.type",
  "event_name",
  "eventName",
  "event.name",
  "topic",
  "action",
  "trigger",
  "kind",
  "meta.type",
  "meta.event_name",
];
const timePaths = [
  "created_at",
  "createdAt",
  "created",
  "occurred_at",
  "occurredAt",
  "timestamp",
  "event_time",
  "sent_at",
  "sentAt",
  "time",
  "date",
  "event.created_at",
];

const idHeader = /(?:event|delivery|message|webhook|notification|request)[-_]?(?:uu)?id$/i;
const typeHeader = /(?:^|[-_])(?:event|topic|event[-_]type|event[-_]key)$/i;

/** Builds a profile from a scheme and what the request shows about its event. */
export const proposalFrom = (id: string, name: string, scheme: Scheme, request: WebhookRequest): Proposal => {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headerValue(request.headers, "content-type") ?? "");
  const payload = payloadOf(request.body);
  const read = (path: string): string | undefined => (isForm ? payload.form(path) : payload.json(path));
  const locator = (path: string): Locator => (isForm ? { form: path } : { json: path });
  const inBody = (paths: readonly string[], fits: (text: string) => boolean) => {
    const path = paths.find((one) => {
      const text = read(one);
      return text !== undefined && text !== "" && text.length <= 256 && fits(text);
    });
    return path === undefined ? undefined : { value: read(path) ?? "", at: locator(path), path };
  };
  const inHeader = (pattern: RegExp) => {
    const pair = request.headers
      .slice(0, 100)
      .find(([header, value]) => pattern.test(header) && value !== "" && value.length <= 256);
    return pair === undefined ? undefined : { value: pair[1], at: { header: pair[0] } };
  };
  const signedId = scheme.id === undefined ? undefined : headerValue(request.headers, scheme.id.header);
  const eventId =
    signedId !== undefined && scheme.id !== undefined
      ? { value: signedId, at: scheme.id }
      : (inHeader(idHeader) ?? inBody(idPaths, () => true));
  const type = inHeader(typeHeader) ?? inBody(typePaths, (text) => /^[\w.:/ -]{1,100}$/.test(text));
  const time = inBody(timePaths, (text) => timeUnit(text) !== undefined);
  const own = headersOfScheme(scheme);
  const sent = request.headers.slice(0, 100).flatMap(([header, value]): readonly HeaderPair[] => {
    if (own.some((one) => sameName(one, header))) return [];
    if (type !== undefined && "header" in type.at && type.at.header === header) return [[header, "{type}"]];
    if (eventId !== undefined && "header" in eventId.at && eventId.at.header === header) return [[header, "{id}"]];
    return sameName(header, "user-agent") && /^[\w./ ()+:;,-]{1,120}$/.test(value) && !isTool(value)
      ? [[header, value]]
      : [];
  });
  const contentType = headerValue(request.headers, "content-type");
  const unit = time === undefined ? undefined : timeUnit(time.value);
  const envelope = {
    ...(eventId === undefined ? {} : { id: [eventId.at] }),
    ...(type === undefined ? {} : { type: [type.at] }),
    ...(time === undefined ? {} : { time: { ...time.at, ...(unit === undefined || unit === "iso" ? {} : { unit }) } }),
    ...(eventId === undefined ? {} : { newId: newIdLike(eventId.value) }),
  };
  return {
    id,
    name,
    schemes: [scheme],
    ...(contentType === undefined || contentType === "application/json" || !/^[ -~]{1,100}$/.test(contentType)
      ? {}
      : { contentType }),
    ...(sent.length === 0 ? {} : { headers: sent }),
    ...(Object.keys(envelope).length === 0 ? {} : { envelope }),
  };
};

/**
 * Whether a user agent is that of a tool that forwarded or repeated the request; it says nothing about the platform.
 */
const isTool = (agent: string): boolean =>
  /^(?:curl|wget|postman|insomnia|node|python|httpie|mozilla|undici)/i.test(agent);

const timeUnit = (text: string): "iso" | "s" | "ms" | undefined => {
  if (/^\d{10}$/.test(text)) return "s";
  if (/^\d{13}$/.test(text)) return "ms";
  return /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text) && !Number.isNaN(Date.parse(text)) ? "iso" : undefined;
};

/** A template for new ids that look like this one. */
const newIdLike = (id: string): string => {
  const [, prefix = "", rest = ""] = /^([A-Za-z]{1,16}[_-])?(.*)$/s.exec(id) ?? [];
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return "{uuid}";
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(rest)) return `${prefix}{uuid}`;
  if (/^\d{1,20}$/.test(id)) return "{number}";
  if (/^[0-9a-f]{12,64}$/.test(rest)) return `${prefix}{hex${rest.length}}`;
  return /^[0-9A-Za-z]{8,64}$/.test(rest) ? `${prefix}{base62x${rest.length}}` : `${prefix}{hex24}`;
};
