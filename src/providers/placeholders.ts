import { nearest } from "../values/nearest.ts";

/** A placeholder without a value: it would be sent literally or as nothing. */
export interface UnknownPlaceholder {
  readonly message: string;
  readonly nearest?: string;
}

/** Placeholders in header values, filled with facts about the delivery. */
const inHeaders = ["type", "id", "attempt", "time", "uuid"];

/** Placeholders in the path of an API route. */
const inPaths = ["handle", "subscriptionId", "sourceId", "source"];

const inNewIds = ["hex24", "base62x24", "base36x10", "uuid", "number"];
/** Placeholders in a challenge, in the request that carries it, and in the expected response. */
const inChallenges = { challenge: ["secret"], request: ["challenge", "token"], answer: ["challenge", "hmac"] };
const newIdForm = /^(?:hex\d{1,4}|base(?:36|62)x\d{1,4}|uuid|number)$/;

/** The first unknown placeholder in a header value, an API path, a form of new ids, or a part of a challenge. */
export const unknownPlaceholder = (
  place: "header" | "path" | "newId" | keyof typeof inChallenges,
  text: string,
): UnknownPlaceholder | undefined => {
  const known = { header: inHeaders, path: inPaths, newId: inNewIds, ...inChallenges }[place];
  const isMade = place === "newId" || place === "challenge" || place === "request";
  const isKnown = (name: string): boolean => (isMade && newIdForm.test(name)) || known.includes(name);
  const unknown = [...text.matchAll(/\{([\w.$-]{1,64})\}/g)].find(([, name = ""]) => !isKnown(name));
  if (unknown === undefined) return undefined;
  const near = nearest(unknown[1] ?? "", known);
  return { message: `unknown placeholder ${unknown[0]}`, ...(near === undefined ? {} : { nearest: `{${near}}` }) };
};
