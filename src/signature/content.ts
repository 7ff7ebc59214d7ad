import type { Part } from "../providers/profile.ts";
import { before } from "../values/cut.ts";

/** What the parts of a signed content are made of. Text fields are the request's own, as they stand. */
interface ContentFields {
  readonly body: Buffer;
  readonly timestamp: string | undefined;
  readonly id: string | undefined;
  readonly method: string;
  /** Asked for only where it is signed. */
  readonly url: () => string | undefined;
  /** The secret's bytes, for schemes that hash it with the content. */
  readonly secret: Buffer;
}

/** Why the content could not be put together: the name of the part that is not there. */
type MissingPart = "timestamp" | "id" | "url";

/**
 * The bytes that a scheme signs.
 * @returns the bytes, or the name of the first part that the request lacks
 */
export const signedContent = (parts: readonly Part[], fields: ContentFields): Buffer | MissingPart => {
  const chunks: Buffer[] = [];
  for (const part of parts) {
    const bytes = partBytes(part, fields);
    if (typeof bytes === "string") return bytes;
    chunks.push(bytes);
  }
  return chunks.length === 1 ? (chunks[0] ?? fields.body) : Buffer.concat(chunks);
};

const partBytes = (part: Part, fields: ContentFields): Buffer | MissingPart => {
  switch (part) {
    case "body":
      return fields.body;
    case "secret":
      return fields.secret;
    case "method":
      return Buffer.from(fields.method.toUpperCase(), "latin1");
    case "timestamp":
      return fields.timestamp === undefined ? "timestamp" : Buffer.from(fields.timestamp, "latin1");
    case "id":
      return fields.id === undefined ? "id" : Buffer.from(fields.id, "latin1");
    default:
      if ("text" in part) return Buffer.from(part.text, "utf8");
      if ("form" in part) return sortedPairs(fields.body);
      return urlBytes(part, fields.url());
  }
};

const urlBytes = (part: Extract<Part, { readonly url: unknown }>, url: string | undefined): Buffer | "url" =>
  url === undefined ? "url" : Buffer.from(part.url === "decoded" ? decodeOnly(url, part.decode ?? []) : url, "utf8");

/**
 * Takes off the listed percent escapes and no others, and drops a fragment, as HubSpot's v3 asks
 * for ("Validating requests from HubSpot").
 */
export const decodeOnly = (url: string, escapes: readonly string[]): string => {
  const listed = new Set(escapes.map((escape) => escape.toUpperCase()));
  return before(url, "#").replace(/%[0-9a-f]{2}/gi, (escape) =>
    listed.has(escape.toUpperCase()) ? String.fromCharCode(Number.parseInt(escape.slice(1), 16)) : escape,
  );
};

/**
 * Form parameters as Twilio signs them: names in byte order, name and decoded value joined without
 * a separator; values of a repeated name de-duplicated and sorted.
 */
const sortedPairs = (body: Buffer): Buffer => {
  const byName = new Map<string, Set<string>>();
  for (const [name, value] of new URLSearchParams(body.toString("utf8"))) {
    byName.set(name, (byName.get(name) ?? new Set()).add(value));
  }
  const order = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Buffer.from(
    [...byName.keys()]
      .toSorted(order)
      .flatMap((name) => [...(byName.get(name) ?? [])].toSorted(order).map((value) => name + value))
      .join(""),
  );
};
