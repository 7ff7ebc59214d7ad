export { fromBase64 } from "../../formats/base64.ts";
import type { HeaderPair, WebhookRequest } from "../../request/request.ts";
import { scalarText } from "../../values/json-text.ts";
import type { JsonNode } from "../../values/json-text.ts";
import type { Change } from "../record.ts";

/** The content of an envelope. Its body may be another envelope. */
export interface Opened {
  readonly body: Buffer;
  /** Headers of the webhook itself. */
  readonly headers?: readonly HeaderPair[];
  /** Fields stored next to the body; not all of them are the webhook's headers. */
  readonly fields?: readonly HeaderPair[];
  /** The whole request, if the envelope has it. */
  readonly request?: WebhookRequest;
  /** The message's id in the envelope. */
  readonly id?: string;
  /** Epoch milliseconds. */
  readonly at?: number;
  /** Why the message is there, for example why it was dead-lettered. */
  readonly reason?: string;
  readonly receiveCount?: number;
  /** Attempts that hookproof recorded next to the message. */
  readonly change?: Change;
}

/** Data that has the marks of a format but can't be read as that format. */
export interface Unopened {
  readonly problem: string;
}

/** JSON with its source text, so that a part can be extracted byte for byte. */
export interface Document {
  readonly text: string;
  readonly node: JsonNode;
  readonly value: unknown;
}

/** A format in which queues, clouds and job runners store a message. */
export interface Envelope {
  readonly name: string;
  /** Where the format is documented. */
  readonly source: string;
  /** Top-level keys of which the document must have at least one; a cheap test that excludes most events. */
  readonly keys: readonly string[];
  /** The messages in the document; several for a list. Undefined if the document isn't in this format. */
  readonly open: (document: Document) => readonly (Opened | Unopened)[] | undefined;
}

/** The bytes of a value: a string's content, or the source text of anything else. */
export const bytesOf = ({ text }: Document, node: JsonNode): Buffer =>
  Buffer.from(node.kind === "string" ? (scalarText(node) ?? "") : text.slice(node.start, node.end), "utf8");

/** Converts an envelope's time to epoch milliseconds. @returns undefined if it is invalid */
export const instantOf = (value: string | number | undefined, unit: "s" | "ms" = "ms"): number | undefined => {
  if (value === undefined) return undefined;
  const ms = typeof value === "number" ? value * (unit === "s" ? 1000 : 1) : Date.parse(value);
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? Math.floor(ms) : undefined;
};

/** `{ at }` if there is a time, else `{}`; for spreading into an object with an optional `at`. */
export const atOf = (ms: number | undefined): { readonly at?: number } => (ms === undefined ? {} : { at: ms });
