import { headerNames, keyNames } from "../evidence/redact/names.ts";
import { builtInRules } from "../evidence/redact/rules.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { withoutSecret } from "../values/masked-secret.ts";
import type { Secret } from "../values/secret.ts";

const mask = "***";
/** A shorter secret stands in anything by chance. */
const shortest = 6;

const credentials = builtInRules.filter((rule) => rule.class === "credential" && rule.name !== "signature");
const isCredentialHeader = headerNames(credentials.flatMap(({ headers = [] }) => headers));
const hasCredentialName = keyNames(credentials.flatMap(({ keys = [] }) => keys));

/** Names of query parameters that were asked about: the same few come with every request. */
const knownKeys = new Map<string, boolean>();
const mostKeys = 1000;

const isCredentialKey = (name: string): boolean => {
  const known = knownKeys.get(name);
  if (known !== undefined) return known;
  const is = hasCredentialName(name);
  if (knownKeys.size < mostKeys && name.length <= 100) knownKeys.set(name, is);
  return is;
};

/** Keeps credentials, and every secret that hookproof knows, out of what the page is sent. */
export interface Mask {
  readonly header: (pair: HeaderPair) => { readonly value: string; readonly masked: boolean };
  /** A request target or URL: values of its query. */
  readonly target: (target: string) => string;
  readonly text: (text: string) => string;
  /** Bytes of the same length, known secrets overwritten. */
  readonly bytes: (bytes: Buffer) => Buffer;
  readonly request: (request: WebhookRequest) => WebhookRequest;
}

/** Masks the same headers and keys as `hookproof redact`, but for signatures: they are what one looks at here. */
export const maskFor = (secrets: readonly Secret[]): Mask => {
  const known = secrets.filter((secret) => secret.reveal().length >= shortest);
  const text = (input: string): string => known.reduce(withoutSecret, input);
  const header: Mask["header"] = ([name, value]) => {
    const scheme = /^(?:bearer|basic|digest|negotiate|token|apikey) /i.exec(value)?.[0] ?? "";
    const shown = isCredentialHeader(name) && value !== "" ? scheme + mask : text(value);
    return { value: shown, masked: shown !== value };
  };
  const target = (input: string): string => {
    const query = input.indexOf("?");
    if (query < 0) return text(input);
    const pairs = input.slice(query + 1).split("&");
    const shown = pairs.map((pair) => {
      const equals = pair.indexOf("=");
      return equals > 0 && isCredentialKey(decoded(pair.slice(0, equals)))
        ? `${pair.slice(0, equals + 1)}${mask}`
        : pair;
    });
    return text(`${input.slice(0, query + 1)}${shown.join("&")}`);
  };
  const bytes = (input: Buffer): Buffer => {
    let shown: Buffer | undefined;
    for (const secret of known) {
      const wanted = secret.reveal();
      for (let at = input.indexOf(wanted); at >= 0; at = input.indexOf(wanted, at + wanted.length))
        (shown ??= Buffer.from(input)).fill("*", at, at + wanted.length);
    }
    return shown ?? input;
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

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
