import { Signature } from "@hubspot/api-client";
import { sign as githubSign } from "@octokit/webhooks-methods";
import Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { background } from "../support/background.ts";
import type { Background } from "../support/background.ts";

// What the vendors' own libraries sign must pass the source verification of Apex's incoming routes.
const secret = "whsec_vendor-secret";
let platform: Background & { readonly url: string };
beforeAll(async () => {
  platform = await background(["simulate", "--port", "0", "--secret", secret]);
});
afterAll(async () => {
  await platform.stop();
});

const body = '{ "id": "evt_1", "amount": 1.0, "note": "é" }';
const post = async (source: string, headers: Record<string, string>, sent = body): Promise<number> =>
  (
    await fetch(`${platform.url}/api/webhooks/${source}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: sent,
    })
  ).status;

describe("Apex takes what the vendors' libraries sign", () => {
  test("Stripe's", async () => {
    const header = new Stripe("sk_test_x").webhooks.generateTestHeaderString({ payload: body, secret });
    expect(await post("stripe", { "stripe-signature": header })).toBe(200);
    expect(await post("stripe", { "stripe-signature": header }, body.replace("1.0", "1"))).toBe(401);
  });

  test("GitHub's", async () => {
    const header = await githubSign(secret, body);
    expect(await post("github", { "x-hub-signature-256": header, "x-github-event": "push" })).toBe(200);
    expect(await post("github", { "x-hub-signature-256": header }, `${body}\n`)).toBe(401);
  });

  test("HubSpot's, v3", async () => {
    const timestamp = Date.now();
    const header = Signature.getSignature("POST", "v3", {
      signature: "",
      clientSecret: secret,
      requestBody: body,
      url: `${platform.url}/api/webhooks/hubspot`,
      timestamp,
    });
    const headers = { "x-hubspot-signature-v3": header, "x-hubspot-request-timestamp": String(timestamp) };
    expect(await post("hubspot", headers)).toBe(200);
    expect(await post("hubspot", { ...headers, "x-hubspot-request-timestamp": String(timestamp - 1) })).toBe(401);
  });
});

test("what has no signature is refused with the reason", async () => {
  expect(await post("stripe", {})).toBe(401);
  const call = await platform.line("call", (line) => String(line["note"]).includes("signature-missing"));
  expect(call).toMatchObject({ provider: "apex", route: "incoming", status: 401 });
});
