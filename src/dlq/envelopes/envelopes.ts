import { brokerEnvelopes } from "./brokers.ts";
import { cloudEnvelopes } from "./clouds.ts";
import type { Document, Envelope, Opened, Unopened } from "./envelope.ts";
import { requestEnvelopes } from "./requests.ts";

/** All envelopes, for files and messages. The first that matches a document opens it. Add a new one here. */
export const envelopes: readonly Envelope[] = [...cloudEnvelopes, ...brokerEnvelopes, ...requestEnvelopes];

/** The messages in a document. @returns undefined if it isn't an envelope */
export const open = (document: Document): readonly (Opened | Unopened)[] | undefined => {
  const { node } = document;
  if (node.kind !== "object") return undefined;
  const keys = new Set(node.members.map(({ key }) => key));
  for (const envelope of envelopes) {
    if (!envelope.keys.some((key) => keys.has(key))) continue;
    const opened = envelope.open(document);
    if (opened !== undefined) return opened;
  }
  return undefined;
};
