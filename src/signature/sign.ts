import { createHash } from "node:crypto";
import { HookproofError } from "../errors.ts";
import { placeName, placesOf, setValueAt, matchesBodyType, scopesOf, within } from "../providers/place.ts";
import type { Placed } from "../providers/place.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Place, Profile, Scheme } from "../providers/profile.ts";
import { originForm } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";
import type { Secret } from "../values/secret.ts";
import { headerLists, signedContent } from "./content.ts";
import type { Missing } from "./content.ts";
import { unusableReason } from "./key.ts";
import { hasRoomForTwo, signatureText, writeHeader } from "./layout.ts";
import { encodingOf, isBareSecret, layoutOf, macBytes } from "./mac.ts";
import { timestampText } from "./timestamp.ts";
import { needsKeyAndSecret, tokenFor } from "./token.ts";

interface SignOptions {
  readonly profile: Profile;
  /** The name of the scheme; by default the first that fits secret and body. */
  readonly scheme?: string | undefined;
  readonly secret: Secret;
  /** The private key, for schemes whose signed content includes a secret. */
  readonly key?: Secret | undefined;
  /** Further secrets whose signatures are added to the first, if the scheme allows several. */
  readonly rotated?: readonly Secret[] | undefined;
  /** The body, signed byte for byte, except fields that the scheme itself writes into it. */
  readonly body: Buffer;
  readonly method?: string | undefined;
  /** The endpoint's URL, for schemes that sign it. */
  readonly url?: string | undefined;
  /** The request's existing headers, for schemes that sign some of them. */
  readonly headers?: readonly HeaderPair[] | undefined;
  readonly eventId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The timestamp's text, replacing the one made from `at`. */
  readonly timestampText?: string | undefined;
}

/** A signature and the place it was written to. */
export interface Written {
  readonly place: Place;
  /** The signature's text without prefix or version. */
  readonly signature: string;
}

export interface Signed {
  readonly scheme: Scheme;
  /** The headers that the scheme adds: id, timestamp, version, signature. */
  readonly headers: readonly HeaderPair[];
  /** The body to send: the given one, except fields that the scheme writes into it. */
  readonly body: Buffer;
  /** The URL to call, if one was given. */
  readonly url: string | undefined;
  /** The signature's text without prefix or version. */
  readonly signature: string;
  /** Every signature written; several if array elements are signed individually. */
  readonly written: readonly Written[];
  readonly signedContent: Buffer;
  readonly timestamp: string | null;
}

/**
 * Signs a body as the platform does.
 * @throws HookproofError `unsupported` if the platform does not document its signature, `secret-unusable` if the secret
 *   doesn't have the form that the scheme requires, `usage` if the scheme signs a URL or a header and none is given, or
 *   if the body has no place for what the scheme writes there
 */
export const sign = (options: SignOptions): Signed => {
  const { profile, secret, body, url } = options;
  const scheme = cachedScheme(profile, secret, options.scheme, options.headers ?? []);
  if (needsKeyAndSecret(scheme) && options.key === undefined)
    throw new HookproofError("usage", `${profile.id} signs with a private key, but none was given`, {
      hint: "add --private-key FILE; --secret is the part of the signed content that the platform shares with you",
    });
  const rule = scheme.timestamp;
  const timestamp = rule === undefined ? undefined : (options.timestampText ?? timestampText(options.at, rule));
  const draft = new Draft(options.headers ?? [], body, url);
  if (scheme.id !== undefined) draft.put({ header: scheme.id.header }, options.eventId);
  if (rule !== undefined && timestamp !== undefined && !("pair" in rule.from)) draft.put(rule.from, timestamp);
  for (const [header, value] of Object.entries(scheme.when ?? {})) draft.put({ header }, value);
  const pairs: Record<string, string> = {};
  if (rule !== undefined && "pair" in rule.from && timestamp !== undefined) pairs[rule.from.pair] = timestamp;
  for (const { list, value } of headerLists(scheme.content)) {
    if ("pair" in list) pairs[list.pair] = value;
    else draft.put(list, value);
  }
  for (const field of scheme.bodyHash ?? []) draft.put(field.in, bodyHashText(field, draft.request.body));

  const places = placesOf(scheme);
  const secrets = [secret, ...(options.rotated ?? [])];
  const written: Written[] = [];
  let content: Buffer | undefined;
  for (const scope of scopesOf(scheme, draft.request.body)) {
    const signatures = secrets.map((one): string => {
      // If the secret is part of the signed content, the key is separate.
      const key = options.key !== undefined && needsKeyAndSecret(scheme) ? options.key : one;
      const fields = {
        request: draft.request,
        timestamp,
        id: options.eventId,
        method: options.method ?? "POST",
        url: () => draft.url,
        secret: one.reveal(),
        pairs,
        scope,
        ...(places[0] === undefined ? {} : { own: places[0] }),
      };
      const token = scheme.mac.kind === "jws" ? tokenFor(scheme, scheme.mac, fields, options.at) : undefined;
      const signed = token?.content ?? signedContent(scheme.content, fields);
      if ("missing" in signed) throw lacking(profile, signed);
      content ??= signed;
      const mac = macBytes(scheme.mac, key.reveal(), signed, token?.header);
      if ("unusable" in mac) throw unusable(key, profile, mac.unusable);
      if (isBareSecret(scheme.mac) && mac.some((byte) => byte < 0x20 || byte === 0x7f))
        throw unusable(one, profile, "it contains a newline or another control character, which no platform sends");
      return signatureText(mac, encodingOf(scheme));
    });
    written.push(...writeSignatures(draft, scheme, signatures, pairs, scope, profile));
  }
  const [first] = written;
  if (first === undefined)
    throw lacking(profile, { missing: `items in ${scheme.each ?? ""} of the body`, isField: true });
  return {
    scheme,
    headers: draft.headers,
    body: draft.request.body,
    url: draft.url,
    signature: first.signature,
    written,
    signedContent: content ?? Buffer.alloc(0),
    timestamp: timestamp ?? null,
  };
};

/** Puts the signatures of all secrets into one value, or each into its own place, depending on the scheme. */
const writeSignatures = (
  draft: Draft,
  scheme: Scheme,
  signatures: readonly string[],
  pairs: Readonly<Record<string, string>>,
  scope: string,
  profile: Profile,
): readonly Written[] => {
  const layout = layoutOf(scheme);
  const places = placesOf(scheme);
  const values = hasRoomForTwo(layout)
    ? [writeHeader(layout, signatures, pairs)]
    : signatures.map((text) => writeHeader(layout, [text], pairs));
  return values.slice(0, places.length).map((value, at) => {
    const place = within(places[at] ?? { header: "" }, scope);
    if (!draft.put(place, value))
      throw new HookproofError(
        "usage",
        `${profile.id} puts the signature into the body, which has no ${placeName(place)}`,
        {
          hint: "the payload must be a JSON object with that path",
        },
      );
    return { place, signature: signatures[at] ?? "" };
  });
};

/** A request while the scheme fills it in. */
class Draft {
  /** The headers that the scheme adds. */
  headers: readonly HeaderPair[] = [];
  request: Placed;
  url: string | undefined;

  constructor(headers: readonly HeaderPair[], body: Buffer, url: string | undefined) {
    this.request = { headers, body, target: url === undefined ? "/" : originForm(url) };
    this.url = url;
  }

  /** @returns false if the body has no such place */
  put(place: Place, value: string): boolean {
    if ("header" in place) {
      const pair: HeaderPair = [place.header, value];
      this.headers = [...this.headers, pair];
      this.request = setValueAt(this.request, place, value) ?? this.request;
      return true;
    }
    const changed = setValueAt({ ...this.request, ...(this.url === undefined ? {} : { url: this.url }) }, place, value);
    if (changed === undefined) return false;
    this.request = { headers: changed.headers, body: changed.body, target: changed.target };
    this.url = changed.url;
    return true;
  }
}

/** The value of a field that contains a hash of the body. */
export const bodyHashText = (field: NonNullable<Scheme["bodyHash"]>[number], body: Buffer): string =>
  `${field.prefix ?? ""}${signatureText(createHash(field.hash).update(body).digest(), field.encoding)}`;

const lacking = (profile: Profile, { missing, isField }: Missing): HookproofError => {
  const what = isField ? missing : `the ${missing}`;
  const hint = isField && !missing.endsWith(" of the body") ? `add --header '${missing}: …'` : "add it to the payload";
  return new HookproofError("usage", `${profile.id} signs ${what}, but it was not given`, {
    hint: isField ? hint : `add --${missing}`,
  });
};

let latest:
  | {
      readonly profile: Profile;
      readonly secret: Secret;
      readonly name: string | undefined;
      readonly scheme: Scheme;
    }
  | undefined;

/** Caches the scheme for load tests, unless it depends on the body. */
const cachedScheme = (
  profile: Profile,
  secret: Secret,
  name: string | undefined,
  headers: readonly HeaderPair[],
): Scheme => {
  if (
    latest?.profile !== profile ||
    latest.secret !== secret ||
    latest.name !== name ||
    (name === undefined && !matchesBodyType(latest.scheme, headers))
  ) {
    latest = { profile, secret, name, scheme: signingScheme(profile, secret, name, headers) };
  }
  return latest.scheme;
};

/**
 * The scheme to sign with: the named one, or else the profile's first that supports this type of body and fits the
 * secret.
 * @throws HookproofError like `sign`
 */
export const signingScheme = (
  profile: Profile,
  secret: Secret,
  name?: string,
  headers: readonly HeaderPair[] = [["Content-Type", profile.contentType]],
): Scheme => {
  const schemes = documentedSchemes(profile);
  if (name !== undefined) return schemeNamed(profile, name);
  const key = secret.reveal();
  const fitting = schemes.filter((one) => matchesBodyType(one, headers));
  const scheme = (fitting.length > 0 ? fitting : schemes).find((one) => unusableSecretReason(key, one) === undefined);
  if (scheme !== undefined) return scheme;
  const [first] = schemes;
  throw unusable(secret, profile, (first && unusableSecretReason(key, first)) ?? "no scheme accepts it");
};

/** Why a secret can't be used to sign with a scheme. If it is only part of the content, it needn't be a key. */
const unusableSecretReason = (secret: Buffer, scheme: Scheme): string | undefined =>
  needsKeyAndSecret(scheme) ? undefined : unusableReason(secret, scheme.mac);

/**
 * The profile's schemes.
 * @throws HookproofError `unsupported` if its docs don't say how it signs: hookproof doesn't guess
 */
export const documentedSchemes = (profile: Profile): readonly Scheme[] => {
  const schemes = schemesOf(profile);
  if (schemes !== undefined) return schemes;
  throw new HookproofError(
    "unsupported",
    `${profile.name} does not document how it signs, and hookproof does not guess`,
    {
      hint: "add --signature-header NAME and --signature-form hex|sha256=hex|base64, or declare it in hookproof.config.json",
    },
  );
};

/** @throws HookproofError `usage` if the profile has no scheme of this name */
export const schemeNamed = (profile: Profile, name: string): Scheme => {
  const schemes = documentedSchemes(profile);
  const scheme = schemes.find((candidate) => candidate.name === name);
  if (scheme !== undefined) return scheme;
  throw new HookproofError("usage", `${profile.id} has no scheme '${name}'`, {
    hint: `its schemes: ${schemes.map((candidate) => candidate.name).join(", ")}`,
  });
};

const unusable = (secret: Secret, profile: Profile, reason: string): HookproofError =>
  new HookproofError("secret-unusable", `${secret.label} cannot sign for ${profile.id}: ${reason}`);
