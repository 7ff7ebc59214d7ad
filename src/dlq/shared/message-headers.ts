import { headersOfScheme } from "../../providers/place.ts";
import { schemesOf } from "../../providers/profile.ts";
import type { Locator, Profile } from "../../providers/profile.ts";

// What a webhook carries whatever its platform. The encodings say how to read the body.
const usual =
  /^(?:content-type|content-encoding|content-transfer-encoding|encoding|user-agent)$|signature|webhook|hmac/i;

/**
 * Which of the fields beside a message's body are headers of the webhook in it: those that platforms' profiles name, and
 * what is named as such. The others are the broker's or the program's own (`x-exception-message`, `traceparent`), and
 * concern no endpoint.
 */
export const webhookHeaders = (profiles: readonly Profile[]): ((name: string) => boolean) => {
  const named = new Set(profiles.flatMap(headersOf).map((name) => name.toLowerCase()));
  return (name) => usual.test(name) || named.has(name.toLowerCase());
};

const headersOf = (profile: Profile): readonly string[] => {
  const { envelope, attempt, headers } = profile;
  return [
    ...(schemesOf(profile) ?? []).flatMap(headersOfScheme),
    ...[...envelope.id, ...envelope.type].flatMap(namedBy),
    ...(attempt === undefined ? [] : [attempt.header]),
    ...headers.map(([name]) => name),
  ];
};

const namedBy = (place: Locator | object): readonly string[] =>
  "header" in place && typeof place.header === "string" ? [place.header] : [];
