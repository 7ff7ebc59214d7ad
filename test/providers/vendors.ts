import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { Signature } from "@hubspot/api-client";
import * as octokit from "@octokit/webhooks-methods";
import "@shopify/shopify-api/adapters/node";
import { ApiVersion, LogSeverity, shopifyApi } from "@shopify/shopify-api";
import { isValidSlackRequest } from "@slack/bolt";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import { Webhook as SvixWebhook } from "svix";
import { findProfile } from "../../src/providers/index.ts";
import type { Profile } from "../../src/providers/profile.ts";
import type { HeaderPair } from "../../src/request/request.ts";

/** A request as a vendor's library is given it: header names in lower case, text in Latin-1. */
export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly url: string;
  readonly method: string;
}

/** An implementation that knows nothing of hookproof. Time is the patched `Date`. */
export interface Vendor {
  readonly name: string;
  readonly profile: Profile;
  readonly scheme?: string;
  readonly secret: string;
  readonly other: string;
  /** How many seconds of age and of future it lets pass; absent where it does not look. */
  readonly past?: number;
  readonly future?: number;
  readonly accepts: (delivery: Delivery, secret: string) => boolean | Promise<boolean>;
  /** The headers it would send; `at` in epoch milliseconds. */
  readonly makes: (
    body: Buffer,
    url: string,
    at: number,
    secret: string,
  ) => readonly HeaderPair[] | Promise<readonly HeaderPair[]>;
}

/** Whether `openssl` can be run here. */
export const hasOpenssl = ((): boolean => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

const opensslHmac = (secret: string, content: Buffer): Buffer =>
  execFileSync(
    "openssl",
    ["dgst", "-sha256", "-mac", "HMAC", "-macopt", `hexkey:${Buffer.from(secret).toString("hex")}`, "-binary"],
    { input: content },
  );

interface OpensslForm {
  readonly header: string;
  readonly write: (mac: Buffer) => string;
  readonly timestampHeader?: string;
}

/** A platform whose document is all there is: the MAC by `openssl dgst`, the rest by the document's words. */
const openssl = (profile: Profile, scheme: string, form: OpensslForm): Vendor => {
  const contentOf = (body: Buffer, timestamp: string | undefined): Buffer =>
    timestamp === undefined ? body : Buffer.concat([Buffer.from(`${timestamp}.`), body]);
  return {
    name: `openssl as ${profile.id} ${scheme}`,
    profile,
    scheme,
    secret: "a secret with 'quotes' and é",
    other: "another secret",
    ...(form.timestampHeader === undefined ? {} : { past: 300, future: 300 }),
    accepts: ({ headers, body }, secret) => {
      const timestamp = form.timestampHeader === undefined ? undefined : headers[form.timestampHeader.toLowerCase()];
      if (form.timestampHeader !== undefined) {
        if (timestamp === undefined || Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
      }
      return headers[form.header.toLowerCase()] === form.write(opensslHmac(secret, contentOf(body, timestamp)));
    },
    makes: (body, _url, at, secret) => {
      const timestamp = form.timestampHeader === undefined ? undefined : String(Math.floor(at / 1000));
      return [
        ...(form.timestampHeader === undefined || timestamp === undefined
          ? []
          : [[form.timestampHeader, timestamp] as const]),
        [form.header, form.write(opensslHmac(secret, contentOf(body, timestamp)))],
      ];
    },
  };
};

const prefixed = (mac: Buffer): string => `sha256=${mac.toString("hex")}`;
const agentflow = { header: "X-AgentFlow-Signature", write: prefixed, timestampHeader: "X-AgentFlow-Timestamp" };

/** Apex says nothing of its header, so the user does. */
const apexAsDeclared: Profile = {
  ...findProfile("apex"),
  schemes: [
    {
      name: "declared",
      summary: "<hex>",
      header: "X-Apex-Signature",
      layout: { kind: "single" },
      encoding: "hex",
      mac: { kind: "hmac", hash: "sha256", key: "text" },
      content: ["body"],
    },
  ],
};

export const opensslVendors: readonly Vendor[] = [
  openssl(findProfile("10ex"), "hmac", { header: "X-10ex-Signature", write: prefixed }),
  openssl(findProfile("10x"), "hmac", { header: "x-arjun-signature", write: prefixed }),
  openssl(apexAsDeclared, "declared", { header: "X-Apex-Signature", write: (mac) => mac.toString("hex") }),
  openssl(findProfile("salesos"), "hex", { header: "X-Webhook-Signature", write: (mac) => mac.toString("hex") }),
  openssl(findProfile("salesos"), "prefixed", { header: "X-Webhook-Signature", write: prefixed }),
  openssl(findProfile("salesos"), "base64", { header: "X-Webhook-Signature", write: (mac) => mac.toString("base64") }),
  openssl(findProfile("agentflow"), "hmac", agentflow),
  openssl(findProfile("agentflow-inbound"), "hmac", agentflow),
];

const tried = (attempt: () => unknown): boolean => {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
};

const triedLater = async (attempt: () => Promise<boolean>): Promise<boolean> => {
  try {
    return await attempt();
  } catch {
    return false;
  }
};

// As HubSpot's page lists them; its libraries leave the decoding to the caller.
const hubspotEscapes: Readonly<Record<string, string>> = {
  "%3A": ":",
  "%2F": "/",
  "%3F": "?",
  "%40": "@",
  "%21": "!",
  "%24": "$",
  "%27": "'",
  "%28": "(",
  "%29": ")",
  "%2A": "*",
  "%2C": ",",
  "%3B": ";",
};
const hubspotUrl = (url: string): string =>
  url.replaceAll(
    /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi,
    (escape) => hubspotEscapes[escape.toUpperCase()] ?? escape,
  );

const hubspot = (version: "v1" | "v2" | "v3"): Vendor => {
  const header = version === "v3" ? "X-HubSpot-Signature-v3" : "X-HubSpot-Signature";
  const urlOf = version === "v3" ? hubspotUrl : (url: string): string => url;
  return {
    name: `@hubspot/api-client ${version}`,
    profile: findProfile("hubspot"),
    scheme: version,
    secret: "232a4f0c-7f2b-4f10-8a0e-6ad1f3f2b0a1",
    other: "232a4f0c-7f2b-4f10-8a0e-6ad1f3f2b0a2",
    ...(version === "v3" ? { past: 300 } : {}),
    accepts: ({ headers, body, url, method }, secret) => {
      const signature = headers[header.toLowerCase()];
      if (signature === undefined) return false;
      return tried(() => {
        const valid = Signature.isValid({
          signatureVersion: version,
          signature,
          clientSecret: secret,
          requestBody: body.toString(),
          url: urlOf(url),
          method,
          timestamp: Number(headers["x-hubspot-request-timestamp"]),
        });
        if (!valid) throw new Error("invalid");
      });
    },
    makes: (body, url, at, secret) => {
      const signature = Signature.getSignature("POST", version, {
        signature: "",
        clientSecret: secret,
        requestBody: body.toString(),
        url: urlOf(url),
        method: "POST",
        timestamp: at,
      });
      return version === "v3"
        ? [
            ["X-HubSpot-Request-Timestamp", String(at)],
            [header, signature],
          ]
        : [
            ["X-HubSpot-Signature-Version", version],
            [header, signature],
          ];
    },
  };
};

interface StandardLike {
  verify(body: string, headers: Record<string, string>): unknown;
  sign(id: string, at: Date, body: string): string;
}

const standard = (name: string, family: "webhook" | "svix", of: (secret: string) => StandardLike): Vendor => ({
  name: `${name} with ${family}- headers`,
  profile: findProfile("standard-webhooks"),
  scheme: family === "webhook" ? "v1" : "svix-v1",
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  other: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
  past: 300,
  future: 300,
  accepts: ({ headers, body }, secret) => tried(() => of(secret).verify(body.toString(), { ...headers })),
  makes: (body, _url, at, secret) => [
    [`${family}-id`, "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"],
    [`${family}-timestamp`, String(Math.floor(at / 1000))],
    [`${family}-signature`, of(secret).sign("msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", new Date(at), body.toString())],
  ],
});

const shopifyFor = (secret: string): ReturnType<typeof shopifyApi> =>
  shopifyApi({
    apiKey: "key",
    apiSecretKey: secret,
    apiVersion: ApiVersion.October25,
    hostName: "localhost",
    isEmbeddedApp: false,
    logger: { level: LogSeverity.Error, log: () => undefined },
  });

export const packageVendors: readonly Vendor[] = [
  {
    name: "stripe",
    profile: findProfile("stripe"),
    secret: "whsec_5kT0pXq9fEXAMPLEexampleEXAMPLE",
    other: "whsec_otherotherotherother",
    past: 300,
    accepts: ({ headers, body }, secret) =>
      tried(() => Stripe.webhooks.constructEvent(body, headers["stripe-signature"] ?? "", secret)),
    makes: (body, _url, at, secret) => [
      [
        "Stripe-Signature",
        Stripe.webhooks.generateTestHeaderString({
          payload: body.toString(),
          secret,
          timestamp: Math.floor(at / 1000),
        }),
      ],
    ],
  },
  {
    name: "@octokit/webhooks-methods",
    profile: findProfile("github"),
    secret: "It's a Secret to Everybody",
    other: "It's a secret to everybody",
    accepts: ({ headers, body }, secret) =>
      triedLater(() => octokit.verify(secret, body.toString(), headers["x-hub-signature-256"] ?? "")),
    makes: async (body, _url, _at, secret) => [["X-Hub-Signature-256", await octokit.sign(secret, body.toString())]],
  },
  hubspot("v3"),
  hubspot("v2"),
  hubspot("v1"),
  standard("standardwebhooks", "webhook", (secret) => new StandardWebhook(secret)),
  standard("svix", "webhook", (secret) => new SvixWebhook(secret)),
  standard("svix", "svix", (secret) => new SvixWebhook(secret)),
  {
    name: "@slack/bolt",
    profile: findProfile("slack"),
    secret: "8f742231b10e8888abcd99yyyzzz85a5",
    other: "8f742231b10e8888abcd99yyyzzz85a6",
    past: 300,
    accepts: ({ headers, body }, secret) =>
      isValidSlackRequest({
        signingSecret: secret,
        body: body.toString(),
        headers: {
          "x-slack-signature": headers["x-slack-signature"] ?? "",
          "x-slack-request-timestamp": Number(headers["x-slack-request-timestamp"]),
        },
      }),
    // Bolt only verifies: what it would be sent is made here from Slack's own recipe.
    makes: (body, _url, at, secret) => {
      const timestamp = String(Math.floor(at / 1000));
      const mac = createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest("hex");
      return [
        ["X-Slack-Request-Timestamp", timestamp],
        ["X-Slack-Signature", `v0=${mac}`],
      ];
    },
  },
  {
    name: "@shopify/shopify-api",
    profile: findProfile("shopify"),
    secret: "hush",
    other: "hash",
    accepts: ({ headers, body }, secret) =>
      triedLater(async () => {
        const rawRequest = { headers, method: "POST", url: "/hooks" };
        const result = await shopifyFor(secret).webhooks.validate({ rawBody: body.toString(), rawRequest });
        return result.valid;
      }),
    makes: (body, _url, _at, secret) => [
      ["X-Shopify-Topic", "orders/create"],
      ["X-Shopify-Shop-Domain", "shop.myshopify.com"],
      ["X-Shopify-API-Version", "2025-10"],
      ["X-Shopify-Webhook-Id", "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"],
      ["X-Shopify-Hmac-Sha256", createHmac("sha256", secret).update(body).digest("base64")],
    ],
  },
];
