import { newKeyPair } from "../signature/asymmetric-key.ts";
import { asymmetricOf } from "../signature/jws-algorithm.ts";
import { isPublicKey } from "../signature/mac.ts";
import { createHash } from "node:crypto";
import { HookproofError } from "../errors.ts";
import { placesOf, setValueAt, scopesOf, valueAt, within } from "../providers/place.ts";
import type { Profile, Scheme } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Signed } from "../signature/sign.ts";
import { signingScheme } from "../signature/sign.ts";
import { needsKeyAndSecret } from "../signature/token.ts";
import { windowSeconds } from "../signature/timestamp.ts";
import { Secret } from "../values/secret.ts";
import { schemesOf } from "../providers/profile.ts";

export const tamperKinds = [
  "body",
  "signature",
  "missing-signature",
  "short-signature",
  "wrong-secret",
  "stale-timestamp",
  "future-timestamp",
  "reserialize",
] as const;

type TamperKind = (typeof tamperKinds)[number];

/** How a delivery is tampered with. */
export interface Tampering {
  /** The secret to sign with. */
  readonly secret: Secret;
  /** Offset of the signing clock, in milliseconds. */
  readonly shiftMs: number;
  readonly request: (request: WebhookRequest, signed: Signed | null) => WebhookRequest;
}

const untouched = (request: WebhookRequest): WebhookRequest => request;

/**
 * The changes that a kind of tampering makes for a profile.
 * @throws HookproofError `usage` if it doesn't apply to the scheme
 */
export const tampering = (kind: TamperKind, profile: Profile, secret: Secret, schemeName?: string): Tampering => {
  const scheme = signingScheme(profile, secret, schemeName);
  switch (kind) {
    case "body":
      return { secret, shiftMs: 0, request: (request) => ({ ...request, body: alteredBody(request.body) }) };
    case "signature":
      return { secret, shiftMs: 0, request: withSignature(flipped) };
    case "missing-signature":
      return { secret, shiftMs: 0, request: withoutSignature(profile, scheme) };
    case "short-signature":
      return {
        secret,
        shiftMs: 0,
        request: withSignature((text) => text.slice(0, Math.floor(text.length / 2))),
      };
    case "wrong-secret":
      return { secret: wrongSecret(secret, scheme), shiftMs: 0, request: untouched };
    case "stale-timestamp":
      return { secret, shiftMs: -shiftOutsideWindow(profile, scheme, "past"), request: untouched };
    case "future-timestamp":
      return { secret, shiftMs: shiftOutsideWindow(profile, scheme, "future"), request: untouched };
    case "reserialize":
      return { secret, shiftMs: 0, request: (request) => ({ ...request, body: reserialized(request.body) }) };
  }
};

/** Changes one byte and keeps the length; an empty body gets one byte. */
const alteredBody = (body: Buffer): Buffer => {
  const at = body.findLastIndex((byte) => (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a));
  if (at < 0) return Buffer.concat([body, Buffer.from(" ")]);
  const copy = Buffer.from(body);
  const byte = copy.readUInt8(at);
  copy.writeUInt8(byte === 0x39 || byte === 0x7a ? byte - 1 : byte + 1, at);
  return copy;
};

const flipped = (text: string): string => `${text.startsWith("0") ? "1" : "0"}${text.slice(1)}`;

const withSignature =
  (change: (text: string) => string) =>
  (request: WebhookRequest, signed: Signed | null): WebhookRequest => {
    if (signed === null) return request;
    return changedSignature(request, signed, change);
  };

/** Changes the text of every signature. */
export const changedSignature = (
  request: WebhookRequest,
  { written }: Signed,
  change: (text: string) => string,
): WebhookRequest => {
  let changed = request;
  for (const { place, signature } of written) {
    const value = valueAt(changed, place);
    if (value !== undefined)
      changed =
        setValueAt(
          changed,
          place,
          value.replace(signature, () => change(signature)),
        ) ?? changed;
  }
  return changed;
};

/** Removes all signature headers: an older one must not make the request valid. */
const withoutSignature =
  (profile: Profile, scheme: Scheme) =>
  (request: WebhookRequest): WebhookRequest => {
    const schemes = schemesOf(profile) ?? [scheme];
    return withoutPlaces(request, schemes);
  };

/** Removes the signatures of some schemes. */
export const withoutPlaces = (request: WebhookRequest, schemes: readonly Scheme[]): WebhookRequest => {
  let bare = request;
  for (const scheme of schemes)
    for (const scope of scopesOf(scheme, bare.body))
      for (const place of placesOf(scheme)) bare = setValueAt(bare, within(place, scope), null) ?? bare;
  return bare;
};

/** Another secret in the same format. */
const wrongSecret = (secret: Secret, scheme: Scheme): Secret => {
  const other = createHash("sha256").update("hookproof wrong secret ").update(secret.reveal()).digest();
  const name = "a wrong secret";
  // The scheme signs with a private key, and the secret is part of the signed text.
  if (needsKeyAndSecret(scheme)) return new Secret(name, other.toString("hex"));
  if (scheme.mac.kind === "ed25519") return new Secret(name, `whsk_${other.toString("base64")}`);
  const mac = scheme.mac.kind === "jws" ? asymmetricOf(scheme.mac.algorithm) : scheme.mac;
  if (mac !== undefined && isPublicKey(mac)) return new Secret(name, newKeyPair(mac).privateKey);
  if (scheme.mac.kind === "basic") return new Secret(name, `${userOf(secret)}:${other.toString("hex")}`);
  if (scheme.mac.kind !== "hmac") return new Secret(name, other.toString("hex"));
  switch (scheme.mac.key) {
    case "base64":
      return new Secret(name, other.toString("base64"));
    case "whsec":
      return new Secret(name, `whsec_${other.subarray(0, 24).toString("base64")}`);
    default:
      return new Secret(name, other.toString("hex"));
  }
};

const userOf = (secret: Secret): string => secret.reveal().toString("latin1").split(":")[0] ?? "";

/** A clock shift clearly outside the tolerance; an hour if the platform has none. */
const shiftOutsideWindow = (profile: Profile, scheme: Scheme, side: "past" | "future"): number => {
  if (scheme.timestamp === undefined) {
    throw new HookproofError("usage", `--tamper: ${profile.id} signs no timestamp`, {
      hint: "choose another kind of tampering",
    });
  }
  return ((windowSeconds(scheme.timestamp[side]) ?? 3540) + 60) * 1000;
};

/** Re-serializes JSON like `express.json()` with `JSON.stringify`; indents it if that changes nothing. */
const reserialized = (body: Buffer): Buffer => {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    const compact = Buffer.from(JSON.stringify(value));
    return compact.equals(body) ? Buffer.from(JSON.stringify(value, null, 2)) : compact;
  } catch {
    throw new HookproofError("usage", "--tamper reserialize: the payload is not JSON");
  }
};
