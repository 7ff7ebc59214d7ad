import { headerNames, keyNames } from "../evidence/redact/names.ts";
import { builtInRules } from "../evidence/redact/rules.ts";
import type { Profile } from "../providers/profile.ts";
import { tokenHeaders, tokenMask, tokenPlaces, tokensIn } from "../providers/tokens.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { withoutSecret } from "../values/masked-secret.ts";
import type { Secret } from "../values/secret.ts";

const mask = "***";
/** Shorter secrets match by chance. */
const shortest = 6;

const credentials = builtInRules.filter((rule) => rule.class === "credential" && rule.name !== "signature");
const isCredentialHeader = headerNames(credentials.flatMap(({ headers = [] }) => headers));
const hasCredentialName = keyNames(credentials.flatMap(({ keys = [] }) => keys));

/** Cache of checked query parameter names: every request has the same few. */
const knownKeys = new Map<string, boolean>();
const maxKnownKeys = 1000;

const isCredentialKey = (name: string): boolean => {
  const known = knownKeys.get(name);
  if (known !== undefined) return known;
  const is = hasCredentialName(name);
  if (knownKeys.size < maxKnownKeys && name.length <= 100) knownKeys.set(name, is);
  return is;
};

/** Removes credentials and known secrets from everything sent to the page. */
export interface Mask {
  readonly header: (pair: HeaderPair) => { readonly value: string; readonly masked: boolean };
  /** Masks query values in a request target or URL. */
  readonly target: (target: string) => string;
  readonly text: (text: string) => string;
  /** Overwrites known secrets and tokens in a body; the length is kept, unless a token is escaped in it. */
  readonly bytes: (bytes: Buffer) => Buffer;
  readonly request: (request: WebhookRequest) => WebhookRequest;
}

/**
 * Masks the same headers and keys as `hookproof redact`, except signatures, which are the point here.
 * @param profiles whose tokens are masked too: their signature is the secret itself
 */
export const maskFor = (secrets: readonly Secret[], profiles: readonly Profile[]): Mask => {
  const isTokenHeader = headerNames(tokenHeaders(profiles));
  const tokenFields = new Set(tokenPlaces(profiles).flatMap((place) => ("query" in place ? [place.query] : [])));
  const withoutTokens = tokenMask(profiles);
  const isCredential = (name: string): boolean => isCredentialHeader(name) || isTokenHeader(name);
  const known = secrets.filter((secret) => secret.reveal().length >= shortest);
  const text = (input: string): string => known.reduce(withoutSecret, input);
  const header: Mask["header"] = ([name, value]) => {
    const scheme = /^(?:bearer|basic|digest|negotiate|token|apikey) /i.exec(value)?.[0] ?? "";
    const masked = isCredential(name) && value !== "" ? scheme + mask : text(value);
    return { value: masked, masked: masked !== value };
  };
  const target = (input: string): string => {
    const query = input.indexOf("?");
    if (query < 0) return text(input);
    const pairs = input.slice(query + 1).split("&");
    const masked = pairs.map((pair) => {
      const equals = pair.indexOf("=");
      const key = decoded(pair.slice(0, equals).replaceAll("+", " "));
      return equals > 0 && (tokenFields.has(key) || isCredentialKey(key))
        ? `${pair.slice(0, equals + 1)}${mask}`
        : pair;
    });
    return text(`${input.slice(0, query + 1)}${masked.join("&")}`);
  };
  const bytes = (input: Buffer): Buffer => {
    const placed = { headers: [], target: "/", body: input };
    const tokens = tokensIn(profiles, placed).map((token) => Buffer.from(token, "latin1"));
    const wanted = [...known.map((secret) => secret.reveal()), ...tokens.filter(({ length }) => length >= shortest)];
    const body = wanted.reduce(overwritten, input);
    // Tokens that are short or escaped in the body were not overwritten above, so look at their places.
    return tokens.length === 0 ? body : (withoutTokens?.({ ...placed, body }, isHidden).body ?? body);
  };
  return {
    header,
    target,
    text,
    bytes,
    request: (request) => ({
      ...request,
      target: target(request.target),
      ...(request.url === undefined ? {} : { url: target(request.url) }),
      headers: request.headers.map((pair) => [pair[0], header(pair).value] as const),
      body: bytes(request.body),
    }),
  };
};

/** A copy with every occurrence of these bytes replaced by asterisks. */
const overwritten = (input: Buffer, wanted: Buffer): Buffer => {
  let masked: Buffer | undefined;
  for (let at = input.indexOf(wanted); at >= 0; at = input.indexOf(wanted, at + wanted.length))
    (masked ??= Buffer.from(input)).fill("*", at, at + wanted.length);
  return masked ?? input;
};

const isHidden = (value: string): boolean => /^\*+$/.test(value);

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
