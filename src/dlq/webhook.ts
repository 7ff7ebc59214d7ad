import { eventOf } from "../providers/event.ts";
import { signatureValue } from "../providers/place.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Profile } from "../providers/profile.ts";
import type { HeaderPair } from "../request/request.ts";
import type { DlqEntry } from "./dlq.ts";
import { profileByHeaders } from "./entry-for.ts";

/**
 * Whether an entry looks like a webhook: its provider finds an event id or type, or it has a signature header. Other
 * requests (a login in a HAR, other jobs of a queue) must not be sent to any endpoint.
 * @param profile undefined where the provider is not known
 */
export const isWebhook = (
  { eventId, eventType, request }: Pick<DlqEntry, "eventId" | "eventType" | "request">,
  profile: Profile | undefined,
): boolean => {
  if (eventId !== null || eventType !== null) return true;
  const schemes = profile === undefined ? undefined : schemesOf(profile);
  // If the platform's signing isn't documented, go by the header's name.
  const isSigned =
    schemes === undefined
      ? request.headers.some(([name]) => /signature/i.test(name))
      : schemes.some((scheme) => signatureValue(request, scheme) !== undefined);
  if (isSigned || profile === undefined) return isSigned;
  const { id, type } = eventOf(request, profile);
  return id !== null || type !== null;
};

/** Why an entry that is not a webhook is left where it is. */
export const notWebhook = "no event id, no event type and no signature header: not a webhook";

/**
 * Whether a body is an event as it is, however much it looks like an envelope: it is what a signature beside it is of,
 * or its platform finds both id and type in it.
 */
export const isWholeEvent = (
  headers: readonly HeaderPair[],
  body: Buffer,
  { profile, profiles }: { readonly profile: Profile | undefined; readonly profiles: readonly Profile[] },
): boolean => {
  const known = profile === undefined ? profiles : [profile, ...profiles];
  if (profileByHeaders({ method: "POST", target: "/", headers, body }, known) !== undefined) return true;
  if (profile === undefined) return false;
  const { id, type } = eventOf({ method: "POST", target: "/", headers: [], body }, profile);
  return id !== null && type !== null;
};
