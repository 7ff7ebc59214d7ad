import { eventOf } from "../providers/event.ts";
import type { Profile } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Comparison } from "./compare.ts";

/** The ids of two requests that one platform sent as different events; null where they are one, or nothing shows it. */
export const differentEvents = (
  sent: WebhookRequest,
  received: WebhookRequest,
  platformOf: (request: WebhookRequest) => Profile | undefined,
): Comparison["events"] => {
  const from = platformOf(sent);
  if (from === undefined || from !== platformOf(received)) return null;
  const ids = { sent: eventOf(sent, from).id, received: eventOf(received, from).id };
  if (ids.sent === null || ids.received === null || ids.sent === ids.received) return null;
  // An id comes from a body that may be one long string.
  return { sent: ids.sent.slice(0, 200), received: ids.received.slice(0, 200) };
};
