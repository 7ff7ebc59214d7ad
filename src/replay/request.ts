import type { DlqEntry } from "../dlq/dlq.ts";
import { headersOfScheme } from "../providers/place.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Profile } from "../providers/profile.ts";
import { headerValue, withOwnHeaders, withoutHeaders } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";

// Headers of a connection, or set by the transport (RFC 9110, 7.6.1).
const perConnection = [
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "keep-alive",
  "expect",
  "te",
  "trailer",
  "upgrade",
  "proxy-connection",
];

const replaced = new WeakMap<Profile, Replaced>();

/** Which headers are regenerated for each attempt. */
interface Replaced {
  /** Names in lower case. */
  readonly names: ReadonlySet<string>;
  /** Caches the answer for names in any case: a queue's entries have the same few. */
  readonly met: Map<string, boolean>;
}

const maxRemembered = 200;

/**
 * The stored headers that a re-signed request keeps: all except those regenerated for the signature, the attempt and
 * the connection.
 */
export const headersToKeep = (headers: readonly HeaderPair[], profile: Profile): readonly HeaderPair[] => {
  let drop = replaced.get(profile);
  if (drop === undefined) replaced.set(profile, (drop = { names: replacedBy(profile), met: new Map() }));
  const kept: HeaderPair[] = [];
  for (const pair of headers) if (!isReplaced(pair[0], drop)) kept.push(pair);
  return kept;
};

const isReplaced = (name: string, { names, met }: Replaced): boolean => {
  const existing = met.get(name);
  if (existing !== undefined) return existing;
  const is = names.has(name.toLowerCase());
  if (met.size < maxRemembered) met.set(name, is);
  return is;
};

/** Names, in lower case, of the headers that are regenerated for each attempt. */
const replacedBy = (profile: Profile): ReadonlySet<string> => {
  const signed = (schemesOf(profile) ?? []).flatMap(headersOfScheme);
  const counted = profile.attempt === undefined ? [] : [profile.attempt.header];
  return new Set([...perConnection, ...signed, ...counted].map((name) => name.toLowerCase()));
};

/**
 * How many attempts the platform has made for an entry: by the last one recorded, else by the stored request's own
 * attempt header (an imported request has no other history).
 */
export const attemptsMade = ({ attempts, request }: DlqEntry, profile: Profile): number => {
  if (profile.attempt === undefined) return attempts.length;
  const { header, first } = profile.attempt;
  const last = attempts.at(-1)?.number ?? numberOf(headerValue(request.headers, header));
  return Math.max(attempts.length, last === undefined ? 0 : last - first + 1);
};

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;

/** The stored request with a new destination and the user's headers, otherwise unchanged. */
export const retarget = (request: WebhookRequest, to: string, own: readonly HeaderPair[] = []): WebhookRequest => {
  const url = new URL(to);
  return {
    ...request,
    url: to,
    target: `${url.pathname}${url.search}`,
    headers: withOwnHeaders([["Host", url.host], ...withoutHeaders(request.headers, perConnection)], own),
  };
};
