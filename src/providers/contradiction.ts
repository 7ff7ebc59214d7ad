import { hasPart } from "./parts.ts";
import { unknownPlaceholder } from "./placeholders.ts";
import { placeName, placesOf, samePlace } from "./place.ts";
import { valueOf } from "./profile.ts";
import type { Challenge, DeliveryPolicy, Scheme } from "./profile.ts";

/** A field that contradicts another one of its profile. */
export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Whether a delivery policy has too few waits for its attempts. */
export const contradictionInDelivery = ({ attempts, delays }: DeliveryPolicy): Contradiction | undefined => {
  const [all, waits] = [valueOf(attempts), valueOf(delays).length];
  return waits >= all - 1
    ? undefined
    : { path: ["delays"], message: `${all} attempts have ${all - 1} waits between them, and ${waits} are given` };
};

/** What is wrong with the placeholders of a challenge. */
export function* contradictionsInChallenge(given: Challenge): Generator<Contradiction> {
  const { request, hmac, answers, challenge } = given;
  const asked = [...(request.query ?? []), ...(request.headers ?? [])].map(([, text]) => text);
  const quoted = (request.json ?? "").match(/"[^"\\]*"/g) ?? [];
  const part = [...asked, ...quoted].find(
    (text) => /\{(?:challenge|token)\}/.test(text) && !/^"?\{(?:challenge|token)\}"?$/.test(text),
  );
  if (part !== undefined)
    yield { path: ["request"], message: `{challenge} and {token} are whole texts, and ${part} holds more` };
  const answered = answers.flatMap(({ text = "", json = "", headers = [] }) => [text, json, ...headers.flat()]);
  for (const [field, texts, place] of [
    ["challenge", [challenge], "challenge"],
    ["request", [...asked, request.json ?? ""], "request"],
    ["answers", answered, "answer"],
  ] as const)
    for (const text of texts) {
      const unknown = unknownPlaceholder(place, text);
      if (unknown !== undefined) yield { path: [field], message: unknown.message };
    }
  if (hmac === undefined && answered.some((text) => text.includes("{hmac}")))
    yield { path: ["hmac"], message: "is not given, and an answer holds {hmac}" };
}

/** Fields of a scheme that are valid by themselves but contradict others. */
export function* contradictionsIn(scheme: Scheme): Generator<Contradiction> {
  const { layout, mac, content, id, timestamp } = scheme;
  if ((scheme.header === undefined) === (scheme.place === undefined))
    yield { path: ["header"], message: 'is where the signature stands: give either "header" or "place"' };
  const isPlain = mac.kind === "token" || mac.kind === "basic";
  yield* [inToken(scheme), inKeys(scheme)].filter((found) => found !== undefined);
  if (!isPlain && mac.kind !== "jws" && content.length === 0)
    yield { path: ["content"], message: 'is empty: say what is signed, such as ["body"]' };
  if (isPlain && content.length > 0)
    yield { path: ["content"], message: `is not signed by a ${mac.kind} scheme: leave it out` };
  if (hasPart(content, "id") && id === undefined)
    yield { path: ["id"], message: 'is not given, and "content" has the id: write { "header": NAME }' };
  if (hasPart(content, "timestamp") && timestamp === undefined)
    yield { path: ["timestamp"], message: 'is not given, and "content" has the timestamp' };
  if (mac.kind === "digest" && !hasPart(content, "secret"))
    yield { path: ["content"], message: 'has no "secret": anybody could compute a plain hash of the rest' };
  if (timestamp === undefined) return;
  const { from } = timestamp;
  const hasItems = ["pairs", "list", "json"].includes(layout.kind) || mac.kind === "jws";
  if ("pair" in from && !hasItems)
    yield { path: ["timestamp", "from"], message: 'a pair stands only in a header whose layout is "pairs" or "list"' };
  const own = placesOf(scheme).find((place) => !("pair" in from) && samePlace(place, from));
  if (own !== undefined)
    yield { path: ["timestamp", "from"], message: `${placeName(own)} holds the signature: write { "pair": NAME }` };
}

/** What does not go together in a scheme of tokens, or with the whole body as the place of one. */
const inToken = (scheme: Scheme): Contradiction | undefined => {
  const { mac, content } = scheme;
  const isBody = placesOf(scheme).some((place) => "body" in place);
  const carries = mac.kind === "jws" && mac.payload === "content";
  if (isBody !== carries)
    return isBody
      ? { path: ["place"], message: 'is the whole body: only a token with payload "content" is one' }
      : {
          path: ["mac", "payload"],
          message: 'is "content", which is then in the token alone: its place must be { "body": "whole" }',
        };
  if (mac.kind !== "jws") return undefined;
  const hasClaims = mac.payload === undefined || mac.payload === "claims";
  if (hasClaims && content.length > 0)
    return {
      path: ["content"],
      message: 'is not signed by a token of claims: leave it out, and say in "claims" which of them is a hash of it',
    };
  return !hasClaims && content.length === 0
    ? { path: ["content"], message: 'is empty: say what is signed, such as ["body"]' }
    : undefined;
};

const inKeys = ({ keys, mac }: Scheme): Contradiction | undefined => {
  if (keys === undefined) return undefined;
  const isShared =
    mac.kind === "jws" ? mac.algorithm.startsWith("HS") : !["rsa", "ecdsa", "ed25519"].includes(mac.kind);
  if (isShared) return { path: ["keys"], message: "are public keys, and the scheme signs with a shared secret" };
  const wide =
    "hosts" in keys
      ? keys.hosts.findIndex((host) =>
          host
            .split(".")
            .slice(-2)
            .some((label) => label.includes("*")),
        )
      : -1;
  return wide < 0
    ? undefined
    : {
        path: ["keys", "hosts", wide],
        message: "has a * in its last two labels: it must end in the platform's own domain",
      };
};
