import { createHash } from "node:crypto";
import { placeName, queryOf, valueAt, within } from "../providers/place.ts";
import type { Placed } from "../providers/place.ts";
import type { Part, Place } from "../providers/profile.ts";
import { headerValue, originForm } from "../request/request.ts";
import { crc32 } from "../values/crc32.ts";
import { before } from "../values/cut.ts";
import { signatureText } from "./layout.ts";

/** The request's data from which signed content is built, as text. */
export interface ContentFields {
  /** The request without its signature, for the parts that are read from it. */
  readonly request: Placed;
  readonly timestamp: string | undefined;
  readonly id: string | undefined;
  readonly method: string;
  /** Only called if the URL is signed. */
  readonly url: () => string | undefined;
  /** The secret's bytes, for schemes that hash it with the content. */
  readonly secret: Buffer;
  /** Named items next to the signature. */
  readonly pairs?: Readonly<Record<string, string>>;
  /** The individually signed element, as the prefix of its JSON paths. */
  readonly scope?: string;
  /** The form or query field with the signature, which sorted fields exclude. */
  readonly own?: Place;
}

/** A missing part of the content, in words. */
export interface Missing {
  readonly missing: string;
  /** Whether it is a field of the request, rather than the scheme's timestamp, id or URL. */
  readonly isField: boolean;
}

/**
 * The bytes that a scheme signs.
 * @returns the bytes, or the first part that the request lacks
 */
export const signedContent = (parts: readonly Part[], fields: ContentFields): Buffer | Missing => {
  const chunks: Buffer[] = [];
  for (const part of parts) {
    const bytes = partBytes(part, fields);
    if ("missing" in bytes) return bytes;
    chunks.push(bytes);
  }
  return chunks.length === 1 ? (chunks[0] ?? empty) : Buffer.concat(chunks);
};

const empty = Buffer.alloc(0);
const text = (bytes: string): Buffer => Buffer.from(bytes, "latin1");

const partBytes = (part: Part, fields: ContentFields): Buffer | Missing => {
  switch (part) {
    case "body":
      return fields.request.body;
    case "secret":
      return fields.secret;
    case "method":
      return text(fields.method.toUpperCase());
    case "timestamp":
      return fields.timestamp === undefined ? { missing: "timestamp", isField: false } : text(fields.timestamp);
    case "id":
      return fields.id === undefined ? { missing: "id", isField: false } : text(fields.id);
    case "host":
    case "path":
    case "target":
      return urlPart(part, fields);
  }
  if ("text" in part) return Buffer.from(part.text, "utf8");
  if ("url" in part) return urlBytes(part, fields.url());
  if ("sorted" in part) return sortedFields(part, fields);
  if ("signedHeaders" in part) return canonicalHeaders(part, fields);
  if ("hash" in part) {
    const of = signedContent(part.of ?? ["body"], fields);
    return "missing" in of ? of : text(signatureText(createHash(part.hash).update(of).digest(), part.encoding));
  }
  if ("crc32" in part) return text(String(crc32(fields.request.body)));
  if ("join" in part) return joined(part, fields);
  if ("optional" in part) return optional(part.optional, fields) ?? empty;
  if ("form" in part && part.form === "sorted-pairs") return sortedFields({ sorted: "form" }, fields);
  return fieldBytes(part, fields);
};

type FieldPart = Extract<Part, { readonly absent?: unknown }>;

const fieldBytes = (part: FieldPart, fields: ContentFields): Buffer | Missing => {
  const place = within(part, fields.scope ?? "");
  const value = valueAt(fields.request, place) ?? (part.absent === undefined ? undefined : "");
  if (value === undefined) return { missing: placeName(place), isField: true };
  return text(part.lower === true ? value.toLowerCase() : value);
};

/** Joins the parts; undefined if one of them (other than fixed text) is absent or empty. */
const optional = (parts: readonly Part[], fields: ContentFields): Buffer | undefined => {
  const chunks: Buffer[] = [];
  for (const part of parts) {
    const bytes = partBytes(part, fields);
    if ("missing" in bytes || (bytes.length === 0 && !(typeof part === "object" && "text" in part))) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
};

const joined = (part: Extract<Part, { readonly join: unknown }>, fields: ContentFields): Buffer | Missing => {
  const chunks: Buffer[] = [];
  const by = Buffer.from(part.with, "utf8");
  for (const inner of part.join) {
    const isOptional = typeof inner === "object" && "optional" in inner;
    const bytes = isOptional ? optional(inner.optional, fields) : partBytes(inner, fields);
    if (bytes === undefined) continue;
    if ("missing" in bytes) return bytes;
    if (chunks.length > 0) chunks.push(by);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
};

const noUrl: Missing = { missing: "url", isField: false };

const urlPart = (part: "host" | "path" | "target", fields: ContentFields): Buffer | Missing => {
  if (part === "host") {
    const host = headerValue(fields.request.headers, "host") ?? hostOf(fields.url());
    return host === undefined ? noUrl : text(host);
  }
  const { target } = fields.request;
  const whole = /^https?:\/\//i.test(target) ? originForm(target) : target;
  return text(part === "path" ? before(whole, "?#") : before(whole, "#"));
};

const hostOf = (url: string | undefined): string | undefined =>
  url === undefined || !URL.canParse(url) ? undefined : new URL(url).host;

const urlBytes = (part: Extract<Part, { readonly url: unknown }>, url: string | undefined): Buffer | Missing => {
  if (url === undefined) return noUrl;
  if (part.url === "base") return Buffer.from(before(url, "?#"), "utf8");
  return Buffer.from(part.url === "decoded" ? decodeOnly(url, part.decode ?? []) : url, "utf8");
};

/**
 * Decodes only the listed percent escapes and drops a fragment, as HubSpot's v3 requires ("Validating requests from
 * HubSpot").
 */
export const decodeOnly = (url: string, escapes: readonly string[]): string => {
  const listed = new Set(escapes.map((escape) => escape.toUpperCase()));
  return before(url, "#").replace(/%[0-9a-f]{2}/gi, (escape) =>
    listed.has(escape.toUpperCase()) ? String.fromCharCode(Number.parseInt(escape.slice(1), 16)) : escape,
  );
};

/**
 * Form fields as Twilio signs them: names in byte order, each followed by its decoded value; repeated values are
 * de-duplicated and sorted. The signature's own field is excluded.
 */
const sortedFields = (part: Extract<Part, { readonly sorted: unknown }>, fields: ContentFields): Buffer => {
  const { sorted, assign = "", between = "", escape, repeat } = part;
  const written = escape === undefined ? (one: string): string => one : percentEncoded;
  const { request, own } = fields;
  const all =
    sorted === "form" ? new URLSearchParams(request.body.toString("utf8")) : queryOf(fields.url() ?? request.target);
  const ownName = own === undefined ? undefined : sorted in own ? Object.values(own)[0] : undefined;
  const byName = new Map<string, string[]>();
  for (const [name, value] of all) {
    const values = byName.get(written(name)) ?? [];
    if (name !== ownName && (repeat !== undefined || !values.includes(written(value))))
      byName.set(written(name), [...values, written(value)]);
  }
  const order = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Buffer.from(
    [...byName]
      .toSorted(([a], [b]) => order(a, b))
      .flatMap(([name, values]) => {
        const inOrder = values.toSorted(order);
        return (repeat === undefined ? inOrder : [inOrder.join(repeat)]).map((value) => `${name}${assign}${value}`);
      })
      .join(between),
  );
};

/** Percent-encodes everything but letters, digits and - . _ ~ (RFC 3986). */
const percentEncoded = (value: string): string =>
  encodeURIComponent(value).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

type SignedHeaders = Extract<Part, { readonly signedHeaders: unknown }>;

/**
 * The headers to sign, in canonical form: those that the request lists, which must include all that the scheme
 * requires.
 */
const canonicalHeaders = (part: SignedHeaders, fields: ContentFields): Buffer | Missing => {
  const { request, method, pairs = {} } = fields;
  const { list, signedHeaders, separator = ",", assign, between } = part;
  const listed =
    list === undefined ? undefined : "pair" in list ? pairs[list.pair] : headerValue(request.headers, list.header);
  if (list !== undefined && listed === undefined)
    return { missing: "pair" in list ? `${list.pair}=` : list.header, isField: true };
  const names = listed?.split(separator).map((name) => name.trim().toLowerCase()) ?? signedHeaders;
  const unsigned = signedHeaders.find((name) => !names.includes(name.toLowerCase()));
  if (unsigned !== undefined) return { missing: `${unsigned} among the signed headers`, isField: true };
  const lines: string[] = [];
  for (const name of names.slice(0, 100)) {
    const value =
      name.toLowerCase() === "(request-target)"
        ? `${method.toLowerCase()} ${before(request.target, "#")}`
        : headerValue(request.headers, name);
    if (value === undefined) return { missing: name, isField: true };
    lines.push(`${name}${assign}${value}`);
  }
  return text(lines.join(between));
};

/** The header lists in a scheme's content: where each list is in a request, and its value. */
export const headerLists = (
  parts: readonly Part[],
): readonly { readonly list: NonNullable<SignedHeaders["list"]>; readonly value: string }[] =>
  parts.flatMap((part) =>
    typeof part === "object" && "signedHeaders" in part && part.list !== undefined
      ? [{ list: part.list, value: part.signedHeaders.join(part.separator ?? ",") }]
      : [],
  );
