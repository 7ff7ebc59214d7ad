import type { Encoding, Hash, KeyForm, Scheme } from "./profile.ts";

interface Form {
  readonly hash?: Hash;
  readonly encoding?: Encoding;
  readonly prefix?: string;
}

/** The commonest scheme: an HMAC over the raw body, keyed with the secret's text, in a header of its own. */
export const bodyHmac = (header: string, { hash = "sha256", encoding = "hex", prefix = "" }: Form = {}): Scheme => ({
  name: "hmac",
  summary: `${prefix}<${encoding} of HMAC-${hash.toUpperCase()} over the raw body>`,
  header,
  layout: prefix === "" ? { kind: "single" } : { kind: "single", prefix },
  encoding,
  mac: { kind: "hmac", hash, key: "text" },
  content: ["body"],
});

/** Standard Webhooks' `v1`, under its own header names or Svix's. */
export const standardWebhook = (family: "webhook" | "svix", key: KeyForm): Scheme => ({
  name: "v1",
  summary: "v1,<base64 of HMAC-SHA256 over id.timestamp.body>",
  header: `${family}-signature`,
  layout: { kind: "versions", version: "v1" },
  encoding: "base64",
  mac: { kind: "hmac", hash: "sha256", key },
  content: ["id", { text: "." }, "timestamp", { text: "." }, "body"],
  id: { header: `${family}-id` },
  timestamp: { from: { header: `${family}-timestamp` }, unit: "s", form: "canonical", past: "5m", future: "5m" },
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
