import type { Delivery, Sender } from "../delivery/types.ts";
import { eventOf } from "../providers/event.ts";
import { signatureHeadersOf } from "../providers/place.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Profile } from "../providers/profile.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { headerValue, utf8Text } from "../request/request.ts";
import type { DlqEntry } from "./dlq.ts";

interface EntryOptions {
  /** The event's provider; detected from the headers if undefined. */
  readonly profile: Profile | undefined;
  readonly profiles: readonly Profile[];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly url: string | null;
}

/** Makes an entry for an event with no recorded attempts. */
export const entryFor = (
  body: Buffer,
  headers: readonly HeaderPair[],
  options: EntryOptions,
  request?: WebhookRequest,
): Omit<DlqEntry, "id"> => {
  const whole: WebhookRequest = request ?? {
    method: "POST",
    target: "/",
    headers:
      headerValue(headers, "content-type") === undefined
        ? [
            [
              "Content-Type",
              options.profile?.contentType ??
                (utf8Text(body) === undefined ? "application/octet-stream" : "application/json"),
            ],
            ...headers,
          ]
        : headers,
    body,
  };
  const profile = options.profile ?? profileByHeaders(whole, options.profiles);
  const facts = profile === undefined ? undefined : eventOf(whole, profile);
  return {
    eventId: facts?.id ?? null,
    eventType: facts?.type ?? null,
    provider: profile?.id ?? null,
    url: options.url ?? whole.url ?? null,
    failedAt: whole.receivedAt ?? options.now,
    reason: "imported",
    request: whole,
    attempts: [],
  };
};

/** The first provider whose signature header is in the request. */
export const profileByHeaders = (request: WebhookRequest, profiles: readonly Profile[]): Profile | undefined =>
  profiles.find((profile) =>
    schemesOf(profile)?.some((scheme) =>
      signatureHeadersOf(scheme).some((header) => headerValue(request.headers, header) !== undefined),
    ),
  );

/** The entry for a delivery that `by` made and that permanently failed at `failedAt` (epoch milliseconds). */
export const entryOfDelivery = (
  { eventId, eventType, url, reason, attempts }: Delivery,
  request: WebhookRequest,
  { provider, by, failedAt }: { readonly provider: string; readonly by: Sender; readonly failedAt: number },
): Omit<DlqEntry, "id"> => ({ eventId, eventType, provider, by, url, failedAt, reason, request, attempts });
