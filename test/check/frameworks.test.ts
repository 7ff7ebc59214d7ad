import { serve as serveHono } from "@hono/node-server";
import { verify as verifyGitHub } from "@octokit/webhooks-methods";
import express from "express";
import type { Request, RequestHandler } from "express";
import fastify from "fastify";
import { Hono } from "hono";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";
import { afterEach, describe, expect, test } from "vitest";
import { serve } from "./receivers/receiver.ts";
import { schemeOf } from "./receivers/schemes.ts";
import { adviceIds, checkUrl, failedIds, failures } from "./support.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const stripe = new Stripe("sk_test_x");
const raw = express.raw({ type: "*/*", limit: "5mb" });

/** Verifies a body and headers by a vendor's library; throws where it is not right. */
type Verify = (body: string, headers: Readonly<Record<string, string>>) => unknown;

const byVendor = {
  stripe: (body, headers) =>
    stripe.webhooks.constructEvent(body, headers["stripe-signature"] ?? "", schemeOf("stripe").secret),
  github: async (body, headers) => {
    if (!(await verifyGitHub(schemeOf("github").secret, body, headers["x-hub-signature-256"] ?? "")))
      throw new Error("signature");
  },
  "standard-webhooks": (body, headers) =>
    new Webhook(schemeOf("standard-webhooks").secret).verify(body, { ...headers }),
} as const satisfies Readonly<Record<string, Verify>>;

const vendors = Object.keys(byVendor) as (keyof typeof byVendor)[];

const headersOf = (request: Request): Record<string, string> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));

/** The handler of the vendors' pages: 400 where verification or parsing fails, else 200. */
const handler =
  (verify: Verify, bodyOf: (request: Request) => string): RequestHandler =>
  async (request, response) => {
    try {
      const body = bodyOf(request);
      await verify(body, headersOf(request));
      JSON.parse(body);
    } catch {
      response.status(400).send("webhook error");
      return;
    }
    response.json({ received: true });
  };

const startExpress = async (before: RequestHandler, handle: RequestHandler): Promise<string> => {
  const app = express();
  app.post("/hooks", before, handle);
  const server = await serve(app);
  closing.push(server.close);
  return `${server.url}/hooks`;
};

describe.each(vendors)("Express with %s's library", (vendor) => {
  const verify: Verify = byVendor[vendor];
  const scheme = schemeOf(vendor);

  test("passes if the raw body is verified, as documented", async () => {
    const url = await startExpress(
      raw,
      handler(verify, ({ body }) => (body as Buffer).toString("utf8")),
    );
    expect(failures(await checkUrl(url, scheme))).toEqual([]);
  });

  test("fails in keeps-raw-body if express.json() ran first and the body is re-serialized", async () => {
    const json = express.json({ limit: "5mb" });
    const url = await startExpress(
      json,
      handler(verify, ({ body }) => JSON.stringify(body)),
    );
    expect(failedIds(await checkUrl(url, scheme))).toEqual(["keeps-raw-body"]);
  });

  test("gives advice in accepts-large-body with the parser's own limit", async () => {
    const small = express.raw({ type: "*/*" });
    const url = await startExpress(
      small,
      handler(verify, ({ body }) => (body as Buffer).toString("utf8")),
    );
    const report = await checkUrl(url, scheme);
    expect([failures(report), adviceIds(report)]).toEqual([[], ["accepts-large-body"]]);
    const says = vendor === "github" ? "GitHub sends up to 25 MB (docs.github.com" : "If the platform sends";
    expect(report.cases.find(({ id }) => id === "accepts-large-body")?.fix).toContain(says);
    expect(report.cases.find(({ id }) => id === "accepts-large-body")?.fix).toContain('limit: "5mb"');
  });
});

test("Fastify with a buffer parser passes, with its own JSON parser it fails in keeps-raw-body", async () => {
  const start = async (isRaw: boolean): Promise<string> => {
    const app = fastify();
    if (isRaw)
      app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    app.post("/hooks", async (request, reply) => {
      const body = isRaw ? (request.body as Buffer).toString("utf8") : JSON.stringify(request.body);
      try {
        await byVendor.github(body, request.headers as Record<string, string>);
        JSON.parse(body);
      } catch {
        return reply.code(400).send();
      }
      return reply.code(204).send();
    });
    closing.push(() => app.close());
    return `${await app.listen({ port: 0, host: "127.0.0.1" })}/hooks`;
  };
  expect(failures(await checkUrl(await start(true), schemeOf("github")))).toEqual([]);
  const report = await checkUrl(await start(false), schemeOf("github"));
  expect(failedIds(report)).toEqual(["keeps-raw-body"]);
  expect(report.cases.find(({ id }) => id === "keeps-raw-body")?.deliveries).toEqual({
    failed: ["indented", "odd spacing", "odd key order", "escapes", "numbers", "a newline at the end"],
    passed: [],
  });
});

test("a Hono handler, as Next.js route handlers are written, passes with the bytes and fails with the parsed body", async () => {
  const start = async (textOf: (request: globalThis.Request) => Promise<string>): Promise<string> => {
    const app = new Hono();
    app.post("/hooks", async (c) => {
      try {
        const body = await textOf(c.req.raw);
        byVendor["standard-webhooks"](body, Object.fromEntries(c.req.raw.headers));
        JSON.parse(body);
      } catch {
        return c.text("no", 401);
      }
      return c.body(null, 202);
    });
    const server = await new Promise<ReturnType<typeof serveHono>>((resolve) => {
      const started = serveHono({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => resolve(started));
    });
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  };
  const scheme = schemeOf("standard-webhooks");
  expect(failures(await checkUrl(await start((request) => request.text()), scheme))).toEqual([]);
  const parsed = await start(async (request) => JSON.stringify(await request.json()));
  expect(failedIds(await checkUrl(parsed, scheme))).toEqual(["keeps-raw-body"]);
});
