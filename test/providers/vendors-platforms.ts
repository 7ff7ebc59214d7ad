import {
  createHash,
  createHmac,
  generateKeyPairSync,
  sign as signWith,
  timingSafeEqual,
  verify as verifyWith,
} from "node:crypto";
import { LinearWebhookClient } from "@linear/sdk/webhooks";
import { signWebhookPayload, verifyWebhookSignature } from "@notionhq/client";
import { Paddle } from "@paddle/paddle-node-sdk";
import { WorkOS } from "@workos-inc/node";
import { verifyKey } from "discord-interactions";
import Razorpay from "razorpay";
import { Resend } from "resend";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import twilio from "twilio";
import type { HeaderPair } from "../../src/request/request.ts";

/** A request as a vendor's library is given it: header names in lower case. */
export interface Arrived {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly url: string;
}

/** An implementation that knows nothing of hookproof. Time is the patched `Date`. */
export interface PlatformVendor {
  readonly name: string;
  readonly id: string;
  readonly scheme?: string;
  /** What verifies; `signing` is given where it is another key. */
  readonly secret: string;
  readonly signing?: string;
  readonly other: string;
  /** How many seconds of age and of future it lets pass; absent where it does not look. */
  readonly past?: number;
  readonly future?: number;
  /** It takes only events of the platform: no other body than the samples. */
  readonly isSamplesOnly?: true;
  readonly accepts: (arrived: Arrived, secret: string) => boolean | Promise<boolean>;
  /** The headers it would send for a body; `at` in epoch milliseconds. */
  readonly makes: (body: string, url: string, at: number) => readonly HeaderPair[] | Promise<readonly HeaderPair[]>;
}

const tried = async (attempt: () => unknown): Promise<boolean> => {
  try {
    await attempt();
    return true;
  } catch {
    return false;
  }
};

const hmac = (secret: string | Buffer, text: string, encoding: "hex" | "base64" = "hex", hash = "sha256"): string =>
  createHmac(hash, secret).update(text).digest(encoding);

const equal = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a, "latin1"), Buffer.from(b, "latin1"));

interface Plain {
  readonly header: string;
  readonly encoding?: "hex" | "base64";
  readonly hash?: "sha1";
  readonly prefix?: string;
  /** What is signed besides the body. */
  readonly content?: (body: string, url: string) => string;
}

/** The platform's documented recipe in node:crypto, where its package is too large to install or there is none. */
const recipe = (
  id: string,
  { header, encoding, hash, prefix = "", content = (body) => body }: Plain,
): PlatformVendor => {
  const value = (secret: string, body: string, url: string): string =>
    prefix + hmac(secret, content(body, url), encoding, hash);
  return {
    name: `the recipe of ${id}`,
    id,
    secret: "a secret with 'quotes' and é",
    other: "another secret",
    accepts: ({ headers, body, url }, secret) => equal(headers[header] ?? "", value(secret, body, url)),
    makes: (body, url) => [[header, value("a secret with 'quotes' and é", body, url)]],
  };
};

const seconds = (at: number): string => String(Math.floor(at / 1000));

const standard = (
  id: string,
  name: string,
  family: "webhook" | "svix",
  keys: readonly [string, string],
  accepts: PlatformVendor["accepts"],
  sign: (secret: string, id: string, at: Date, body: string) => string,
): PlatformVendor => ({
  name,
  id,
  secret: keys[0],
  other: keys[1],
  past: 300,
  future: 300,
  accepts,
  makes: (body, _url, at) => [
    [`${family}-id`, "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"],
    [`${family}-timestamp`, seconds(at)],
    [`${family}-signature`, sign(keys[0], "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", new Date(at), body)],
  ],
});

const whsec = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"] as const;
const svixSign = (secret: string, id: string, at: Date, body: string): string =>
  new SvixWebhook(secret).sign(id, at, body);
// As @polar-sh/sdk does in validateEvent: the text is encoded for a library that decodes it.
const polarWebhook = (secret: string): StandardWebhook => new StandardWebhook(Buffer.from(secret).toString("base64"));

const workos = new WorkOS("sk_test", { clientId: "client_test" });
const paddle = new Paddle("key");

const discordKeys = generateKeyPairSync("ed25519");
const rawKey = (der: Buffer): string => der.subarray(-32).toString("hex");
const discordPublic = rawKey(discordKeys.publicKey.export({ type: "spki", format: "der" }));
const discordSigning = discordKeys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const otherKeys = generateKeyPairSync("ed25519");

const vendors: readonly PlatformVendor[] = [
  {
    name: "razorpay",
    id: "razorpay",
    secret: "12345678",
    other: "12345679",
    accepts: ({ headers, body }, secret) =>
      Razorpay.validateWebhookSignature(body, headers["x-razorpay-signature"] ?? "", secret),
    makes: (body) => [["X-Razorpay-Signature", hmac("12345678", body)]],
  },
  {
    name: "@notionhq/client",
    id: "notion",
    secret: "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl",
    other: "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBm",
    accepts: ({ headers, body }, verificationToken) =>
      verifyWebhookSignature({ body, signature: headers["x-notion-signature"] ?? "", verificationToken }),
    makes: async (body) => [
      [
        "X-Notion-Signature",
        await signWebhookPayload({
          body,
          verificationToken: "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl",
        }),
      ],
    ],
  },
  {
    name: "@linear/sdk",
    id: "linear",
    secret: "lin_wh_qWxErTyUiOpAsDfGhJkLzXcVbNm",
    other: "lin_wh_other",
    isSamplesOnly: true,
    accepts: ({ headers, body }, secret) =>
      tried(() => new LinearWebhookClient(secret).verify(Buffer.from(body), headers["linear-signature"] ?? "")),
    makes: (body) => [["Linear-Signature", hmac("lin_wh_qWxErTyUiOpAsDfGhJkLzXcVbNm", body)]],
  },
  {
    name: "@workos-inc/node",
    id: "workos",
    secret: "aFk2Lq9xT",
    other: "aFk2Lq9xU",
    past: 180,
    isSamplesOnly: true,
    accepts: ({ headers, body }, secret) =>
      tried(() =>
        workos.webhooks.verifyHeader({
          payload: JSON.parse(body),
          sigHeader: headers["workos-signature"] ?? "",
          secret,
        }),
      ),
    makes: async (body, _url, at) => [
      ["WorkOS-Signature", `t=${at}, v1=${await workos.webhooks.computeSignature(at, JSON.parse(body), "aFk2Lq9xT")}`],
    ],
  },
  {
    name: "@paddle/paddle-node-sdk",
    id: "paddle",
    secret: "pdl_ntfset_01gkdqw3m4d6h8k0n2q5s7v9x1_secret",
    other: "pdl_ntfset_01gkdqw3m4d6h8k0n2q5s7v9x1_other",
    past: 5,
    accepts: ({ headers, body }, secret) =>
      paddle.webhooks.isSignatureValid(body, secret, headers["paddle-signature"] ?? ""),
    makes: (body, _url, at) => [
      [
        "Paddle-Signature",
        `ts=${seconds(at)};h1=${hmac("pdl_ntfset_01gkdqw3m4d6h8k0n2q5s7v9x1_secret", `${seconds(at)}:${body}`)}`,
      ],
    ],
  },
  standard(
    "resend",
    "resend",
    "svix",
    whsec,
    ({ headers, body }, webhookSecret) =>
      tried(() =>
        new Resend("re_test").webhooks.verify({
          payload: body,
          headers: {
            id: headers["svix-id"] ?? "",
            timestamp: headers["svix-timestamp"] ?? "",
            signature: headers["svix-signature"] ?? "",
          },
          webhookSecret,
        }),
      ),
    svixSign,
  ),
  standard(
    "clerk",
    "svix as Clerk's",
    "svix",
    whsec,
    ({ headers, body }, secret) => tried(() => new SvixWebhook(secret).verify(body, { ...headers })),
    svixSign,
  ),
  standard(
    "polar",
    "standardwebhooks as @polar-sh/sdk calls it",
    "webhook",
    ["polar_whs_t0pS3cret", "polar_whs_other"],
    ({ headers, body }, secret) => tried(() => polarWebhook(secret).verify(body, { ...headers })),
    (secret, id, at, body) => polarWebhook(secret).sign(id, at, body),
  ),
  {
    name: "discord-interactions",
    id: "discord",
    secret: discordPublic,
    signing: discordSigning,
    other: otherKeys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    accepts: ({ headers, body }, secret) =>
      verifyKey(body, headers["x-signature-ed25519"] ?? "", headers["x-signature-timestamp"] ?? "", secret),
    makes: (body, _url, at) => [
      ["X-Signature-Ed25519", signWith(null, Buffer.from(seconds(at) + body), discordKeys.privateKey).toString("hex")],
      ["X-Signature-Timestamp", seconds(at)],
    ],
  },
  {
    name: "the recipe of telnyx",
    id: "telnyx",
    secret: Buffer.from(discordPublic, "hex").toString("base64"),
    signing: discordSigning,
    other: otherKeys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    past: 300,
    accepts: ({ headers, body }) =>
      Date.now() / 1000 - Number(headers["telnyx-timestamp"]) <= 300 &&
      headers["telnyx-signature-ed25519"]?.length === 88 &&
      verifyWith(
        null,
        Buffer.from(`${headers["telnyx-timestamp"]}|${body}`),
        discordKeys.publicKey,
        Buffer.from(headers["telnyx-signature-ed25519"] ?? "", "base64"),
      ),
    makes: (body, _url, at) => [
      [
        "telnyx-signature-ed25519",
        signWith(null, Buffer.from(`${seconds(at)}|${body}`), discordKeys.privateKey).toString("base64"),
      ],
      ["telnyx-timestamp", seconds(at)],
    ],
  },
  {
    name: "twilio, forms",
    id: "twilio",
    scheme: "form",
    secret: "12345",
    other: "12346",
    isSamplesOnly: true,
    accepts: ({ headers, body, url }, secret) =>
      twilio.validateRequest(
        secret,
        headers["x-twilio-signature"] ?? "",
        url,
        Object.fromEntries(new URLSearchParams(body)),
      ),
    makes: (body, url) => [
      [
        "X-Twilio-Signature",
        twilio.getExpectedTwilioSignature("12345", url, Object.fromEntries(new URLSearchParams(body))),
      ],
    ],
  },
];

/** Where the vendor's package is large (square 80 MB, LINE 19 MB, Polar 53 MB) or there is none for webhooks. */
const recipes: readonly PlatformVendor[] = [
  recipe("square", { header: "x-square-hmacsha256-signature", encoding: "base64", content: (body, url) => url + body }),
  recipe("line", { header: "x-line-signature", encoding: "base64" }),
  recipe("meta", { header: "x-hub-signature-256", prefix: "sha256=" }),
  recipe("bitbucket", { header: "x-hub-signature", prefix: "sha256=" }),
  recipe("jira", { header: "x-hub-signature", prefix: "sha256=" }),
  recipe("intercom", { header: "x-hub-signature", prefix: "sha1=", hash: "sha1" }),
  recipe("vercel", { header: "x-vercel-signature", hash: "sha1" }),
  recipe("asana", { header: "x-hook-signature" }),
  recipe("dropbox", { header: "x-dropbox-signature" }),
  recipe("sentry", { header: "sentry-hook-signature" }),
  recipe("lemonsqueezy", { header: "x-signature" }),
  recipe("coinbase-commerce", { header: "x-cc-webhook-signature" }),
  recipe("pagerduty", { header: "x-pagerduty-signature", prefix: "v1=" }),
  recipe("typeform", { header: "typeform-signature", prefix: "sha256=", encoding: "base64" }),
  recipe("woocommerce", { header: "x-wc-webhook-signature", encoding: "base64" }),
  recipe("xero", { header: "x-xero-signature", encoding: "base64" }),
  recipe("quickbooks", { header: "intuit-signature", encoding: "base64" }),
  recipe("docusign", { header: "x-docusign-signature-1", encoding: "base64" }),
];

export const platformVendors: readonly PlatformVendor[] = [...vendors, ...recipes];

/** The hash that Twilio puts into the query of the URLs that it sends JSON to. */
export const bodySha256 = (body: string): string => createHash("sha256").update(body).digest("hex");
