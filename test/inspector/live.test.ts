import { createHmac } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import type { IncomingHttpHeaders, Server } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { detailSchema, requestsSchema, stateSchema } from "../../src/inspector/schema.ts";
import * as schemas from "../../src/inspector/schema.ts";
import { readRequest } from "../../src/formats/read.ts";
import { portOf } from "../listener/support.ts";
import { background } from "../support/background.ts";
import type { Background } from "../support/background.ts";
import { temporaryFolder } from "../support/run.ts";
import { ask, openPage } from "./support.ts";
import type { Json, Page } from "./support.ts";

const secret = "the-signing-secret";
const sign = (body: string | Buffer): string => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
const headers = (body: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  "content-type": "application/json",
  "x-arjun-signature": sign(body),
  "x-arjun-event-type": "link.clicked",
  "x-arjun-attempt": "1",
  ...more,
});
const event = '{"id":"evt_1","type":"link.clicked","amount":1.0}';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

interface Live extends Background {
  readonly url: string;
  readonly page: Page;
  readonly folder: string;
  /** Sends a request to the listener. */
  readonly send: (body: string, more?: Readonly<Record<string, string>>, path?: string) => Promise<number>;
}

/** `listen --ui` in this process, with its inspector open. */
const live = async (...argv: readonly string[]): Promise<Live> => liveWith({}, ...argv);

const liveWith = async (env: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Live> => {
  const folder = temporaryFolder();
  const listening = await background(
    [
      "listen",
      "--port",
      "0",
      "--ui",
      "--ui-port",
      "0",
      ...(argv.includes("-p") ? [] : ["-p", "10x", "--secret", "env:S"]),
      ...argv,
    ],
    { env: { HOOKPROOF_HOME: folder, S: secret, ...env }, cwd: folder },
  );
  opened.push({ close: () => listening.stop() });
  const page = await openPage(String(listening.lines[0]?.["ui"]));
  const send: Live["send"] = async (body, more, path = "/hooks") =>
    (await ask(listening.url + path, { method: "POST", body, headers: headers(body, more) })).status;
  return { ...listening, page, folder, send };
};

/** The rows once so many have their responses, newest first. */
const rows = async (page: Page, count: number, filter = ""): Promise<readonly Json[]> => {
  for (let tries = 0; tries < 400; tries++) {
    const list = requestsSchema.parse((await page.get(`requests?filter=${encodeURIComponent(filter)}`)).json());
    if (list.rows.length >= count && list.rows.every(({ pending }) => !pending)) return list.rows;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`there are not ${count} rows`);
};

/** An application that webhooks are forwarded to. */
const application = async (
  status = 200,
  more: Readonly<Record<string, string>> = {},
): Promise<{ readonly port: number; readonly got: { headers: IncomingHttpHeaders; body: string; url: string }[] }> => {
  const got: { headers: IncomingHttpHeaders; body: string; url: string }[] = [];
  const server: Server = createServer((req, res) => {
    let body = "";
    req.on("data", (chunk) => (body += chunk));
    req.on("end", () => {
      got.push({ headers: req.headers, body, url: req.url ?? "" });
      res.writeHead(status, { "X-Powered-By": "Express", ...more });
      res.end('{"error":"no"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push({ close: () => server.close() });
  return { port: portOf(server), got };
};

/** Sends an event with exactly this request target. */
const sendTarget = async (url: string, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const req = httpRequest({ hostname, port, path, method: "POST", headers: headers(event), agent: false }, (res) => {
      res.resume();
      res.on("end", resolve);
    });
    req.on("error", reject);
    req.end(event);
  });

test("a request is seen live, with its verdict and response; the cause of an invalid one has its proof and its bytes", async () => {
  const { page, send } = await live("--respond", "500,200");
  const stream = await page.stream();
  await send(event);
  await send(event.replace("1.0", "1"), { "x-arjun-signature": sign(event), "x-arjun-attempt": "2" });
  await stream.until(({ data }) => data.verdict?.cause === "body-numbers");
  const [second, first] = await rows(page, 2);
  expect(first).toMatchObject({ status: 500, attempt: 1, verdict: { state: "valid" }, eventId: "evt_1" });
  expect(second).toMatchObject({ status: 200, attempt: 2, verdict: { state: "invalid", cause: "body-numbers" } });
  const detail = detailSchema.parse((await page.get(`requests/${second.id}`)).json());
  expect(detail).toMatchObject({
    findings: [{ code: "body-numbers", certain: true, firstByte: 46, title: "Numbers were rewritten" }],
    diff: { ranges: [{ from: 46, to: 46, received: "", expected: ".0" }], complete: true, expectedBytes: event.length },
    fixes: [
      {
        code: "body-numbers",
        stacks: expect.arrayContaining([{ stack: "Express", code: expect.stringContaining("express.raw") }]),
      },
    ],
    attempts: [
      { id: first.id, status: 500, outcome: "retryable" },
      { id: second.id, status: 200, outcome: "delivered" },
    ],
    schedule: { outcome: "delivered", next: null },
    signing: { content: ["body"] },
  });
  expect(detail.headers.find(({ name }) => name === "x-arjun-signature")).toMatchObject({ role: "signature" });
  expect((await page.get(`requests/${second.id}/body`)).body.toString()).toBe(event.replace("1.0", "1"));
  expect((await page.get(`requests/${second.id}/body?from=2&to=4`)).body.toString()).toBe("id");
  stream.close();
});

test("the platform's next attempt: which, and when", async () => {
  const { page, send } = await live("--respond", "503");
  await send(event);
  const [row] = await rows(page, 1);
  const { schedule } = (await page.get(`requests/${row.id}`)).json();
  expect(schedule).toMatchObject({
    attempts: 5,
    outcome: "retryable",
    next: { attempt: 2, delayMs: schedule.delaysMs[0] },
  });
  expect(Date.parse(schedule.next.at)).toBeCloseTo(Date.parse(row.at) + row.durationMs + schedule.delaysMs[0], -2);
});

test("a request is in the list while it waits for its response, also with --silent", async () => {
  const { page, send } = await live("--respond", "delay=300ms", "--silent");
  const stream = await page.stream();
  const sent = send(event);
  expect((await stream.until(({ name }) => name === "request")).data).toMatchObject({ pending: true, status: null });
  await sent;
  expect((await stream.until(({ name }) => name === "update")).data).toMatchObject({ pending: false, status: 200 });
  stream.close();
});

test("no secret and no credential is ever sent to the page", async () => {
  const { page, send } = await live();
  const body = `{"id":"evt_2","leak":"${secret}"}`;
  await send(
    body,
    {
      authorization: "Bearer abcdef123456",
      cookie: "session=topsecretcookie",
      "x-leak": `key ${secret}`,
      "x-gitlab-token": "glpat-private",
    },
    `/hooks?token=querysecret&q=${secret}`,
  );
  const [row] = await rows(page, 1);
  const paths = [
    "state",
    "requests",
    `requests/${row.id}`,
    `requests/${row.id}/body`,
    "stats",
    ...["curl", "raw", "har", "fetch"].map((form) => `requests/${row.id}/as/${form}`),
  ];
  const answers = await Promise.all(paths.map(async (path) => (await page.get(path)).body.toString("latin1")));
  const compared = (await page.call("POST", "compare", { a: row.id, b: row.id })).body.toString("latin1");
  const preview = (
    await page.call("POST", "requests/resend", {
      ids: [row.id],
      mode: "re-sign",
      preview: true,
      headers: [["X-New", "1"]],
    })
  ).body.toString("latin1");
  for (const text of [...answers, compared, preview])
    for (const hidden of [secret, "abcdef123456", "topsecretcookie", "glpat-private", "querysecret"])
      expect(text).not.toContain(hidden);
  expect(stateSchema.parse(JSON.parse(answers[0] ?? "")).providers).toMatchObject([
    { id: "10x", secrets: [expect.stringMatching(/^env:S \(fingerprint [0-9a-f]{8}\)$/)] },
  ]);
});

/** What a platform sends that has no signature, but the secret itself; with a secret of ours, and with one of somebody's. */
const tokens: readonly (readonly [string, (token: string) => Readonly<Record<string, string>>, string])[] = [
  ["gitlab", (token) => ({ "x-gitlab-token": token, "x-gitlab-event": "Push Hook" }), "/hooks"],
  ["eventgrid", () => ({ "aeg-event-type": "Notification" }), "/hooks?code="],
];

test.each(tokens)(
  "the token that %s sends in place of a signature stays here, also of a stored file",
  async (id, of, path) => {
    const own = "user-0123:own-token-9876";
    const foreign = "user-4567:foreign-token-5432";
    const sent = '[{"id":"1","eventType":"a.b","update_id":1}]';
    const listen = ["--capture", "c.ndjson", "-p", id, "--secret", "env:OWN"];
    const listening = await liveWith({ OWN: own }, ...listen);
    const { url, page, folder } = listening;
    const stream = await page.stream();
    for (const token of [own, foreign])
      await ask(path.endsWith("=") ? `${url}${path}${encodeURIComponent(token)}` : `${url}${path}`, {
        method: "POST",
        body: sent,
        headers: of(token),
      });
    const told = await everything(page, 2);
    await stream.until(({ name, data }) => name === "update" && data.number === 2 && data.pending === false);
    const hidden = [own, foreign].flatMap((token) => [
      token,
      encodeURIComponent(token),
      Buffer.from(token).toString("base64"),
    ]);
    for (const text of [...told, JSON.stringify(stream.events)])
      for (const one of hidden) expect(text).not.toContain(one);
    const fixtures = readdirSync(folder).filter((name) => name.endsWith(".http"));
    expect(fixtures).toHaveLength(2);
    for (const name of fixtures)
      for (const one of hidden) expect(readFileSync(join(folder, name), "latin1")).not.toContain(one);
    await listening.stop();
    const inspecting = await background(
      ["inspect", join(folder, "c.ndjson"), "--ui-port", "0", "-p", id, "--secret", "env:OWN"],
      { env: { HOOKPROOF_HOME: folder, OWN: own }, cwd: temporaryFolder() },
    );
    opened.push({ close: () => inspecting.stop() });
    for (const text of await everything(await openPage(String(inspecting.lines[0]?.["ui"])), 2))
      for (const one of hidden) expect(text).not.toContain(one);
  },
);

/** Everything that the page can ask of so many requests. */
const everything = async (page: Page, count: number): Promise<readonly string[]> => {
  const ids = (await rows(page, count)).map((row) => String(row.id));
  const paths = ids.flatMap((id) => [
    `requests/${id}`,
    `requests/${id}/body`,
    ...["curl", "raw", "har", "fetch"].map((form) => `requests/${id}/as/${form}`),
  ]);
  const calls: readonly (readonly [string, unknown])[] = [
    ["compare", { a: ids[0], b: ids[1] }],
    ["requests/resend", { ids, mode: "as-was", to: "9", preview: true }],
    ["requests/resend", { ids, mode: "re-sign", to: "9", preview: true }],
    ["requests/resend", { ids, mode: "re-sign", to: "9" }],
    ...ids.map((id) => [`requests/${id}/fixture`, undefined] as const),
  ];
  const got = await Promise.all(paths.map((path) => page.get(path)));
  for (const [path, input] of calls) got.push(await page.call("POST", path, input));
  for (const path of ["state", "requests", "stats"]) got.push(await page.get(path));
  expect(got.map(({ status }) => status)).toEqual(got.map(() => 200));
  return got.map(({ body }) => body.toString("latin1"));
};

describe("resend", () => {
  test("re-signed: the next attempt reaches the application; the new request is linked to the old one", async () => {
    const { port, got } = await application(401);
    const { page, send } = await live("--forward-to", `localhost:${port}/in`);
    await send(event);
    const [row] = await rows(page, 1);
    const edited = event.replace("1.0", "2.50");
    const input = { ids: [row.id], mode: "re-sign", body: { encoding: "utf8", data: edited } };
    const preview = await page.call("POST", "requests/resend", { ...input, preview: true });
    const planned = schemas.resendSchema.parse(preview.json());
    expect(planned.results[0]?.changes).toEqual(
      expect.arrayContaining([
        { what: "target", from: "/hooks", to: "/in" },
        { what: "x-arjun-signature", from: sign(event), to: sign(edited) },
        { what: "x-arjun-attempt", from: "1", to: "2" },
        { what: "body", from: "49 B", to: "50 B, edited" },
      ]),
    );
    expect(got).toHaveLength(1);
    const { results } = schemas.resendSchema.parse((await page.call("POST", "requests/resend", input)).json());
    expect(results).toMatchObject([{ id: row.id, status: 401, error: null }]);
    expect(got[1]).toMatchObject({
      url: "/in",
      body: edited,
      headers: { "x-arjun-attempt": "2", "x-arjun-signature": sign(edited) },
    });
    const detail = (await page.get(`requests/${results[0]?.newId}`)).json();
    expect(detail).toMatchObject({
      row: { resentFrom: row.id, attempt: 2, status: 401, verdict: { state: "valid" } },
      stack: "Express",
      forwards: [{ status: 401, body: { preview: { data: '{"error":"no"}' } } }],
    });
    expect((await page.get(`requests/${row.id}`)).json()).toMatchObject({ resends: [results[0]?.newId] });
  });

  test("as it was: the very same bytes, several at once; a body is for one", async () => {
    const { port, got } = await application();
    const { page, send } = await live();
    await send(event);
    await send(event.replace("evt_1", "evt_2"));
    const ids = (await rows(page, 2)).map(({ id }) => id);
    const to = `http://localhost:${port}`;
    const { results } = (await page.call("POST", "requests/resend", { ids, mode: "as-was", to })).json();
    expect(results.map(({ status }: { status: number }) => status)).toEqual([200, 200]);
    expect(got.map(({ url, headers: its }) => [url, its["x-arjun-attempt"]])).toEqual([
      ["/hooks", "1"],
      ["/hooks", "1"],
    ]);
    expect(got.map(({ body, headers: its }) => its["x-arjun-signature"] === sign(body))).toEqual([true, true]);
    const body = { encoding: "utf8", data: "{}" };
    expect((await page.call("POST", "requests/resend", { ids, mode: "re-sign", to, body })).status).toBe(400);
  });

  test("to the listener itself it arrives as a request of its own, linked to the old one", async () => {
    const { page, send } = await live();
    await send(event);
    const [row] = await rows(page, 1);
    expect(
      (await page.call("POST", "requests/resend", { ids: [row.id], mode: "re-sign" })).json().results,
    ).toMatchObject([{ newId: null, status: 200 }]);
    expect((await rows(page, 2))[0]).toMatchObject({ resentFrom: row.id, attempt: 2, verdict: { state: "valid" } });
  });

  test("only to this machine, unless --forward-anywhere", async () => {
    const { page, send } = await live();
    await send(event);
    const [row] = await rows(page, 1);
    for (const to of ["http://192.0.2.1/x", "http://[2001:db8::1]/", "http://169.254.169.254/latest"]) {
      const reply = await page.call("POST", "requests/resend", { ids: [row.id], mode: "as-was", to });
      expect([reply.status, reply.json()]).toMatchObject([
        400,
        {
          code: "usage",
          message: expect.stringContaining("leaves this machine"),
          hint: expect.stringContaining("--forward-anywhere"),
        },
      ]);
      expect((await page.call("POST", "dlq/replay", { ids: "all", to })).status).toBe(400);
    }
    for (const to of ["file:///etc/passwd", "nonsense://", "ftp://127.0.0.1/"])
      expect((await page.call("POST", "requests/resend", { ids: [row.id], mode: "as-was", to })).status).toBe(400);
  });
});

test("a request target that imitates another host is only sent to the target", async () => {
  const { port, got } = await application();
  const { url, page } = await live("--dlq", "queue.ndjson");
  for (const target of ["//evil.test:9/x", "http://evil.test/x", "/\\evil.test/x"]) await sendTarget(url, target);
  const ids = (await rows(page, 3)).map(({ id }) => String(id));
  const to = `http://localhost:${port}`;
  const resent = await page.call("POST", "requests/resend", { ids, mode: "as-was", to });
  const { results } = schemas.resendSchema.parse(resent.json());
  expect(results.map((one) => [one.status, new URL(one.url).host])).toEqual(ids.map(() => [200, `localhost:${port}`]));
  await page.call("POST", "dlq/put", { ids });
  expect((await page.call("POST", "dlq/replay", { ids: "all", to })).json()).toMatchObject({ delivered: 3, failed: 0 });
  expect(got).toHaveLength(6);
});

test("a redirect is not followed: it would lead away from this machine", async () => {
  const { port, got } = await application(307, { location: "http://192.0.2.1/" });
  const { page, send } = await live("--dlq", "queue.ndjson");
  await send(event);
  const [row] = await rows(page, 1);
  const to = `http://localhost:${port}`;
  const resent = await page.call("POST", "requests/resend", { ids: [row.id], mode: "re-sign", to });
  expect(resent.json().results).toMatchObject([{ status: 307 }]);
  await page.call("POST", "dlq/put", { ids: [row.id] });
  expect((await page.call("POST", "dlq/replay", { ids: "all", to })).json()).toMatchObject({ delivered: 0, failed: 1 });
  expect(got).toHaveLength(2);
});

test("the next responses are scripted while it runs, and set back", async () => {
  const { page, send } = await live("--respond", "201");
  const stream = await page.stream();
  expect(await send(event)).toBe(201);
  expect((await page.call("PUT", "responses", { script: "seq:503,500" })).json()).toEqual({
    script: "seq:503,500",
    original: "201",
    applies: true,
  });
  expect((await stream.until(({ name }) => name === "response-script")).data).toMatchObject({ script: "seq:503,500" });
  expect([await send(event), await send(event), await send(event)]).toEqual([503, 500, 500]);
  expect((await page.call("DELETE", "responses")).json()).toMatchObject({ script: "201" });
  expect(await send(event)).toBe(201);
  expect((await page.call("PUT", "responses", { script: "banana" })).json()).toMatchObject({
    code: "usage",
    message: "'banana' is not a valid response",
  });
  // The page names no file of this machine.
  expect((await page.call("PUT", "responses", { script: "200;body=@/etc/passwd" })).status).toBe(400);
  expect(await send(event)).toBe(201);
  stream.close();
});

test("a request is put into the dead-letter queue and replayed from it", async () => {
  const { port, got } = await application();
  const { page, send, folder } = await live("--respond", "503", "--dlq", "queue.ndjson");
  await send(event);
  const [row] = await rows(page, 1);
  const put = schemas.deadLetterSchema.parse((await page.call("POST", "dlq/put", { ids: [row.id, "none"] })).json());
  expect(put.results).toMatchObject([
    { id: row.id, result: expect.stringMatching(/^dlq_/), error: null },
    { id: "none", error: "there is no such request" },
  ]);
  const listed = schemas.queueSchema.parse((await page.get("dlq")).json());
  expect(listed.entries).toMatchObject([{ eventId: "evt_1", status: 503, attempts: 1, provider: "10x" }]);
  const replayed = schemas.replaySchema.parse(
    (await page.call("POST", "dlq/replay", { ids: [listed.entries[0]?.id], to: `${port}` })).json(),
  );
  expect(replayed).toMatchObject({ delivered: 1, failed: 0 });
  expect(got).toMatchObject([{ url: "/hooks", headers: { "x-arjun-attempt": "2", "x-arjun-signature": sign(event) } }]);
  expect((await page.get("dlq")).json().entries).toEqual([]);
  expect(readFileSync(join(folder, "queue.ndjson"), "utf8")).toContain("evt_1");
});

test("a request is copied in forms that are read back, saved as a fixture, and starts a bundle", async () => {
  const { page, send, folder } = await live();
  await send(event, { "x-tricky": 'it\'s <b> "quoted"' });
  const [row] = await rows(page, 1);
  for (const form of ["curl", "raw", "har", "fetch"]) {
    const copy = await page.get(`requests/${row.id}/as/${form}`);
    const read = await readRequest(copy.body, form);
    expect([form, read.method, read.body.toString()]).toEqual([form, "POST", event]);
    expect(read.headers).toContainEqual(["x-tricky", 'it\'s <b> "quoted"']);
  }
  expect((await page.get(`requests/${row.id}/as/exe`)).status).toBe(404);
  const saved = schemas.savedSchema.parse((await page.call("POST", `requests/${row.id}/fixture`)).json());
  expect(saved.files[0]).toMatch(new RegExp(`^${folder}/link\\.clicked-req_\\w+\\.http$`));
  expect((await readRequest(readFileSync(saved.files[0] ?? ""), "fixture")).body.toString()).toBe(event);
  expect((await page.call("POST", `requests/${row.id}/fixture`)).json()).toMatchObject({ code: "output-exists" });
  const bundle = schemas.savedSchema.parse((await page.call("POST", `requests/${row.id}/evidence`)).json());
  expect(readFileSync(bundle.files[0] ?? "").toString("latin1", 0, 2)).toBe("PK");
});

test("two requests are compared, and one with a pasted body", async () => {
  const { page, send } = await live();
  await send(event);
  await send(event.replace("1.0", "1"), { "x-arjun-signature": sign(event), "x-extra": "1" });
  const [b, a] = await rows(page, 2);
  const compared = schemas.compareSchema.parse((await page.call("POST", "compare", { a: a.id, b: b.id })).json());
  expect(compared.comparison).toMatchObject({
    identical: false,
    body: { firstByte: 46, placeCount: 1 },
    headers: expect.arrayContaining([expect.objectContaining({ kind: "added", name: "x-extra" })]),
    findings: [{ code: "body-numbers" }],
  });
  const pasted = (await page.call("POST", "compare", { a: a.id, pasted: { encoding: "utf8", data: event } })).json();
  expect(pasted).toMatchObject({ b: { label: "pasted body" }, comparison: { identical: true } });
  expect((await page.call("POST", "compare", { a: a.id })).status).toBe(400);
});

test("hostile requests are data: nothing of them becomes markup, a path or a header", async () => {
  const { page, send, folder } = await live();
  const body = '{"id":"../../x\\r\\nSet-Cookie: a=b","type":"<script>alert(1)</script>"}';
  await send(
    body,
    { "x-arjun-event-type": "../<script>alert(1)</script>", "x-a": "</script><script>alert(1)</script>" },
    "/<img src=x>".replace(" ", "%20"),
  );
  const [row] = await rows(page, 1);
  const reply = await page.get(`requests/${row.id}`);
  expect(reply.headers["content-type"]).toBe("application/json; charset=utf-8");
  const saved = (await page.call("POST", `requests/${row.id}/fixture`)).json();
  expect(saved.files[0].startsWith(`${folder}/`)).toBe(true);
  expect(saved.files[0].slice(folder.length + 1)).toMatch(/^[\w.-]+\.http$/);
  const copy = await page.get(`requests/${row.id}/body`);
  expect(copy.headers).toMatchObject({
    "content-type": "application/octet-stream",
    "content-disposition": expect.stringMatching(/^attachment; filename="[\w.-]+"$/),
  });
});

test("bodies are read back from the capture, also after it was moved away and written by others", async () => {
  const { page, send, folder } = await live("--capture", "c.ndjson");
  const { appendFileSync, renameSync } = await import("node:fs");
  await send(event);
  appendFileSync(join(folder, "c.ndjson"), '{"type":"notice"}\n');
  await send(event.replace("evt_1", "evt_2"));
  renameSync(join(folder, "c.ndjson"), join(folder, "moved.ndjson"));
  await send(event.replace("evt_1", "evt_3"));
  const all = await rows(page, 3);
  const ids = await Promise.all(
    all.map(async ({ id }) => JSON.parse((await page.get(`requests/${id}/body`)).body.toString()).id),
  );
  expect(ids).toEqual(["evt_3", "evt_2", "evt_1"]);
});

test("when listen ends, open pages are notified", async () => {
  const one = await live();
  const stream = await one.page.stream();
  await one.stop();
  expect((await stream.until(({ name }) => name === "stopped")).data).toEqual({
    reason: "hookproof listen was stopped",
  });
});
