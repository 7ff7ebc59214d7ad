import { HookproofError } from "../errors.ts";
import { isAssumed, schemesOf } from "../providers/profile.ts";
import type { Profile, Scheme } from "../providers/profile.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { isoInstant } from "../values/instant.ts";
import type { Secret } from "../values/secret.ts";
import { unfit } from "./key.ts";
import { sign } from "./sign.ts";
import type { Signed } from "./sign.ts";

export interface ComposeOptions {
  readonly profile: Profile;
  readonly scheme?: string | undefined;
  /** Null sends unsigned. */
  readonly secret: Secret | null;
  /** Further secrets whose signatures go into the same header, where the scheme has room for several. */
  readonly rotated?: readonly Secret[] | undefined;
  readonly body: Buffer;
  /** The endpoint as an absolute URL; without it there is no Host, and schemes that sign the URL refuse. */
  readonly url?: string | undefined;
  readonly method?: string | undefined;
  readonly eventId: string;
  readonly eventType: string | null;
  /** Which try this is, from 0. */
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly timestampText?: string | undefined;
  readonly uuid: () => string;
  /** The user's own headers; one of the same name replaces the platform's. */
  readonly extra?: readonly HeaderPair[] | undefined;
}

export interface Composed {
  readonly request: WebhookRequest;
  readonly signed: Signed | null;
}

/**
 * The whole request as the platform would send it, but for what the transport adds
 * (Content-Length, Transfer-Encoding, Connection).
 * @throws HookproofError as `sign`
 */
export const compose = (options: ComposeOptions): Composed => {
  const { profile, secret } = options;
  const endpoint = options.url === undefined ? undefined : endpointOf(options.url);
  const signed = secret === null ? null : signedWith(options, secret, options.scheme);
  const own: HeaderPair[] = [];
  if (endpoint !== undefined) own.push(["Host", endpoint.host]);
  own.push(["Content-Type", contentTypeOf(profile, options.eventType)], ...templated(options));
  own.push(...attemptHeader(profile, options.attempt));
  if (signed !== null && secret !== null) {
    own.push(...besideHeaders(options, secret, signed), ...withRotated(options, signed));
  }
  return {
    request: {
      method: (options.method ?? "POST").toUpperCase(),
      target: endpoint?.target ?? "/",
      ...(options.url === undefined ? {} : { url: options.url }),
      httpVersion: "1.1",
      headers: replacedBy(own, options.extra ?? []),
      body: options.body,
    },
    signed,
  };
};

/** The platform's headers without those that the user gives, and the user's after them. */
const replacedBy = (own: readonly HeaderPair[], extra: readonly HeaderPair[]): readonly HeaderPair[] => {
  if (extra.length === 0) return own;
  const names = new Set(extra.map(([name]) => name.toLowerCase()));
  return [...own.filter(([name]) => !names.has(name.toLowerCase())), ...extra];
};

const signedWith = (options: ComposeOptions, secret: Secret, scheme: string | undefined): Signed =>
  sign({
    profile: options.profile,
    scheme,
    secret,
    body: options.body,
    method: options.method,
    url: options.url,
    eventId: options.eventId,
    at: options.at,
    timestampText: options.timestampText,
  });

interface Endpoint {
  readonly text: string;
  readonly host: string;
  readonly target: string;
}

let latest: Endpoint | undefined;

/** A load goes to one endpoint: its URL is taken apart once. */
const endpointOf = (text: string): Endpoint => {
  if (latest?.text !== text) {
    const { host, pathname, search } = endpointUrl(text);
    latest = { text, host, target: `${pathname}${search}` };
  }
  return latest;
};

/** @throws HookproofError `usage` for what is not an http(s) URL */
export const endpointUrl = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new HookproofError("usage", `'${text}' is not an http or https URL`, {
    hint: "write https://example.com/hooks",
  });
};

const contentTypeOf = (profile: Profile, eventType: string | null): string =>
  profile.events.find(({ type }) => type === eventType)?.contentType ?? profile.contentType;

const templated = (options: ComposeOptions): readonly HeaderPair[] =>
  options.profile.headers.map(([name, template]) => [
    name,
    template.replace(/\{(type|id|attempt|time|uuid)\}/g, (_, key: string) => templateValue(key, options)),
  ]);

/** A header's characters are bytes. */
const asBytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

const templateValue = (key: string, options: ComposeOptions): string => {
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

const attemptHeader = (profile: Profile, attempt: number): readonly HeaderPair[] => {
  const rule = profile.attempt;
  return rule === undefined || (attempt === 0 && !rule.onFirst) ? [] : [[rule.header, String(attempt + rule.first)]];
};

/** The older signatures that the platform sends as well (GitHub's SHA-1). */
const besideHeaders = (options: ComposeOptions, secret: Secret, signed: Signed): readonly HeaderPair[] => {
  const { schemes } = options.profile;
  if (isAssumed(schemes)) return [];
  return (schemesOf(options.profile) ?? [])
    .filter(
      (scheme: Scheme) =>
        scheme.signing === "beside" && scheme !== signed.scheme && unfit(secret.reveal(), scheme.mac) === undefined,
    )
    .flatMap((scheme) => signedWith(options, secret, scheme.name).headers);
};

/** Puts the signatures of further secrets into the same header, as platforms do while a secret is rolled. */
const withRotated = (options: ComposeOptions, signed: Signed): readonly HeaderPair[] => {
  const { layout, header } = signed.scheme;
  const rotated = options.rotated ?? [];
  if (rotated.length === 0 || layout.kind === "single") return signed.headers;
  const others = rotated.map((secret) => signedWith(options, secret, signed.scheme.name).signature);
  const more = others
    .map((text) => (layout.kind === "pairs" ? `,${layout.key}=${text}` : ` ${layout.version},${text}`))
    .join("");
  return signed.headers.map(([name, value]) => [name, name === header ? value + more : value]);
};
