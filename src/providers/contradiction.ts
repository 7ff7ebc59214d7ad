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
    : {
        path: ["delays"],
        message: `${all} attempts need ${all - 1} delays between them, but there ${waits === 1 ? "is" : "are"} only ${waits}`,
      };
};

/** Yields what is wrong with the placeholders of a challenge. */
export function* contradictionsInChallenge(given: Challenge): Generator<Contradiction> {
  const { request, hmac, answers, challenge } = given;
  const asked = [...(request.query ?? []), ...(request.headers ?? [])].map(([, text]) => text);
  const quoted = (request.json ?? "").match(/"[^"\\]*"/g) ?? [];
  const part = [...asked, ...quoted].find(
    (text) => /\{(?:challenge|token)\}/.test(text) && !/^"?\{(?:challenge|token)\}"?$/.test(text),
  );
  if (part !== undefined)
    yield { path: ["request"], message: `{challenge} and {token} must be the whole value, but ${part} contains more` };
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
    yield { path: ["hmac"], message: "is missing, but an answer contains {hmac}" };
}

/** Yields fields of a scheme that are valid by themselves but contradict others. */
export function* contradictionsIn(scheme: Scheme): Generator<Contradiction> {
  const { layout, mac, content, id, timestamp } = scheme;
  if ((scheme.header === undefined) === (scheme.place === undefined))
    yield {
      path: ["header"],
      message: 'must be given if "place" is not, and must not be given otherwise: it is where the signature is',
    };
  const isPlain = mac.kind === "token" || mac.kind === "basic";
  yield* [inToken(scheme), inKeys(scheme)].filter((found) => found !== undefined);
  if (!isPlain && mac.kind !== "jws" && content.length === 0)
    yield { path: ["content"], message: 'is empty: say what is signed, such as ["body"]' };
  if (isPlain && content.length > 0)
    yield { path: ["content"], message: `is not signed by a ${mac.kind} scheme: leave it out` };
  if (hasPart(content, "id") && id === undefined)
    yield { path: ["id"], message: 'is missing, but "content" contains the id: write { "header": NAME }' };
  if (hasPart(content, "timestamp") && timestamp === undefined)
    yield { path: ["timestamp"], message: 'is missing, but "content" contains the timestamp' };
  if (mac.kind === "digest" && !hasPart(content, "secret"))
    yield { path: ["content"], message: 'does not contain "secret": anyone could compute a plain hash of the rest' };
  if (timestamp === undefined) return;
  const { from } = timestamp;
  const hasItems = ["pairs", "list", "json"].includes(layout.kind) || mac.kind === "jws";
  if ("pair" in from && !hasItems)
    yield { path: ["timestamp", "from"], message: 'a pair needs a header whose layout is "pairs" or "list"' };
  const own = placesOf(scheme).find((place) => !("pair" in from) && samePlace(place, from));
  if (own !== undefined)
    yield { path: ["timestamp", "from"], message: `${placeName(own)} contains the signature: write { "pair": NAME }` };
}

/** The first contradiction in a scheme that signs with a JWS, or whose place is the whole body. */
const inToken = (scheme: Scheme): Contradiction | undefined => {
  const { mac, content } = scheme;
  const isBody = placesOf(scheme).some((place) => "body" in place);
  const carries = mac.kind === "jws" && mac.payload === "content";
  if (isBody !== carries)
    return isBody
      ? { path: ["place"], message: 'is the whole body, which needs a token with payload "content"' }
      : {
          path: ["mac", "payload"],
          message: 'is "content", so the token is the whole body: its place must be { "body": "whole" }',
        };
  if (mac.kind !== "jws") return undefined;
  const hasClaims = mac.payload === undefined || mac.payload === "claims";
  if (hasClaims && content.length > 0)
    return {
      path: ["content"],
      message:
        'must be left out for a token with claims: the token does not sign it directly; say in "claims" which claim is a hash of it',
    };
  return !hasClaims && content.length === 0
    ? { path: ["content"], message: 'is empty: say what is signed, such as ["body"]' }
    : undefined;
};

const inKeys = ({ keys, mac }: Scheme): Contradiction | undefined => {
  if (keys === undefined) return undefined;
  const isShared =
    mac.kind === "jws" ? mac.algorithm.startsWith("HS") : !["rsa", "ecdsa", "ed25519"].includes(mac.kind);
  if (isShared) return { path: ["keys"], message: "are public keys, but the scheme signs with a shared secret" };
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
