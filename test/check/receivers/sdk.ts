import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve as serveHono } from "@hono/node-server";
import { createNodeMiddleware, Webhooks } from "@octokit/webhooks";
import "@shopify/shopify-api/adapters/node";
import { ApiVersion, LogSeverity, shopifyApi } from "@shopify/shopify-api";
import { App, LogLevel } from "@slack/bolt";
import { verifyKey, verifyKeyMiddleware } from "discord-interactions";
import express from "express";
import type { Express } from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import { Webhook as SvixWebhook } from "svix";
import twilio from "twilio";
import { findProfile } from "../../../src/providers/index.ts";
import type { Profile } from "../../../src/providers/profile.ts";
import { profileSchema } from "../../../src/providers/schema.ts";

/** A receiver built with a vendor's package, as the vendor's documents show it. */
export interface SdkReceiver {
  readonly name: string;
  readonly profile: Profile;
  readonly secret: string;
  /** What it gets advice for. */
  readonly advised?: readonly string[];
  readonly start: (secret: string) => Promise<{ readonly url: string; readonly close: () => Promise<unknown> }>;
}

const whsec = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const listening = async (server: Server, path: string) => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

const expressAt = (app: Express, path: string) => listening(createServer(app), path);

/** What a project's profile of Twilio says: the URL and the form fields are signed. */
const twilioProfile = profileSchema.parse({
  id: "twilio-test",
  name: "Twilio",
  contentType: "application/x-www-form-urlencoded",
  schemes: [
    {
      name: "sha1",
      summary: "<base64 of HMAC-SHA1 over the URL and the sorted form fields>",
      header: "X-Twilio-Signature",
      layout: { kind: "single" },
      encoding: "base64",
      mac: { kind: "hmac", hash: "sha1", key: "text" },
      content: [{ url: "as-sent" }, { form: "sorted-pairs" }],
    },
  ],
  envelope: { id: [{ form: "MessageSid" }], type: [], dedupe: [{ form: "MessageSid" }], newId: "SM{hex32}" },
  events: [{ type: "message", sample: "MessageSid=SM0&From=%2B15551234567&To=%2B15557654321&Body=Hello+there%21" }],
});

/** And one of Discord. */
export const discordProfile = profileSchema.parse({
  id: "discord-test",
  name: "Discord",
  schemes: [
    {
      name: "ed25519",
      summary: "<hex of the ed25519 signature over timestamp and body>",
      header: "X-Signature-Ed25519",
      layout: { kind: "single" },
      encoding: "hex",
      mac: { kind: "ed25519" },
      content: ["timestamp", "body"],
      timestamp: {
        from: { header: "X-Signature-Timestamp" },
        unit: "s",
        form: "digits",
        past: "any",
        future: "any",
      },
    },
  ],
  envelope: { id: [{ json: "id" }], type: [], dedupe: [{ json: "id" }], newId: "{number}" },
  events: [{ type: "command", sample: '{"id":"1","type":2,"data":{"name":"ping"},"token":"x","version":1}' }],
});

/** A key pair in hookproof's form, and the public key as Discord's portal shows it. */
export const discordKeys = (() => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const seed = privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  return { secret: `whsk_${Buffer.concat([seed, raw]).toString("base64")}`, publicHex: raw.toString("hex") };
})();

export const sdkReceivers: readonly SdkReceiver[] = [
  {
    name: "octokit's node middleware",
    profile: findProfile("github"),
    secret: "mysecret",
    start: async (secret) => {
      const log = { debug() {}, info() {}, warn() {}, error() {} };
      const webhooks = new Webhooks({ secret, log });
      webhooks.on("push", () => undefined);
      const middleware = createNodeMiddleware(webhooks, { path: "/api/webhooks", log });
      return listening(
        createServer((request, response) => void middleware(request, response)),
        "/api/webhooks",
      );
    },
  },
  {
    name: "stripe in Express",
    profile: findProfile("stripe"),
    secret: "whsec_12345",
    advised: ["accepts-large-body"],
    start: async (secret) => {
      const stripe = new Stripe("sk_test_x");
      const app = express();
      app.post("/webhook", express.raw({ type: "application/json" }), (request, response) => {
        let event: Stripe.Event;
        try {
          event = stripe.webhooks.constructEvent(
            request.body as Buffer,
            request.headers["stripe-signature"] ?? "",
            secret,
          );
        } catch (error) {
          response.status(400).send(`Webhook Error: ${(error as Error).message}`);
          return;
        }
        switch (event.type) {
          case "payment_intent.succeeded":
            break;
          default:
        }
        response.json({ received: true });
      });
      return expressAt(app, "/webhook");
    },
  },
  {
    name: "@slack/bolt",
    profile: findProfile("slack"),
    secret: "8f742231b10e8888abcd99yyyzzz85a5",
    start: async (secret) => {
      const app = new App({
        signingSecret: secret,
        logLevel: LogLevel.ERROR,
        // A token would be tested at slack.com.
        authorize: async () => ({ botToken: "xoxb-x", botId: "B1", botUserId: "U1" }),
      });
      app.logger = { ...app.logger, error() {}, warn() {} };
      app.event("app_mention", async () => undefined);
      const server = (await app.start({ port: 0, host: "127.0.0.1" })) as Server;
      const { port } = server.address() as AddressInfo;
      return {
        url: `http://127.0.0.1:${port}/slack/events`,
        close: async () => {
          server.closeAllConnections();
          await app.stop();
        },
      };
    },
  },
  {
    name: "@shopify/shopify-api in Express",
    profile: findProfile("shopify"),
    secret: "hush",
    advised: ["rejects-malformed-json", "accepts-large-body"],
    start: async (secret) => {
      const shopify = shopifyApi({
        apiKey: "key",
        apiSecretKey: secret,
        hostName: "app.example",
        apiVersion: ApiVersion.October25,
        isEmbeddedApp: true,
        logger: { level: LogSeverity.Error, log: () => undefined },
      });
      const app = express();
      app.post("/webhooks", express.text({ type: "*/*" }), async (request, response) => {
        const { valid } = await shopify.webhooks.validate({
          rawBody: request.body as string,
          rawRequest: request,
          rawResponse: response,
        });
        response.sendStatus(valid ? 200 : 400);
      });
      return expressAt(app, "/webhooks");
    },
  },
  {
    name: "standardwebhooks in Hono",
    profile: findProfile("standard-webhooks"),
    secret: whsec,
    start: async (secret) => {
      const webhook = new StandardWebhook(secret);
      const app = new Hono();
      app.post("/webhook", async (c) => {
        try {
          webhook.verify(await c.req.text(), c.req.header());
        } catch {
          return c.json({ error: "invalid signature" }, 401);
        }
        return c.body(null, 204);
      });
      const server = await new Promise<Server>((resolve) => {
        const started = serveHono({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () =>
          resolve(started as Server),
        );
      });
      return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
        close: async () => {
          server.closeAllConnections();
          server.close();
        },
      };
    },
  },
  {
    name: "svix in Fastify",
    profile: findProfile("svix"),
    secret: whsec,
    start: async (secret) => {
      const webhook = new SvixWebhook(secret);
      const app = fastify();
      app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
      app.post("/webhook", async (request, reply) => {
        try {
          webhook.verify(request.body as Buffer, request.headers as Record<string, string>);
        } catch {
          return reply.code(400).send({});
        }
        return reply.send({});
      });
      return { url: `${await app.listen({ port: 0, host: "127.0.0.1" })}/webhook`, close: () => app.close() };
    },
  },
  {
    name: "twilio in Express",
    profile: twilioProfile,
    secret: "12345",
    advised: ["accepts-large-body"],
    start: async (secret) => {
      const app = express();
      app.use(express.urlencoded({ extended: false }));
      app.post("/message", twilio.webhook({ validate: true }, secret), (_request, response) => {
        const twiml = new twilio.twiml.MessagingResponse();
        twiml.message("Thanks");
        response.type("text/xml").send(twiml.toString());
      });
      return expressAt(app, "/message");
    },
  },
  {
    name: "discord-interactions' verifyKey",
    profile: discordProfile,
    secret: discordKeys.secret,
    advised: ["accepts-large-body"],
    start: async () => {
      const app = express();
      app.use(
        express.json({
          verify: (request, _response, body) => {
            Object.assign(request, { rawBody: body });
          },
        }),
      );
      app.post("/interactions", async (request, response) => {
        const signature = request.get("X-Signature-Ed25519") ?? "";
        const timestamp = request.get("X-Signature-Timestamp") ?? "";
        const { rawBody } = request as unknown as { readonly rawBody: Buffer };
        if (!(await verifyKey(rawBody, signature, timestamp, discordKeys.publicHex))) {
          response.status(401).end("Bad request signature");
          return;
        }
        response.send({ type: 4, data: { content: "pong" } });
      });
      return expressAt(app, "/interactions");
    },
  },
  {
    name: "discord-interactions' middleware",
    profile: discordProfile,
    secret: discordKeys.secret,
    advised: ["rejects-malformed-json", "accepts-large-body"],
    start: async () => {
      const app = express();
      const verify = verifyKeyMiddleware(discordKeys.publicHex);
      // With the body at hand Express sees what the middleware throws: by itself it would end the process.
      app.post("/interactions", express.raw({ type: "*/*" }), verify, (_request, response) => {
        response.send({ type: 4, data: { content: "pong" } });
      });
      app.use(((_error, _request, response, _next) => {
        response.status(500).end();
      }) satisfies express.ErrorRequestHandler);
      return expressAt(app, "/interactions");
    },
  },
];
