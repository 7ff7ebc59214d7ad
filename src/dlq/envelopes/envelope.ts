export { fromBase64 } from "../../formats/base64.ts";
import type { HeaderPair, WebhookRequest } from "../../request/request.ts";
import { scalarText } from "../../values/json-text.ts";
import type { JsonNode } from "../../values/json-text.ts";
import type { Change } from "../record.ts";

/** What an envelope holds. Its body may be another envelope. */
export interface Opened {
  readonly body: Buffer;
  /** Headers of the webhook itself. */
  readonly headers?: readonly HeaderPair[];
  /** What a broker or program keeps beside the body; not all of it concerns the webhook. */
  readonly fields?: readonly HeaderPair[];
  /** The whole request, where the envelope has it. */
  readonly request?: WebhookRequest;
  /** The envelope's own name for it. */
  readonly id?: string;
  /** Epoch milliseconds. */
  readonly at?: number;
  /** Why it is where it is. */
  readonly reason?: string;
  readonly receiveCount?: number;
  /** Attempts that hookproof noted beside it. */
  readonly change?: Change;
}

/** Something that says it is of a form and does not keep to it. */
export interface Unopened {
  readonly problem: string;
}

/** JSON with its text, so that what is removed of it keeps its bytes. */
export interface Document {
  readonly text: string;
  readonly node: JsonNode;
  readonly value: unknown;
}

/** A form in which queues, clouds and job runners keep a message. */
export interface Envelope {
  readonly name: string;
  /** Where its form is written down. */
  readonly source: string;
  /** Its document has one of these at the top: most events have none, and are not looked at further. */
  readonly keys: readonly string[];
  /** What is in it; several for a list. Undefined where the document is no such envelope. */
  readonly open: (document: Document) => readonly (Opened | Unopened)[] | undefined;
}

/** The text of a value: a string's content, anything else as it is written. */
export const bytesOf = ({ text }: Document, node: JsonNode): Buffer =>
  Buffer.from(node.kind === "string" ? (scalarText(node) ?? "") : text.slice(node.start, node.end), "utf8");

/** An instant as its envelope writes it; undefined where it is none. */
export const instantOf = (value: string | number | undefined, unit: "s" | "ms" = "ms"): number | undefined => {
  if (value === undefined) return undefined;
  const ms = typeof value === "number" ? value * (unit === "s" ? 1000 : 1) : Date.parse(value);
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? Math.floor(ms) : undefined;
};

/** `{ at }` where there is an instant: for an optional field. */
export const atOf = (ms: number | undefined): { readonly at?: number } => (ms === undefined ? {} : { at: ms });
