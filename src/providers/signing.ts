import type { Encoding, Hash, KeyForm, Scheme, TimestampRule } from "./profile.ts";

interface Form {
  readonly name?: string;
  readonly hash?: Hash;
  readonly encoding?: Encoding;
  readonly prefix?: string;
}

/** The commonest scheme: an HMAC over the raw body, keyed with the secret's text, in a dedicated header. */
export const bodyHmac = (
  header: string,
  { name = "hmac", hash = "sha256", encoding = "hex", prefix = "" }: Form = {},
): Scheme => ({
  name,
  summary: `${prefix}<${encoding} of HMAC-${hash.toUpperCase()} over the raw body>`,
  header,
  layout: prefix === "" ? { kind: "single" } : { kind: "single", prefix },
  encoding,
  mac: { kind: "hmac", hash, key: "text" },
  content: ["body"],
});

/** Standard Webhooks under its own header names or Svix's: `v1` with a shared secret, `v1a` with an ed25519 key. */
export const standardWebhook = (family: "webhook" | "svix", key: KeyForm | "ed25519"): Scheme => {
  const version = key === "ed25519" ? "v1a" : "v1";
  return {
    name: version,
    summary: `${version},<base64 of ${key === "ed25519" ? "the ed25519 signature" : "HMAC-SHA256"} over id.timestamp.body>`,
    header: `${family}-signature`,
    layout: { kind: "versions", version },
    encoding: "base64",
    mac: key === "ed25519" ? { kind: "ed25519" } : { kind: "hmac", hash: "sha256", key },
    content: ["id", { text: "." }, "timestamp", { text: "." }, "body"],
    id: { header: `${family}-id` },
    timestamp: { from: { header: `${family}-timestamp` }, unit: "s", form: "canonical", past: "5m", future: "5m" },
  };
};

type Window = Pick<TimestampRule, "past" | "future">;

/** Stripe's scheme, which others adopted: `t=…,v1=…` over timestamp.body. */
export const timestampedPairs = (header: string, unit: "s" | "ms", window: Window): Scheme => ({
  name: "v1",
  summary: `t=<${unit === "s" ? "seconds" : "milliseconds"}>,v1=<hex of HMAC-SHA256 over t.body>`,
  header,
  layout: { kind: "pairs", key: "v1" },
  encoding: "hex",
  mac: { kind: "hmac", hash: "sha256", key: "text" },
  content: ["timestamp", { text: "." }, "body"],
  timestamp: { from: { pair: "t" }, unit, form: "canonical", ...window },
});

/** Slack's scheme, which Zoom adopted: `v0=…` over v0:timestamp:body, with the timestamp in a separate header. */
export const slackLike = (header: string, timestampHeader: string, window: Window): Scheme => ({
  name: "v0",
  summary: "v0=<hex of HMAC-SHA256 over v0:timestamp:body>",
  header,
  layout: { kind: "single", prefix: "v0=" },
  encoding: "hex",
  mac: { kind: "hmac", hash: "sha256", key: "text" },
  content: [{ text: "v0:" }, "timestamp", { text: ":" }, "body"],
  timestamp: { from: { header: timestampHeader }, unit: "s", form: "canonical", ...window },
});

/** No signature: the secret itself, in a header. */
export const token = (header: string): Scheme => ({
  name: "token",
  summary: "<the secret itself>",
  header,
  layout: { kind: "single" },
  encoding: "text",
  mac: { kind: "token" },
  content: [],
});
