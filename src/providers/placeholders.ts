import { nearest } from "../values/nearest.ts";

/** A placeholder that nothing is filled in for: it would go out as it is, or as nothing. */
export interface UnknownPlaceholder {
  readonly message: string;
  readonly nearest?: string;
}

/** What stands for a fact about the delivery in a header's value. */
const inHeaders = ["type", "id", "attempt", "time", "uuid"];

/** What stands for a parameter in the path of an API's route. */
const inPaths = ["handle", "subscriptionId", "sourceId", "source"];

const inNewIds = ["hex24", "base62x24", "base36x10", "uuid", "number"];
/** What a platform's challenge is made of, what its request holds, and what an answer to it. */
const inChallenges = { challenge: ["secret"], request: ["challenge", "token"], answer: ["challenge", "hmac"] };
const newIdForm = /^(?:hex\d{1,4}|base(?:36|62)x\d{1,4}|uuid|number)$/;

/** The first unknown placeholder in a header's value, a route's path, the form of new ids, or a part of a challenge. */
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
