import { brokerEnvelopes } from "./brokers.ts";
import { cloudEnvelopes } from "./clouds.ts";
import type { Document, Envelope, Opened, Unopened } from "./envelope.ts";
import { requestEnvelopes } from "./requests.ts";

/** Every envelope that is opened, in files and in messages alike: the first that a document fits. A new one is a line here. */
export const envelopes: readonly Envelope[] = [...cloudEnvelopes, ...brokerEnvelopes, ...requestEnvelopes];

/** What a document holds; undefined where it is not an envelope. */
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
