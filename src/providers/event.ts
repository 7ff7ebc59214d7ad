import { headerValue } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { payloadOf } from "./payload.ts";
import { valueOf } from "./profile.ts";
import type { Locator, Profile } from "./profile.ts";

/** What a delivery says of itself, read where its profile says it stands. */
export interface EventFacts {
  readonly id: string | null;
  readonly type: string | null;
  /** The number in the platform's attempt header, as it counts. */
  readonly attempt: number | null;
  /** Epoch milliseconds at which the event happened. */
  readonly time: number | null;
  /** Equal for two deliveries of one event; null where the profile's key is not in the request. */
  readonly dedupeKey: string | null;
}

/** Reads the event facts of a request; nothing that it holds makes this throw. */
export const eventOf = (request: WebhookRequest, profile: Profile): EventFacts => {
  const find = finder(request);
  const first = (locators: readonly Locator[]): string | null => {
    for (const locator of locators) {
      const found = find(locator);
      if (found !== undefined && found !== "") return found;
    }
    return null;
  };
  const { envelope } = profile;
  const attempt = profile.attempt === undefined ? undefined : find({ header: profile.attempt.header });
  const dedupe = valueOf(envelope.dedupe).map(find);
  const time = envelope.time === undefined ? undefined : find(envelope.time);
  return {
    id: first(envelope.id),
    type: first(envelope.type),
    attempt: attempt !== undefined && /^\d{1,9}$/.test(attempt) ? Number(attempt) : null,
    time: time === undefined ? null : epochMs(time, envelope.time?.unit ?? "iso"),
    dedupeKey: dedupe.length > 0 && dedupe.every((part) => part !== undefined) ? dedupe.join(" ") : null,
  };
};

/** Looks up locators in one request; the body is read only when asked for. */
const finder =
  (request: WebhookRequest): ((locator: Locator) => string | undefined) =>
  (locator) => {
    if ("header" in locator) return headerValue(request.headers, locator.header);
    const payload = payloadOf(request.body);
    return "form" in locator ? payload.form(locator.form) : payload.json(locator.json);
  };

const epochMs = (text: string, unit: "iso" | "s" | "ms"): number | null => {
  const ms = unit === "iso" ? Date.parse(text) : Number(text) * (unit === "s" ? 1000 : 1);
  return Number.isFinite(ms) ? ms : null;
};
