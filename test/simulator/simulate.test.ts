import { afterEach, describe, expect, test } from "vitest";
import { createServer } from "node:http";
import { listening } from "../delivery/support.ts";
import { background } from "../support/background.ts";
import type { Background } from "../support/background.ts";
import { run, temporaryFolder } from "../support/run.ts";

const running: Background[] = [];
const start: typeof background = async (argv, options) => {
  const one = await background(argv, options);
  running.push(one);
  return one;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

const secret = "simulated-secret";
const env = (): Record<string, string> => ({ HOOKPROOF_HOME: temporaryFolder(), S: secret, TOKEN: "patv1_id.secret" });

describe("the whole loop", () => {
  test("trigger, delivery, failure, retries, DLQ, replay, delivered", async () => {
    const home = env();
    const receiver = await start(
      ["listen", "--port", "0", "-p", "10x", "--secret", "env:S", "--respond", "seq:500,500,500,500,500,200"],
      { env: home },
    );
    const platform = await start(
      ["simulate", "--port", "0", "--to", receiver.url, "--secret", "env:S", "--speed", "1000"],
      { env: home },
    );
    const triggered = await run(
      [
        "trigger",
        "--handle",
        "acme",
        "--subscription",
        "sub_1",
        "--base-url",
        platform.url,
        "--token",
        "env:TOKEN",
        "--wait",
        "10s",
        "--json",
      ],
      { env: home },
    );
    expect(triggered.exit).toBe(0);
    const { eventId, status, arrived } = JSON.parse(triggered.stdout);
    expect({ status, arrived }).toEqual({ status: 202, arrived: true });

    const failed = await platform.line(
      "delivery",
      (line) => (line["delivery"] as { eventId: string }).eventId === eventId,
    );
    expect(failed["delivery"]).toMatchObject({ outcome: "terminal", dlqId: expect.stringMatching(/^dlq_/) });
    const attempts = receiver.lines.filter((line) => line["type"] === "request" && line["eventId"] === eventId);
    expect(attempts.map((line) => line["attempt"])).toMatchObject(
      [1, 2, 3, 4, 5].map((number) => ({ claimed: number, counted: number })),
    );

    // The sixth request is the terminal-failure event; the replay of the test event is the seventh.
    await receiver.line("request", (line) => line["eventType"] === "webhook.delivery.terminal_failure");
    const replayed = await run(["replay", eventId, "--to", receiver.url, "--secret", "env:S", "--json"], { env: home });
    expect(replayed.stdout).toContain('"outcome":"delivered"');
    expect(replayed.exit).toBe(0);
    const last = receiver.lines.filter((line) => line["type"] === "request" && line["eventId"] === eventId).at(-1);
    expect(last).toMatchObject({ attempt: { claimed: 6, counted: 6 }, verdict: { valid: true } });
  });
});

describe("10x's test route", () => {
  test("without credentials is 401 and exit 4, with wrong ones 403 and exit 4", async () => {
    const platform = await start([
      "simulate",
      "--port",
      "0",
      "--to",
      "http://127.0.0.1:9",
      "--secret",
      "s",
      "--token",
      "right-token",
    ]);
    const asked = (token: string) =>
      run(["trigger", "--handle", "a", "--subscription", "s", "--base-url", platform.url, "--token", token, "--json"]);
    expect(await asked("wrong-token")).toMatchObject({ exit: 4, stdout: expect.stringContaining('"api-refused"') });
    const unsigned = await fetch(`${platform.url}/v2/handles/a/webhooks/s/test`, { method: "POST" });
    expect(unsigned.status).toBe(401);
  });
});

describe("Apex", () => {
  test("keeps the secret given once in the store, and signs with it once its header is told", async () => {
    const home = env();
    const platform = await start(["simulate", "--port", "0"]);
    const api = ["--base-url", platform.url, "--token", "apex_key_1", "--json"];
    const created = await run(
      ["subscriptions", "create", "https://example.com/hooks", "--events", "lead.created", ...api],
      { env: home },
    );
    expect(created.exit).toBe(0);
    const subscription = JSON.parse(created.stdout);
    expect(subscription).toMatchObject({
      id: "wh_001",
      secret: expect.stringMatching(/^store:apex:wh_001 \(fingerprint [0-9a-f]{8}\)$/),
    });
    expect(created.stdout + created.stderr).not.toMatch(/apxsec_/);
    const kept = JSON.parse((await run(["secret", "list", "--json"], { env: home })).stdout);
    expect(kept.secrets).toMatchObject([{ name: "apex:wh_001" }]);

    const listed = JSON.parse((await run(["subscriptions", "list", ...api], { env: home })).stdout);
    expect(listed.subscriptions).toMatchObject([{ id: "wh_001", status: "active" }]);
    expect(await platform.line("call", ({ route }) => route === "subscriptions-list")).toMatchObject({
      note: "1 subscription",
    });
    expect((await run(["subscriptions", "delete", "wh_001", ...api], { env: home })).exit).toBe(0);
    expect(JSON.parse((await run(["subscriptions", "list", ...api], { env: home })).stdout).subscriptions).toEqual([]);
  });

  test("never reuses an id, and does not queue what it cannot sign", async () => {
    const platform = await start(["simulate", "--port", "0", "--to", "http://127.0.0.1:9", "--secret", "s"]);
    const call = (method: string, body: unknown) =>
      fetch(`${platform.url}/api/webhooks`, { method, headers: { "x-api-key": "k" }, body: JSON.stringify(body) });
    const create = async (): Promise<unknown> =>
      Object(await (await call("POST", { url: "https://x.test/", events: ["lead.created"] })).json()).id;
    expect([await create(), await create()]).toEqual(["wh_001", "wh_002"]);
    await call("DELETE", { id: "wh_001" });
    expect(await create()).toBe("wh_003");
    const queued = await fetch(`${platform.url}/simulate/apex/lead.created`, { method: "POST" });
    expect([queued.status, await queued.text()]).toEqual([
      400,
      expect.stringContaining("does not document how it signs"),
    ]);
  });

  test("takes HTTPS URLs only", async () => {
    const { exit, stderr } = await run([
      "subscriptions",
      "create",
      "http://example.com",
      "--events",
      "lead.created",
      "--token",
      "k",
    ]);
    expect(exit).toBe(2);
    expect(stderr).toContain("is not an HTTPS URL");
  });

  test.each([
    ["stripe", "payment_intent.succeeded"],
    ["github", "push"],
    ["hubspot", "contact.creation"],
  ])("accepts what send -p %s makes, and rejects it when tampered with", async (source, event) => {
    const platform = await start(["simulate", "--port", "0", "--secret", secret]);
    const sent = (tamper: readonly string[]) =>
      run([
        "send",
        `${platform.url}/api/webhooks/${source}`,
        "-p",
        source,
        "--event",
        event,
        "--secret",
        secret,
        "--json",
        ...tamper,
      ]);
    expect((await sent([])).stdout).toContain('"status":200');
    expect((await sent(["--tamper", "body"])).stdout).toContain('"status":401');
  });
});

describe("AgentFlow inbound", () => {
  test("receives a lead, and rejects with the reason", async () => {
    const platform = await start(["simulate", "--port", "0", "--secret", secret]);
    const send = async (more: readonly string[], stdin?: string) => {
      const { stdout } = await run(
        ["send", `${platform.url}/agentflow/inbound`, ...more, "-p", "agentflow-inbound", "--secret", secret, "--json"],
        stdin === undefined ? {} : { stdin },
      );
      return JSON.parse(stdout).attempts[0].status;
    };
    expect(await send(["--event", "lead"])).toBe(200);
    expect(await send(["--event", "lead", "--tamper", "stale-timestamp"])).toBe(401);
    expect(await send(["-"], '{"name":"Jordan","email":"not-an-address"}')).toBe(422);
    const notes = platform.lines.filter((line) => line["type"] === "call").map((line) => line["note"]);
    expect(notes).toEqual(["received", "agentflow-inbound: rejected, timestamp-stale", "rejected: email"]);
  });
});

test("the Context Store's route wants a PAT", async () => {
  const platform = await start(["simulate", "--port", "0"]);
  const sync = (token: string) =>
    run([
      "context-store",
      "sync",
      "--handle",
      "acme",
      "--source",
      "src_1",
      "--base-url",
      platform.url,
      "--token",
      token,
    ]);
  expect((await sync("patv1_id.secret")).exit).toBe(0);
  expect((await sync("something")).exit).toBe(4);
});

test("user and password of --to are used, and shown nowhere", async () => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.end();
  });
  const port = await listening(server);
  const home = env();
  try {
    const to = `http://ci:p%40ss-hidden@127.0.0.1:${port}/hooks`;
    const platform = await start(["simulate", "--port", "0", "--to", to, "--secret", "env:S"], { env: home });
    await fetch(`${platform.url}/simulate/10x/link.clicked`, { method: "POST" });
    await platform.line("delivery");
    expect(seen).toEqual([`Basic ${Buffer.from("ci:p@ss-hidden").toString("base64")}`]);
    expect(JSON.stringify(platform.lines)).toContain(`http://127.0.0.1:${port}/hooks`);
    expect(JSON.stringify(platform.lines)).not.toMatch(/hidden|Y2k6/);
  } finally {
    server.close();
  }
});
