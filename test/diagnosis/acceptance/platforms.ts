import { createHash, createHmac, createPrivateKey, sign } from "node:crypto";
import type { HeaderPair } from "../../../src/request/request.ts";
import { assumed } from "../../../src/providers/profile.ts";
import type { Profile } from "../../../src/providers/profile.ts";
import { builtInProfiles } from "../../../src/providers/index.ts";

/** What is signed, and how: the damages change single fields before the headers are made. */
export interface Signing {
  key: Buffer;
  body: Buffer;
  timestamp: string;
  /** What the header carries instead of the timestamp that is signed; null: nothing. */
  shown: string | null | undefined;
  url: string;
  id: string;
  hash: string;
  content: ((one: Signing) => Buffer) | undefined;
  /** Changes the text of the signature. */
  write: (mac: Buffer, due: string) => string;
  prefix: string | undefined;
  header: string | undefined;
}

export interface Platform {
  readonly name: string;
  readonly id: string;
  readonly secret: string;
  readonly encoding: "hex" | "base64";
  readonly clock: "none" | "s" | "ms";
  readonly prefix: string;
  readonly header: string;
  readonly keyed: "text" | "whsec" | "plain" | "ed25519";
  readonly usesUrl: boolean;
  readonly build: (signing: Signing) => HeaderPair[];
}

export const now = 1_767_225_600_000;
export const joined = (...parts: (string | Buffer)[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part)));
const whsec = (secret: Buffer): Buffer =>
  Buffer.from(
    secret
      .toString()
      .trim()
      .replace(/^whsec_/, ""),
    "base64",
  );

interface Plan {
  readonly name: string;
  readonly id?: string;
  readonly secret: string;
  readonly header: string;
  readonly prefix?: string;
  readonly encoding?: "hex" | "base64";
  readonly clock?: "s" | "ms";
  readonly hash?: string;
  readonly stamp?: string;
  readonly keyed?: Platform["keyed"];
  readonly usesUrl?: true;
  readonly content?: (one: Signing) => Buffer;
  readonly around?: (signature: string, one: Signing, stamp: string | null) => HeaderPair[];
}

const platform = (plan: Plan): Platform => {
  const { name, id = plan.name, secret, header, prefix = "", encoding = "hex", clock = "none", keyed = "text" } = plan;
  const build = (one: Signing): HeaderPair[] => {
    const content = (one.content ?? plan.content ?? (({ body }: Signing) => body))(one);
    const hash = one.hash === "" ? (plan.hash ?? "sha256") : one.hash;
    const key = keyed === "whsec" ? whsec(one.key) : one.key;
    const mac =
      keyed === "plain" && one.content === undefined
        ? createHash(hash).update(joined(one.key, content)).digest()
        : keyed === "ed25519"
          ? sign(null, content, edKey)
          : createHmac(hash, key).update(content).digest();
    const text = (one.prefix ?? prefix) + one.write(mac, mac.toString(encoding));
    const stamp = one.shown === undefined ? one.timestamp : one.shown;
    const name_ = one.header ?? header;
    if (plan.around !== undefined) return plan.around(text, one, stamp).map(([n, v]) => [n === header ? name_ : n, v]);
    return [...(plan.stamp === undefined || stamp === null ? [] : [[plan.stamp, stamp] as const]), [name_, text]];
  };
  return { name, id, secret, header, prefix, encoding, clock, keyed, usesUrl: plan.usesUrl === true, build };
};

const seed = Buffer.from("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "hex");
const edKey = createPrivateKey({
  key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]),
  format: "der",
  type: "pkcs8",
});

const dotted = ({ timestamp, body }: Signing): Buffer => joined(timestamp, ".", body);
const standard = ({ id, timestamp, body }: Signing): Buffer => joined(id, ".", timestamp, ".", body);
const svixLike =
  (family: string) =>
  (text: string, { id }: Signing, stamp: string | null): HeaderPair[] => [
    ...(id === "" ? [] : [[`${family}-id`, id] as const]),
    ...(stamp === null ? [] : [[`${family}-timestamp`, stamp] as const]),
    [`${family}-signature`, text],
  ];
const versioned =
  (version: string) =>
  (text: string): HeaderPair[] => [
    ["X-HubSpot-Signature-Version", version],
    ["X-HubSpot-Signature", text],
  ];

/** A profile of the user's own, with none of the usual choices. */
export const acme: Profile = {
  ...builtInProfiles()[0],
  id: "acme",
  name: "Acme",
  summary: "the user's own",
  source: { document: "acme" },
  sources: {},
  schemes: assumed(
    [
      {
        name: "a1",
        summary: "t=<seconds>,s=<base64 of HMAC-SHA512 over body|timestamp>",
        header: "X-Acme-Signature",
        layout: { kind: "pairs", key: "s" },
        encoding: "base64",
        mac: { kind: "hmac", hash: "sha512", key: "text" },
        content: ["body", { text: "|" }, "timestamp"],
        timestamp: { from: { pair: "t" }, unit: "s", form: "digits", past: "5m", future: "5m" },
      },
    ],
    "own",
  ),
} as const satisfies Partial<Profile> as Profile;

export const platforms: readonly Platform[] = [
  platform({ name: "10ex", secret: "tenex_live_b7f2c9d1e0", header: "X-10ex-Signature", prefix: "sha256=" }),
  platform({ name: "10x", secret: "arjun-hook-9f8e7d6c5b4a", header: "x-arjun-signature", prefix: "sha256=" }),
  platform({ name: "salesos hex", id: "salesos", secret: "salesos-key-42-abcdef", header: "X-Webhook-Signature" }),
  platform({
    name: "salesos prefixed",
    id: "salesos",
    secret: "salesos-key-42-abcdef",
    header: "X-Webhook-Signature",
    prefix: "sha256=",
  }),
  platform({
    name: "salesos base64",
    id: "salesos",
    secret: "salesos-key-42-abcdef",
    header: "X-Webhook-Signature",
    encoding: "base64",
  }),
  platform({
    name: "agentflow",
    secret: "agf_outbound_51c0ffee",
    header: "X-AgentFlow-Signature",
    prefix: "sha256=",
    clock: "s",
    stamp: "X-AgentFlow-Timestamp",
    content: dotted,
  }),
  platform({
    name: "agentflow-inbound",
    secret: "agf_inbound_0ddba11",
    header: "X-AgentFlow-Signature",
    prefix: "sha256=",
    clock: "s",
    stamp: "X-AgentFlow-Timestamp",
    content: dotted,
  }),
  platform({
    name: "stripe",
    secret: "whsec_8fQ3rT6uYw1zXc4vB7nM0kLpJhGdSaQe",
    header: "Stripe-Signature",
    prefix: "v1=",
    clock: "s",
    content: dotted,
    around: (text, _one, stamp) => [["Stripe-Signature", stamp === null ? text : `t=${stamp},${text}`]],
  }),
  platform({
    name: "github",
    secret: "correct horse battery staple",
    header: "X-Hub-Signature-256",
    prefix: "sha256=",
  }),
  platform({
    name: "github sha1",
    id: "github",
    secret: "correct horse battery staple",
    header: "X-Hub-Signature",
    prefix: "sha1=",
    hash: "sha1",
  }),
  platform({
    name: "hubspot v3",
    id: "hubspot",
    secret: "7e1c5d0a-hub-client-secret",
    header: "X-HubSpot-Signature-v3",
    encoding: "base64",
    clock: "ms",
    stamp: "X-HubSpot-Request-Timestamp",
    usesUrl: true,
    content: ({ url, body, timestamp }) => joined("POST", url, body, timestamp),
  }),
  platform({
    name: "hubspot v2",
    id: "hubspot",
    secret: "7e1c5d0a-hub-client-secret",
    header: "X-HubSpot-Signature",
    keyed: "plain",
    usesUrl: true,
    content: ({ url, body }) => joined("POST", url, body),
    around: versioned("v2"),
  }),
  platform({
    name: "hubspot v1",
    id: "hubspot",
    secret: "7e1c5d0a-hub-client-secret",
    header: "X-HubSpot-Signature",
    keyed: "plain",
    around: versioned("v1"),
  }),
  platform({
    name: "standard-webhooks",
    secret: "whsec_QWxhZGRpbjpvcGVuIHNlc2FtZTEyMzQ1Njc4",
    header: "webhook-signature",
    prefix: "v1,",
    encoding: "base64",
    clock: "s",
    keyed: "whsec",
    content: standard,
    around: svixLike("webhook"),
  }),
  platform({
    name: "svix",
    id: "standard-webhooks",
    secret: "whsec_QWxhZGRpbjpvcGVuIHNlc2FtZTEyMzQ1Njc4",
    header: "svix-signature",
    prefix: "v1,",
    encoding: "base64",
    clock: "s",
    keyed: "whsec",
    content: standard,
    around: svixLike("svix"),
  }),
  platform({
    name: "v1a",
    id: "standard-webhooks",
    secret: `whsk_${seed.toString("base64")}`,
    header: "webhook-signature",
    prefix: "v1a,",
    encoding: "base64",
    clock: "s",
    keyed: "ed25519",
    content: standard,
    around: svixLike("webhook"),
  }),
  platform({
    name: "slack",
    secret: "3fa9c2b1d0e8f7a6b5c4d3e2f1a0b9c8",
    header: "X-Slack-Signature",
    prefix: "v0=",
    clock: "s",
    stamp: "X-Slack-Request-Timestamp",
    content: ({ timestamp, body }) => joined("v0:", timestamp, ":", body),
  }),
  platform({ name: "shopify", secret: "shpss_f00dcafe12345678", header: "X-Shopify-Hmac-Sha256", encoding: "base64" }),
  platform({
    name: "acme",
    secret: "acme secret, with spaces",
    header: "X-Acme-Signature",
    prefix: "s=",
    encoding: "base64",
    clock: "s",
    hash: "sha512",
    content: ({ body, timestamp }) => joined(body, "|", timestamp),
    around: (text, _one, stamp) => [["X-Acme-Signature", stamp === null ? text : `t=${stamp},${text}`]],
  }),
];
