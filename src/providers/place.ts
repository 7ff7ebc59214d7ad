import { headerValue, sameName, withoutHeaders } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { utf8Text } from "../request/request.ts";
import { before } from "../values/cut.ts";
import { nodeAt, readJson, setJson } from "../values/json-text.ts";
import { payloadOf } from "./payload.ts";
import type { Place, Scheme } from "./profile.ts";

// Signed data and signatures have a place in the request. Only this module reads and writes places. Values are strings
// with one character per byte, like header values.

/** The parts of a request that can contain places. */
export type Placed = Pick<WebhookRequest, "headers" | "target" | "body">;

const known = new WeakMap<object, readonly Place[]>();

/** Where a scheme's signature may be, in order of preference; signing writes to the first. */
export const placesOf = (scheme: Pick<Scheme, "header" | "place">): readonly Place[] => {
  let places = known.get(scheme);
  if (places === undefined) {
    const { header, place } = scheme;
    const given = place === undefined ? [] : "length" in place ? place : [place];
    known.set(scheme, (places = header === undefined ? given : [{ header }, ...given]));
  }
  return places;
};

/** The headers in which a scheme's signature may be. */
export const signatureHeadersOf = (scheme: Pick<Scheme, "header" | "place">): readonly string[] =>
  placesOf(scheme).flatMap(headerOf);

/** Every header that a scheme adds to a request. */
export const headersOfScheme = (scheme: Scheme): readonly string[] => [
  ...signatureHeadersOf(scheme),
  ...companionHeaders(scheme),
];

/** The headers that go with a scheme's signature: version, id, timestamp, hash of the body. */
export const companionHeaders = ({ when, id, timestamp, bodyHash, content }: Scheme): readonly string[] => [
  ...Object.keys(when ?? {}),
  ...(id === undefined ? [] : [id.header]),
  ...(timestamp === undefined ? [] : headerOf(timestamp.from)),
  ...(bodyHash ?? []).flatMap((one) => headerOf(one.in)),
  ...content.flatMap((part) =>
    typeof part === "object" && "signedHeaders" in part && part.list !== undefined ? headerOf(part.list) : [],
  ),
];

const headerOf = (place: object): readonly string[] =>
  "header" in place && typeof place.header === "string" ? [place.header] : [];

/** Whether two places are the same. */
export const samePlace = (a: Place, b: Place): boolean => {
  if ("header" in a) return "header" in b && sameName(a.header, b.header);
  if ("query" in a) return "query" in b && a.query === b.query;
  if ("json" in a) return "json" in b && a.json === b.json;
  if ("body" in a) return "body" in b;
  return "form" in b && a.form === b.form;
};

/** A place in words, for the beginning or the middle of a sentence. */
export const placeName = (place: Place): string =>
  "header" in place
    ? place.header
    : "query" in place
      ? `${place.query} of the query`
      : "body" in place
        ? "the body"
        : `${"json" in place ? place.json : place.form} of the body`;

/** Where a scheme's signature may be, in words. */
export const placesName = (scheme: Pick<Scheme, "header" | "place">): string =>
  placesOf(scheme).map(placeName).join(" or ");

/** The value at a place; undefined if there is none. */
export const valueAt = (request: Placed, place: Place): string | undefined => {
  if ("header" in place) return headerValue(request.headers, place.header);
  if ("body" in place) return request.body.length === 0 ? undefined : request.body.toString("latin1");
  const text =
    "query" in place
      ? queryOf(request.target).get(place.query)
      : "json" in place
        ? payloadOf(request.body).json(place.json)
        : payloadOf(request.body).form(place.form);
  return text === undefined || text === null ? undefined : asBytes(text);
};

/**
 * The value at the first of a scheme's places that has one; if array elements are signed individually, in the first
 * element.
 */
export const signatureValue = (request: Placed, scheme: Scheme): string | undefined => {
  for (const scope of scopesOf(scheme, request.body).slice(0, 1)) {
    for (const place of placesOf(scheme)) {
      const value = valueAt(request, within(place, scope));
      if (value !== undefined) return value;
    }
  }
  return undefined;
};

/** The query parameters of a URL or request target. */
export const queryOf = (url: string): URLSearchParams => {
  const at = url.indexOf("?");
  return new URLSearchParams(at < 0 ? "" : before(url.slice(at + 1), "#"));
};

const asBytes = (text: string): string => (/^[ -~]*$/.test(text) ? text : Buffer.from(text, "utf8").toString("latin1"));
const asText = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8");

/**
 * Returns the request with a value set at a place and everything else unchanged; undefined if the body has no such
 * place.
 * @param value null removes the field
 */
export const setValueAt = <Request extends Placed & { readonly url?: string }>(
  request: Request,
  place: Place,
  value: string | null,
): Request | undefined => {
  if ("header" in place) {
    const rest = withoutHeaders(request.headers, [place.header]);
    const headers: readonly HeaderPair[] = value === null ? rest : replaced(request.headers, place.header, value);
    return { ...request, headers };
  }
  if ("query" in place) {
    const set = (url: string): string => withField(url, place.query, value);
    return {
      ...request,
      target: set(request.target),
      ...(request.url === undefined ? {} : { url: set(request.url) }),
    };
  }
  if ("body" in place) return { ...request, body: Buffer.from(value ?? "", "latin1") };
  if ("form" in place) {
    const body = withField(`?${request.body.toString("latin1")}`, place.form, value).replace(/^\?/, "");
    return { ...request, body: Buffer.from(body, "latin1") };
  }
  const text = utf8Text(request.body);
  const set = text === undefined ? undefined : setJson(text, place.json, jsonOf(text, place.json, value));
  return set === undefined ? undefined : { ...request, body: Buffer.from(set, "utf8") };
};

/** Numbers stay numbers, because some verifiers require that (Linear). */
const jsonOf = (text: string, path: string, value: string | null): string => {
  const root = readJson(text);
  const isNumber = root !== undefined && nodeAt(root, path)?.kind === "number";
  return isNumber && value !== null && /^(?:0|[1-9]\d*)$/.test(value) ? value : JSON.stringify(asText(value ?? ""));
};

/** An existing header keeps its position. */
const replaced = (headers: readonly HeaderPair[], name: string, value: string): readonly HeaderPair[] => {
  const at = headers.findIndex(([other]) => sameName(other, name));
  if (at < 0) return [...headers, [name, value]];
  return headers.flatMap((pair, index): readonly HeaderPair[] =>
    index === at ? [[pair[0], value]] : sameName(pair[0], name) ? [] : [pair],
  );
};

/** A URL with a query parameter set or removed, and every other byte unchanged. */
export const withField = (url: string, name: string, value: string | null): string => {
  const whole = before(url, "#");
  const fragment = url.slice(whole.length);
  const at = whole.indexOf("?");
  const fields = at < 0 ? [] : whole.slice(at + 1).split("&");
  const isIt = (field: string): boolean => [...new URLSearchParams(field).keys()][0] === name;
  const written = value === null ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(asText(value))}`];
  const first = fields.findIndex(isIt);
  if (first < 0 && value === null) return url;
  const kept = fields.flatMap((field, index) => (index === first ? written : isIt(field) ? [] : [field]));
  const all = (first < 0 ? [...kept, ...written] : kept).filter((field) => field !== "");
  return `${at < 0 ? whole : whole.slice(0, at)}${all.length === 0 ? "" : `?${all.join("&")}`}${fragment}`;
};

/** The maximum number of array elements that are signed individually. */
const maxElements = 1000;

/** The paths of the elements that a scheme signs individually; one empty path if it signs the whole body. */
export const scopesOf = ({ each }: Scheme, body: Buffer): readonly string[] => {
  if (each === undefined) return [""];
  const text = utf8Text(body);
  const root = text === undefined ? undefined : readJson(text);
  const node = root === undefined ? undefined : nodeAt(root, each);
  const count = node?.kind === "array" ? node.items.length : 0;
  return count > maxElements ? [] : Array.from({ length: count }, (_, at) => elementPath(each, at));
};

/** The path of an element of the array at `each`; `each` is empty if the document itself is the array. */
export const elementPath = (each: string, at: number): string => (each === "" ? `${at}.` : `${each}.${at}.`);

/** A place relative to an element. */
export const within = (place: Place, scope: string): Place =>
  scope !== "" && "json" in place ? { json: `${scope}${place.json}` } : place;

/** Whether a request's body has the type that a scheme is for. */
export const matchesBodyType = ({ body }: Scheme, headers: readonly HeaderPair[]): boolean => {
  if (body === undefined) return true;
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headerValue(headers, "content-type") ?? "");
  return isForm === (body === "form");
};
