import { HookproofError } from "../errors.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Profile, Scheme } from "../providers/profile.ts";
import type { HeaderPair } from "../request/request.ts";
import type { Secret } from "../values/secret.ts";
import { signedContent } from "./content.ts";
import { unfit } from "./key.ts";
import { writeHeader } from "./layout.ts";
import { macBytes } from "./mac.ts";
import { timestampText } from "./timestamp.ts";

interface SignOptions {
  readonly profile: Profile;
  /** A scheme of the profile by name; the first that fits the secret unless given. */
  readonly scheme?: string | undefined;
  readonly secret: Secret;
  /** Signed byte for byte. */
  readonly body: Buffer;
  readonly method?: string | undefined;
  /** The endpoint's URL, for schemes that sign it. */
  readonly url?: string | undefined;
  readonly eventId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The timestamp's own text in place of the one made from `at`. */
  readonly timestampText?: string | undefined;
}

export interface Signed {
  readonly scheme: Scheme;
  /** Those the scheme adds: id, timestamp, version, signature. */
  readonly headers: readonly HeaderPair[];
  /** The signature's text without prefix or version. */
  readonly signature: string;
  readonly signedContent: Buffer;
  readonly timestamp: string | null;
}

/**
 * Signs a body as the platform does.
 * @throws HookproofError `unsupported` where the platform does not document its signature,
 *   `secret-unusable` where the secret has not the form the scheme asks for, `usage` where the
 *   scheme signs a URL and none is given
 */
export const sign = (options: SignOptions): Signed => {
  const scheme = schemeAgain(options.profile, options.secret, options.scheme);
  const rule = scheme.timestamp;
  const timestamp = rule === undefined ? undefined : (options.timestampText ?? timestampText(options.at, rule));
  const secret = options.secret.reveal();
  const content = signedContent(scheme.content, {
    body: options.body,
    timestamp,
    id: options.eventId,
    method: options.method ?? "POST",
    url: () => options.url,
    secret,
  });
  if (typeof content === "string") {
    throw new HookproofError("usage", `${options.profile.id} signs the ${content}, which is not given`, {
      hint: `add --${content}`,
    });
  }
  const mac = macBytes(scheme.mac, secret, content);
  if ("unusable" in mac) throw unusable(options.secret, options.profile, mac.unusable);
  const signature = mac.toString(scheme.encoding);
  return {
    scheme,
    headers: schemeHeaders(scheme, signature, timestamp, options.eventId),
    signature,
    signedContent: content,
    timestamp: timestamp ?? null,
  };
};

let latest:
  | {
      readonly profile: Profile;
      readonly secret: Secret;
      readonly name: string | undefined;
      readonly scheme: Scheme;
    }
  | undefined;

/** A load signs with one scheme: it is looked for once. */
const schemeAgain = (profile: Profile, secret: Secret, name: string | undefined): Scheme => {
  if (latest?.profile !== profile || latest.secret !== secret || latest.name !== name) {
    latest = { profile, secret, name, scheme: signingScheme(profile, secret, name) };
  }
  return latest.scheme;
};

/**
 * The scheme to sign with: the one asked for, else the first of the profile that the secret fits.
 * @throws HookproofError as `sign`
 */
export const signingScheme = (profile: Profile, secret: Secret, name?: string): Scheme => {
  const schemes = documentedSchemes(profile);
  if (name !== undefined) return schemeNamed(profile, name);
  const key = secret.reveal();
  const scheme = schemes.find(({ mac }) => unfit(key, mac) === undefined);
  if (scheme !== undefined) return scheme;
  const [first] = schemes;
  throw unusable(secret, profile, (first && unfit(key, first.mac)) ?? "no scheme takes it");
};

/**
 * The profile's schemes.
 * @throws HookproofError `unsupported` where its document does not say how it signs: hookproof asks
 *   rather than guesses
 */
export const documentedSchemes = (profile: Profile): readonly Scheme[] => {
  const schemes = schemesOf(profile);
  if (schemes !== undefined) return schemes;
  throw new HookproofError(
    "unsupported",
    `${profile.name} does not document how it signs, and hookproof does not guess`,
    {
      hint: "give --signature-header NAME and --signature-form hex|sha256=hex|base64, or declare it in hookproof.config.json",
    },
  );
};

/** @throws HookproofError `usage` where the profile has no scheme of this name */
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

const schemeHeaders = (
  scheme: Scheme,
  signature: string,
  timestamp: string | undefined,
  id: string,
): readonly HeaderPair[] => {
  const from = scheme.timestamp?.from;
  const headers: HeaderPair[] = [];
  if (scheme.id !== undefined) headers.push([scheme.id.header, id]);
  if (from !== undefined && "header" in from && timestamp !== undefined) headers.push([from.header, timestamp]);
  if (scheme.when !== undefined) headers.push(...Object.entries(scheme.when));
  const inPairs = from !== undefined && "pair" in from && timestamp !== undefined ? { [from.pair]: timestamp } : {};
  headers.push([scheme.header, writeHeader(scheme.layout, signature, inPairs)]);
  return headers;
};
