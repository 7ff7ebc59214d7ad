import type { Profile } from "../providers/profile.ts";
import { freshEvent } from "../providers/samples.ts";
import { isoInstant } from "../values/instant.ts";
import { setJson } from "../values/json-text.ts";
import type { Delivery } from "./types.ts";

/**
 * The body of the event that reports a permanently failed delivery.
 * @param type the profile's `delivery.terminalEvent`
 * @param fresh the new event's id, and its time in epoch milliseconds
 */
export const terminalFailure = (
  profile: Profile,
  type: string,
  fresh: { readonly id: string; readonly at: number },
  failed: Delivery,
): Buffer => {
  const sample = freshEvent(profile, type, fresh).toString("utf8");
  const payload = {
    eventId: failed.eventId,
    eventType: failed.eventType,
    url: failed.url,
    attempts: failed.attempts.length,
    lastStatus: failed.attempts.at(-1)?.status ?? null,
    reason: failed.reason,
    dlqId: failed.dlqId,
    failedAt: isoInstant(fresh.at),
  };
  return Buffer.from(setJson(sample, "payload", JSON.stringify(payload)) ?? sample, "utf8");
};
