import { HookproofError } from "../errors.ts";
import { matchesBodyType } from "../providers/place.ts";
import { isAssumed, schemesOf } from "../providers/profile.ts";
import type { Profile, Scheme } from "../providers/profile.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { isoInstant } from "../values/instant.ts";
import type { Secret } from "../values/secret.ts";
import { unusableReason } from "./key.ts";
import { sign } from "./sign.ts";
import type { Signed } from "./sign.ts";
import { maskedUrl } from "../values/masked-url.ts";

export interface BuildOptions {
  readonly profile: Profile;
  readonly scheme?: string | undefined;
  /** Null sends unsigned. */
  readonly secret: Secret | null;
  /** The private key, for schemes whose signed content includes a secret. */
  readonly key?: Secret | undefined;
  /** Further secrets whose signatures go into the same header, if the scheme allows several. */
  readonly rotated?: readonly Secret[] | undefined;
  readonly body: Buffer;
  /** The endpoint as an absolute URL; without it there is no Host, and schemes that sign the URL refuse. */
  readonly url?: string | undefined;
  readonly method?: string | undefined;
  readonly eventId: string;
  readonly eventType: string | null;
  /** The attempt number, from 0. */
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly timestampText?: string | undefined;
  readonly uuid: () => string;
  /** The user's own headers; one of the same name replaces the platform's. */
  readonly extra?: readonly HeaderPair[] | undefined;
}

interface BuiltRequest {
  readonly request: WebhookRequest;
  readonly signed: Signed | null;
}

/**
 * Builds the complete request as the platform would send it, except what the transport adds (Content-Length,
 * Transfer-Encoding, Connection).
 * @throws HookproofError like `sign`
 */
export const buildRequest = (options: BuildOptions): BuiltRequest => {
  const { profile, secret, url } = options;
  const plan = planOf(profile);
  const given = url === undefined ? undefined : endpointOf(url);
  const own: HeaderPair[] = given === undefined ? [] : [given.host];
  own.push(typeFor(profile, options.scheme, contentTypeOf(plan, options.eventType)));
  for (const template of plan.templates) own.push(filled(template, options));
  if (profile.attempt !== undefined && (options.attempt > 0 || profile.attempt.onFirst)) {
    own.push([profile.attempt.header, String(options.attempt + profile.attempt.first)]);
  }
  const extra = options.extra ?? [];
  const signed = secret === null ? null : signedWith(options, secret, options.scheme, replacedBy(own, extra));
  if (signed !== null && secret !== null) {
    if (plan.hasOlderSchemes) own.push(...olderSignatures(options, secret, signed, own));
    own.push(...signed.headers);
  }
  const headers = replacedBy(own, extra);
  const method = options.method === undefined ? "POST" : options.method.toUpperCase();
  const body = signed === null ? options.body : signed.body;
  const called = signed?.url ?? url;
  const endpoint = called === url ? given : called === undefined ? undefined : endpointOf(called);
  const request: WebhookRequest =
    called === undefined || endpoint === undefined
      ? { method, target: "/", httpVersion: "1.1", headers, body }
      : { method, target: endpoint.target, url: called, httpVersion: "1.1", headers, body };
  return { request, signed };
};

/** The platform's headers, with the user's replacing those of the same name. */
const replacedBy = (own: readonly HeaderPair[], extra: readonly HeaderPair[]): readonly HeaderPair[] => {
  if (extra.length === 0) return own;
  const headers: HeaderPair[] = [];
  for (const pair of own) if (!isAmong(pair[0], extra)) headers.push(pair);
  headers.push(...extra);
  return headers;
};

const isAmong = (name: string, headers: readonly HeaderPair[]): boolean => {
  for (const [other] of headers) {
    if (other === name || (other.length === name.length && other.toLowerCase() === name.toLowerCase())) return true;
  }
  return false;
};

const signedWith = (
  options: BuildOptions,
  secret: Secret,
  scheme: string | undefined,
  headers: readonly HeaderPair[],
): Signed =>
  sign({
    profile: options.profile,
    scheme,
    secret,
    key: options.key,
    rotated: options.rotated,
    headers,
    body: options.body,
    method: options.method,
    url: options.url,
    eventId: options.eventId,
    at: options.at,
    timestampText: options.timestampText,
  });

interface Endpoint {
  readonly text: string;
  readonly host: HeaderPair;
  readonly target: string;
}

let latest: Endpoint | undefined;

/** Caches the parsed URL: a load test has only one endpoint. */
const endpointOf = (text: string): Endpoint => {
  if (latest?.text !== text) {
    const { host, pathname, search } = endpointUrl(text);
    latest = { text, host: ["Host", host], target: `${pathname}${search}` };
  }
  return latest;
};

/** @throws HookproofError `usage` if it isn't an http(s) URL */
export const endpointUrl = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new HookproofError("usage", `'${maskedUrl(text)}' is not an http or https URL`, {
    hint: "write https://example.com/hooks",
  });
};

/** The parts of a platform's requests that are the same for all events, parsed once. */
interface Plan {
  readonly contentType: HeaderPair;
  /** Content types of event types that differ from the usual one. */
  readonly contentTypes: ReadonlyMap<string | null, HeaderPair>;
  readonly templates: readonly Template[];
  readonly hasOlderSchemes: boolean;
}

interface Template {
  readonly pair: HeaderPair;
  /** Alternating texts and placeholder names; a single text is the value itself. */
  readonly pieces: readonly string[];
}

const plans = new WeakMap<Profile, Plan>();

const planOf = (profile: Profile): Plan => {
  let plan = plans.get(profile);
  if (plan === undefined) plans.set(profile, (plan = newPlan(profile)));
  return plan;
};

const newPlan = (profile: Profile): Plan => ({
  contentType: ["Content-Type", profile.contentType],
  contentTypes: new Map(
    profile.events.flatMap(({ type, contentType }) =>
      contentType === undefined ? [] : [[type, ["Content-Type", contentType]] as const],
    ),
  ),
  templates: profile.headers.map((pair) => ({ pair, pieces: pair[1].split(/\{(type|id|attempt|time|uuid)\}/) })),
  hasOlderSchemes: olderSchemes(profile).length > 0,
});

const contentTypeOf = (plan: Plan, eventType: string | null): HeaderPair =>
  plan.contentTypes.get(eventType) ?? plan.contentType;

/** An explicitly chosen scheme for another body type also sets the content type. */
const typeFor = (profile: Profile, name: string | undefined, usual: HeaderPair): HeaderPair => {
  const scheme = name === undefined ? undefined : schemesOf(profile)?.find((one) => one.name === name);
  if (scheme?.body === undefined || matchesBodyType(scheme, [usual])) return usual;
  return [usual[0], scheme.body === "json" ? "application/json" : "application/x-www-form-urlencoded"];
};

const filled = ({ pair, pieces }: Template, options: BuildOptions): HeaderPair => {
  if (pieces.length === 1) return pair;
  let value = "";
  for (const [at, piece] of pieces.entries()) value += at % 2 === 0 ? piece : templateValue(piece, options);
  return [pair[0], value];
};

/** Encodes text as a header value, with one character per byte. */
const asBytes = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");

const templateValue = (key: string, options: BuildOptions): string => {
  switch (key) {
    case "type":
      return asBytes(options.eventType ?? "");
    case "id":
      return asBytes(options.eventId);
    case "attempt":
      return String(options.attempt + 1);
    case "time":
      return isoInstant(options.at);
    default:
      return options.uuid();
  }
};

/** The older schemes that the platform signs with as well (GitHub's SHA-1). */
const olderSchemes = (profile: Profile): readonly Scheme[] =>
  isAssumed(profile.schemes) ? [] : (schemesOf(profile) ?? []).filter(({ signing }) => signing === "beside");

const olderSignatures = (
  options: BuildOptions,
  secret: Secret,
  signed: Signed,
  own: readonly HeaderPair[],
): readonly HeaderPair[] =>
  olderSchemes(options.profile)
    .filter((scheme) => scheme !== signed.scheme && unusableReason(secret.reveal(), scheme.mac) === undefined)
    .flatMap((scheme) => signedWith(options, secret, scheme.name, own).headers);
