import { headerValue } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { payloadOf } from "./payload.ts";
import { valueOf } from "./profile.ts";
import type { Envelope, Locator, Profile } from "./profile.ts";

/** A delivery's event facts, read from the places named in its profile. */
export interface EventFacts {
  readonly id: string | null;
  readonly type: string | null;
  /** The number in the platform's attempt header, in the platform's own counting. */
  readonly attempt: number | null;
  /** Epoch milliseconds at which the event happened. */
  readonly time: number | null;
  /** Equal for two deliveries of one event; null where the profile's key is not in the request. */
  readonly dedupeKey: string | null;
}

/** Reads the event facts of a request; never throws, whatever the request contains. */
export const eventOf = (request: WebhookRequest, profile: Profile): EventFacts => {
  const first = (locators: readonly Locator[]): string | null => {
    for (const locator of locators) {
      const found = factAt(request, locator);
      if (found !== null) return found;
    }
    return null;
  };
  const { envelope } = profile;
  const attempt = profile.attempt === undefined ? undefined : headerValue(request.headers, profile.attempt.header);
  const dedupe = keyPlaces(envelope).map(first);
  const time = envelope.time === undefined ? null : factAt(request, envelope.time);
  return {
    id: first(envelope.id),
    type: first(envelope.type),
    attempt: attempt !== undefined && /^\d{1,9}$/.test(attempt) ? Number(attempt) : null,
    time: time === null ? null : epochMs(time, envelope.time?.unit ?? "iso"),
    dedupeKey: dedupe.length > 0 && dedupe.every((part) => part !== null) ? dedupe.join(" ") : null,
  };
};

/** The value at one place of a request; null if there is none. */
export const factAt = (request: WebhookRequest, locator: Locator): string | null => {
  const found =
    "header" in locator
      ? headerValue(request.headers, locator.header)
      : "form" in locator
        ? payloadOf(request.body).form(locator.form)
        : payloadOf(request.body).json(locator.json);
  return found === undefined || found === "" ? null : found;
};

const placesKnown = new WeakMap<Envelope, readonly (readonly Locator[])[]>();

/**
 * The possible places of each part of the dedupe key. If a part is one of several places of the event's id or type, any
 * of those counts: `svix-id` instead of `webhook-id`.
 */
const keyPlaces = (envelope: Envelope): readonly (readonly Locator[])[] => {
  const existing = placesKnown.get(envelope);
  if (existing !== undefined) return existing;
  const places = valueOf(envelope.dedupe).map((locator) => {
    const isThis = (one: Locator): boolean => JSON.stringify(one) === JSON.stringify(locator);
    return [envelope.id, envelope.type].find((group) => group.some(isThis)) ?? [locator];
  });
  placesKnown.set(envelope, places);
  return places;
};

const epochMs = (text: string, unit: "iso" | "s" | "ms"): number | null => {
  const ms = unit === "iso" ? Date.parse(text) : Number(text) * (unit === "s" ? 1000 : 1);
  return Number.isFinite(ms) ? ms : null;
};
