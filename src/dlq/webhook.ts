import { eventOf } from "../providers/event.ts";
import { signatureValue } from "../providers/place.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Profile } from "../providers/profile.ts";
import type { HeaderPair } from "../request/request.ts";
import type { DlqEntry } from "./dlq.ts";
import { profileByHeaders } from "./entry-for.ts";

/**
 * Whether an entry looks like a webhook: it has an event id or type, or a signature header. Other requests (a login in
 * a HAR, other jobs in a queue) must not be sent to an endpoint.
 * @param profile undefined if the provider is unknown
 */
export const isWebhook = (
  { eventId, eventType, request }: Pick<DlqEntry, "eventId" | "eventType" | "request">,
  profile: Profile | undefined,
): boolean => {
  if (eventId !== null || eventType !== null) return true;
  const schemes = profile === undefined ? undefined : schemesOf(profile);
  // If the provider's signing isn't documented, any header named like a signature counts.
  const isSigned =
    schemes === undefined
      ? request.headers.some(([name]) => /signature/i.test(name))
      : schemes.some((scheme) => signatureValue(request, scheme) !== undefined);
  if (isSigned || profile === undefined) return isSigned;
  const { id, type } = eventOf(request, profile);
  return id !== null || type !== null;
};

/** Why an entry that is not a webhook is skipped. */
export const notWebhook = "no event id, no event type and no signature header: not a webhook";

/**
 * Whether a body is an event as a whole, even if it looks like an envelope: it came with a known provider's signature
 * header, or the given provider finds both id and type in it.
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
