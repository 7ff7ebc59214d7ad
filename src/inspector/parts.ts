import { createHash } from "node:crypto";
import { partName } from "../diagnosis/contents.ts";
import { hasPart } from "../providers/parts.ts";
import { signatureHeadersOf } from "../providers/place.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Profile, Scheme } from "../providers/profile.ts";
import { encodeBytes, headerValue, sameName, utf8Text } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";
import type { Mask } from "./mask.ts";
import type { Detail } from "./types.ts";

type HeaderRow = Detail["headers"][number];
type BodyPreview = NonNullable<Detail["body"]>;

/** How many bytes of a body are sent with the request's details. */
const previewBytes = 256 * 1024;

/** The scheme with the given name, or the first one whose signature header is present, or else the platform's first. */
export const schemeFor = (
  profile: Profile,
  headers: readonly HeaderPair[],
  name: string | null | undefined,
): Scheme | undefined => {
  const schemes = schemesOf(profile) ?? [];
  return (
    schemes.find((scheme) => scheme.name === name) ??
    schemes.find((scheme) => signatureHeadersOf(scheme).some((name) => headerValue(headers, name) !== undefined)) ??
    schemes[0]
  );
};

/** The headers in wire order, with those that the signature involves marked. */
export const headerRows = (
  headers: readonly HeaderPair[],
  scheme: Scheme | undefined,
  mask: Mask,
): readonly HeaderRow[] =>
  headers.map((pair) => {
    const [name] = pair;
    const role = roleOf(name, scheme);
    return { name, ...mask.header(pair), role, signed: isSigned(role, scheme) };
  });

const roleOf = (name: string, scheme: Scheme | undefined): HeaderRow["role"] => {
  if (scheme === undefined) return null;
  const from = scheme.timestamp?.from;
  if (signatureHeadersOf(scheme).some((one) => sameName(name, one))) return "signature";
  if (from !== undefined && "header" in from && sameName(name, from.header)) return "timestamp";
  if (scheme.id !== undefined && sameName(name, scheme.id.header)) return "id";
  return Object.keys(scheme.when ?? {}).some((one) => sameName(name, one)) ? "version" : null;
};

const isSigned = (role: HeaderRow["role"], scheme: Scheme | undefined): boolean =>
  (role === "timestamp" || role === "id") && scheme !== undefined && hasPart(scheme.content, role);

/** The beginning of a body, with size, digest and kind of the whole. */
export const bodyPreview = (
  body: Buffer,
  headers: readonly HeaderPair[],
  mask: Mask,
  overflow = false,
): BodyPreview => {
  const contentType = headerValue(headers, "content-type") ?? null;
  // Mask before cutting: a secret may straddle the cut.
  const masked = mask.bytes(body);
  const isCut = masked.length > previewBytes;
  return {
    bytes: body.length,
    sha256: createHash("sha256").update(body).digest("hex"),
    kind: kindOf(body, contentType),
    contentType,
    preview: encodeBytes(isCut ? masked.subarray(0, wholeCharacters(masked, previewBytes)) : masked),
    truncated: isCut,
    overflow,
  };
};

/** The last character boundary at or before `end`. */
const wholeCharacters = (body: Buffer, end: number): number => {
  let at = end;
  while (at > end - 4 && ((body[at] ?? 0) & 0xc0) === 0x80) at--;
  return at;
};

const kindOf = (body: Buffer, contentType: string | null): BodyPreview["kind"] => {
  if (body.length === 0) return "empty";
  const beginning = body.subarray(0, body.length > previewBytes ? wholeCharacters(body, previewBytes) : body.length);
  if (utf8Text(beginning) === undefined) return "binary";
  if (/json/i.test(contentType ?? "") || /^\s{0,100}[{[]/.test(beginning.toString("latin1", 0, 200))) return "json";
  return /x-www-form-urlencoded/i.test(contentType ?? "") ? "form" : "text";
};

/** What a scheme signs, a word for each part. */
export const signedParts = ({ content }: Scheme): readonly string[] => content.map(partName);
