import { createHmac } from "node:crypto";
import { requestOf } from "../formats/capture.ts";
import type { Profile } from "../providers/profile.ts";
import { schemesOf } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import { hasPublishedKeys } from "../signature/published-keys.ts";
import type { Verdict } from "../signature/verdict.ts";
import type { Secret } from "../values/secret.ts";
import type { Diagnosis, Gathered } from "./types.ts";

interface VerdictRequest {
  /** Epoch milliseconds. */
  readonly at: number;
  /** The same event as recorded by its sender, if it was. */
  readonly sent?: WebhookRequest;
}

/** Verifies one request, with or without the search for a cause. */
export type VerdictOf = (
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: VerdictRequest,
) => Verdict | Promise<Verdict>;

/** The diagnosis, or why the signature was not checked. */
type Judged = Diagnosis | { readonly unjudged: string };

/**
 * Verifies the event's last captured request before masking. An invalid request is preferred over a later valid one,
 * because it needs explaining.
 * @param salt the bundle's salt: digests are only useful to someone with the same bytes
 */
export const diagnose = async (
  gathered: Gathered,
  profile: Profile,
  secrets: readonly Secret[],
  salt: Buffer,
  verdictOf: VerdictOf,
): Promise<Judged> => {
  const whole = gathered.records.filter(({ bare }) => !bare);
  if (gathered.records.length === 0) return { unjudged: "none of the sources contains the request itself" };
  if (secrets.length === 0 && !hasPublishedKeys(profile)) return { unjudged: "no secret is known" };
  if (whole.length === 0) return { unjudged: "the queue kept the event without its original headers" };
  if (schemesOf(profile) === undefined) return { unjudged: "the platform does not document its signature" };
  let chosen: Diagnosis | undefined;
  let unchecked = "";
  const received = whole.filter((one) => !one.sent);
  const last = gathered.records.findLast((one) => one.sent);
  for (const { record, source, sent } of (received.length > 0 ? received : whole).slice(-10)) {
    const request = requestOf(record);
    const verdict = await verdictOf(request, profile, secrets, {
      at: request.receivedAt ?? 0,
      ...(sent || last === undefined ? {} : { sent: requestOf(last.record) }),
    });
    // Without the key nothing was computed, so nothing is known about the signature.
    if (verdict.cause === "key-unavailable") {
      unchecked = verdict.findings[0]?.message ?? "";
      continue;
    }
    chosen = {
      verdict,
      request: { id: record.id, source, bodyBytes: request.body.length, bodyDigest: saltedDigest(salt, request.body) },
      secrets: secrets.map((secret) => ({
        name: secret.name.startsWith("--secret") ? "--secret" : secret.name,
        fingerprint: saltedDigest(salt, secret.reveal()).slice(0, 8),
      })),
    };
    if (!verdict.valid) return chosen;
  }
  return chosen ?? { unjudged: unchecked };
};

/** HMAC-SHA256 with the bundle's salt, in hex: reproducible only with the same bytes. */
export const saltedDigest = (salt: Buffer, bytes: Buffer): string =>
  createHmac("sha256", salt).update(bytes).digest("hex");
