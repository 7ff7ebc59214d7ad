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
  readonly scheme?: string;
  /** Null sends unsigned. */
  readonly secret: Secret | null;
  /** Further secrets whose signatures go into the same header, where the scheme has room for several. */
  readonly rotated?: readonly Secret[];
  readonly body: Buffer;
  /** The endpoint as an absolute URL; without it there is no Host, and schemes that sign the URL refuse. */
  readonly url?: string;
  readonly method?: string;
  readonly eventId: string;
  readonly eventType: string | null;
  /** Which try this is, from 0. */
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly timestampText?: string;
  readonly uuid: () => string;
  /** The user's own headers; one of the same name replaces the platform's. */
  readonly extra?: readonly HeaderPair[];
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
  const { profile } = options;
  const url = options.url === undefined ? undefined : endpointUrl(options.url);
  const signed = options.secret === null ? null : sign({ ...options, secret: options.secret });
  const own: readonly HeaderPair[] = [
    ...(url === undefined ? [] : [["Host", url.host] as const]),
    ["Content-Type", contentTypeOf(profile, options.eventType)],
    ...templated(options),
    ...attemptHeader(profile, options.attempt),
    ...(signed === null || options.secret === null
      ? []
      : [...besideHeaders(options, options.secret, signed), ...withRotated(options, signed)]),
  ];
  const extra = options.extra ?? [];
  const replaced = new Set(extra.map(([name]) => name.toLowerCase()));
  return {
    request: {
      method: (options.method ?? "POST").toUpperCase(),
      target: url === undefined ? "/" : `${url.pathname}${url.search}`,
      ...(options.url === undefined ? {} : { url: options.url }),
      httpVersion: "1.1",
      headers: [...own.filter(([name]) => !replaced.has(name.toLowerCase())), ...extra],
      body: options.body,
    },
    signed,
  };
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

const templated = (options: ComposeOptions): readonly HeaderPair[] => {
  const values: Readonly<Record<string, string>> = {
    type: options.eventType ?? "",
    id: options.eventId,
    attempt: String(options.attempt + 1),
    time: isoInstant(options.at),
  };
  return options.profile.headers.map(([name, template]) => [
    name,
    template.replace(/\{(type|id|attempt|time|uuid)\}/g, (_, key: string) => values[key] ?? options.uuid()),
  ]);
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
    .flatMap((scheme) => sign({ ...options, secret, scheme: scheme.name }).headers);
};

/** Puts the signatures of further secrets into the same header, as platforms do while a secret is rolled. */
const withRotated = (options: ComposeOptions, signed: Signed): readonly HeaderPair[] => {
  const { layout, header } = signed.scheme;
  const rotated = options.rotated ?? [];
  if (rotated.length === 0 || layout.kind === "single") return signed.headers;
  const others = rotated.map((secret) => sign({ ...options, secret, scheme: signed.scheme.name }).signature);
  const more = others
    .map((text) => (layout.kind === "pairs" ? `,${layout.key}=${text}` : ` ${layout.version},${text}`))
    .join("");
  return signed.headers.map(([name, value]) => [name, name === header ? value + more : value]);
};
