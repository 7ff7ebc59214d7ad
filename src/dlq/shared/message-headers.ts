import { headersOfScheme } from "../../providers/place.ts";
import { schemesOf } from "../../providers/profile.ts";
import type { Locator, Profile } from "../../providers/profile.ts";

// Headers that a webhook of any provider may have. The encodings say how to decode the body.
const usual =
  /^(?:content-type|content-encoding|content-transfer-encoding|encoding|user-agent)$|signature|webhook|hmac/i;

/**
 * Returns a function that says whether a field next to a message's body is a header of the webhook: profiles name it,
 * or it is named like one. Other fields are the broker's or a program's own (`x-exception-message`, `traceparent`) and
 * must not be sent to an endpoint.
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
