import { afterEach, describe, expect, test } from "vitest";
import { Store } from "../../src/inspector/store.ts";
import { ask, openPage, pageWith, rowFor, serveStore } from "./support.ts";
import type { Served } from "./support.ts";

const served: Served[] = [];
const serve = async (...given: Parameters<typeof serveStore>): Promise<Served & { readonly base: string }> => {
  const one = await serveStore(...given);
  served.push(one);
  return { ...one, base: one.url.split("/#")[0] ?? "" };
};
afterEach(async () => {
  await Promise.all(served.splice(0).map((one) => one.stop("the test is over")));
});

describe("the door", () => {
  test("a token is exchanged for a cookie that no script and no other site can use", async () => {
    const { url, base } = await serve();
    const token = url.split("#token=")[1];
    const { status, headers } = await ask(`${base}/api/session`, { method: "POST", body: { token } });
    expect(status).toBe(204);
    expect(headers["set-cookie"]).toEqual([
      expect.stringMatching(/^hookproof-\d+=\S+; Path=\/api; HttpOnly; SameSite=Strict; Max-Age=\d+$/),
    ]);
    expect((await (await openPage(url)).get("state")).status).toBe(200);
  });

  test.each([{ token: "wrong" }, { token: "" }, {}, "not JSON", { token: 1 }])("%j is not a token", async (body) => {
    const { base } = await serve();
    const reply = await ask(`${base}/api/session`, { method: "POST", body });
    expect(reply.status).toBe(401);
    expect(reply.headers["set-cookie"]).toBeUndefined();
    expect(reply.json()).toMatchObject({ code: "session", hint: "open the address that the command printed" });
  });

  test.each(["state", "requests", "requests/x", "stats", "stream", "nothing"])(
    "without a session /api/%s reveals nothing",
    async (path) => {
      const { base } = await serve();
      for (const cookie of ["", "hookproof-1=a.b", `hookproof-${new URL(base).port}=zz.zz`]) {
        const reply = await ask(`${base}/api/${path}`, { headers: { cookie } });
        expect(reply.status).toBe(401);
      }
    },
  );

  test("a name that is not this machine's is refused, the page's files too (DNS rebinding)", async () => {
    const { url, base } = await serve();
    const { cookie } = await openPage(url);
    const { port } = new URL(base);
    for (const host of [
      `evil.test:${port}`,
      "127.0.0.1",
      `127.0.0.1:${Number(port) + 1}`,
      `127.0.0.1.evil.test:${port}`,
      `x.localhost:${port}`,
    ])
      for (const path of ["/", "/api/state"])
        expect((await ask(base + path, { headers: { host, cookie } })).status).toBe(403);
    for (const host of [`localhost:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`])
      expect((await ask(`${base}/api/state`, { headers: { host, cookie } })).status).toBe(200);
  });

  test("a page of another site is refused, whatever cookie its browser sends", async () => {
    const { url, base } = await serve();
    const { cookie } = await openPage(url);
    for (const headers of [
      { origin: "https://evil.test" },
      { origin: "null" },
      { origin: "http://127.0.0.1:1" },
      { origin: base.replace("http:", "https:") },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { referer: "https://evil.test/x" },
    ]) {
      expect((await ask(`${base}/api/state`, { headers: { cookie, ...headers } })).status).toBe(403);
      const token = url.split("#token=")[1];
      expect((await ask(`${base}/api/session`, { method: "POST", body: { token }, headers })).status).toBe(403);
    }
    const own = { cookie, origin: base, "sec-fetch-site": "same-origin", referer: `${base}/` };
    const reply = await ask(`${base}/api/state`, { headers: own });
    expect(reply.status).toBe(200);
    expect(Object.keys(reply.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("every response keeps the page to itself", async () => {
    const { url, base } = await serve();
    const page = await openPage(url);
    for (const reply of [
      await ask(`${base}/`),
      await page.get("state"),
      await page.get("none"),
      await ask(`${base}/none.js`),
    ]) {
      expect(reply.headers).toMatchObject({
        "content-security-policy": expect.stringMatching(
          /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/,
        ),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "x-frame-options": "DENY",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(reply.headers["content-security-policy"]).not.toContain("unsafe");
    }
  });

  test("a token to open the browser with works once", async () => {
    const one = await serve();
    const url = one.urlToOpen("one-time");
    await openPage(url);
    await expect(openPage(url)).rejects.toThrow("401");
  });

  test("an open page continues after the command is restarted on its port", async () => {
    const first = await serve();
    const { cookie, base } = await openPage(first.url);
    await first.stop("stopped");
    const again = await serve(new Store(), { run: "run2", port: Number(new URL(base).port) });
    expect(again.base).toBe(base);
    expect((await pageWith(base, cookie).get("state")).json()).toMatchObject({ run: "run2" });
  });

  test("a session of another user's key, or on another port, is none", async () => {
    const first = await serve();
    const { cookie } = await openPage(first.url);
    const other = await serve(new Store(), { key: Buffer.alloc(32, 2) });
    const moved = cookie.replace(/^hookproof-\d+/, `hookproof-${new URL(other.base).port}`);
    expect((await pageWith(other.base, moved).get("state")).status).toBe(401);
    const sameKey = await serve();
    const elsewhere = cookie.replace(/^hookproof-\d+/, `hookproof-${new URL(sameKey.base).port}`);
    expect((await pageWith(sameKey.base, elsewhere).get("state")).status).toBe(401);
  });
});

describe("what is asked wrongly", () => {
  test("is answered in words, and the server goes on", async () => {
    const { url, base, problems } = await serve();
    const page = await openPage(url);
    const { cookie } = page;
    const replies = [
      await page.get("nothing"),
      await page.call("DELETE", "state"),
      await page.get("requests/none"),
      await page.get("requests/%E0%A4%A"),
      await page.call("POST", "compare", "{"),
      await page.call("POST", "compare", { a: 1 }),
      await page.call("POST", "compare", { a: "none", b: "none" }),
      await page.call("POST", "requests/resend", { ids: [], mode: "as-was" }),
      await page.call("POST", "requests/resend", { ids: ["x"], mode: "other" }),
      await ask(`${base}/api/compare`, {
        method: "POST",
        body: "{}",
        headers: { cookie, "content-type": "text/plain" },
      }),
      await page.call("POST", "compare", `"${"x".repeat(5 * 1024 * 1024)}"`),
      await page.call("PUT", "responses", { script: "500" }),
      await page.call("POST", "dlq/put", { ids: ["x"] }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([
      404, 405, 404, 404, 400, 400, 404, 400, 400, 415, 413, 422, 422,
    ]);
    for (const reply of replies)
      expect(reply.json()).toEqual({
        code: expect.any(String),
        message: expect.any(String),
        hint: expect.toSatisfy((hint) => hint === null || typeof hint === "string"),
      });
    expect(problems).toEqual([]);
  });

  test("an internal failure affects only that call, and is reported without internals", async () => {
    const { url, problems } = await serve();
    const page = await openPage(url);
    const reply = await page.get("dlq");
    expect(reply.status).toBe(500);
    expect(reply.json()).toEqual({ code: "internal", message: "internal error in the inspector", hint: null });
    expect(problems).toEqual([expect.stringContaining("no queue in this test")]);
    expect((await page.get("state")).status).toBe(200);
  });

  test("no path leads out of the page's folder", async () => {
    const { base } = await serve();
    for (const path of [
      "/../package.json",
      "/..%2fmain.cjs",
      "/main.cjs",
      "/.env",
      "/inspector/../x.js",
      "//evil.test/app.js",
    ])
      expect([400, 404]).toContain((await ask(base + path)).status);
  });
});

describe("the list and the stream", () => {
  test("10,000 requests: pages of rows, a filter, and a stream that catches up", async () => {
    const store = new Store();
    const { url } = await serve(store);
    const page = await openPage(url);
    const before = (await page.get("requests?limit=1")).json().lastId;
    for (let n = 1; n <= 10_000; n++)
      store.add(
        rowFor(`req_${n}`, { status: n % 10 === 0 ? 500 : 200, eventType: n % 2 === 0 ? "a.b" : "c.d" }),
        undefined,
      );
    const first = (await page.get("requests?limit=1000")).json();
    expect(first).toMatchObject({ matched: 10_000, held: 10_000 });
    expect(first.rows.map(({ number }: { number: number }) => number)).toEqual(
      Array.from({ length: 1000 }, (_, at) => 10_000 - at),
    );
    const older = (await page.get(`requests?limit=2&before=9001`)).json();
    expect(older.rows.map(({ id }: { id: string }) => id)).toEqual(["req_9000", "req_8999"]);
    expect((await page.get("requests?limit=5&after=9998")).json().rows).toHaveLength(2);
    expect((await page.get("requests?filter=status:5xx%20type:a.*")).json()).toMatchObject({ matched: 1000 });
    const stream = await page.stream({ after: before });
    await stream.until(({ data }) => data.id === "req_10000");
    expect(stream.events.filter(({ name }) => name === "request")).toHaveLength(10_000);
    stream.close();
  });

  test("a page that comes back gets what is new or changed, once and in its latest state", async () => {
    const store = new Store();
    const { url } = await serve(store);
    const page = await openPage(url);
    const stream = await page.stream();
    expect(stream.events[0] ?? (await stream.until(({ name }) => name === "hello"))).toMatchObject({
      name: "hello",
      data: { resumed: false },
    });
    const one = store.add(rowFor("req_1", { pending: true, status: null }), undefined);
    await stream.until(({ data }) => data.id === "req_1");
    store.update(one, { pending: false, status: 200 });
    await stream.until(({ name, data }) => name === "update" && data.status === 200);
    stream.close();
    store.update(one, { status: 201 });
    store.update(one, { status: 202 });
    store.add(rowFor("req_2"), undefined);
    const again = await page.stream({ lastId: stream.lastId() ?? "" });
    await again.until(({ data }) => data.id === "req_2");
    expect(again.events.map(({ name, data }) => [name, data.id ?? data.resumed, data.status])).toEqual([
      ["hello", true, undefined],
      ["update", "req_1", 202],
      ["request", "req_2", 200],
    ]);
    // Cut right after it, nothing is missed and nothing comes twice.
    const third = await page.stream({ lastId: again.events[1]?.id ?? "" });
    await third.until(({ data }) => data.id === "req_2");
    expect(third.events).toHaveLength(2);
    const nothing = await page.stream({ lastId: again.lastId() ?? "" });
    await nothing.until(({ name }) => name === "hello");
    expect(nothing.events).toHaveLength(1);
    for (const one of [again, third, nothing]) one.close();
  });

  test("an id of another run starts over", async () => {
    const { url } = await serve();
    const page = await openPage(url);
    for (const lastId of ["other-3", "run1-99", "run1-x", "<script>"]) {
      const stream = await page.stream({ lastId });
      expect(await stream.until(({ name }) => name === "hello")).toMatchObject({
        data: { run: "run1", resumed: false },
      });
      stream.close();
    }
  });

  test("when the command stops, the stream says so and ends", async () => {
    const one = await serve();
    const stream = await (await openPage(one.url)).stream();
    await one.stop("hookproof listen was stopped");
    expect(await stream.until(({ name }) => name === "stopped")).toMatchObject({
      data: { reason: "hookproof listen was stopped" },
    });
  });

  test("the list is bounded: the oldest requests are dropped, and pages are notified", async () => {
    const store = new Store({ rows: 100, kept: 10 });
    const { url } = await serve(store);
    const page = await openPage(url);
    const stream = await page.stream();
    const request = { method: "POST", target: "/", headers: [], body: Buffer.from("12345678") };
    for (let n = 1; n <= 150; n++) store.add(rowFor(`req_${n}`), { request });
    await stream.until(({ name, data }) => name === "forgotten" && data.before === 51);
    expect((await page.get("state")).json()).toMatchObject({ held: 100, forgotten: 50 });
    expect((await page.get("requests/req_1")).status).toBe(404);
    // Bytes in memory are bounded too: of an older request they are gone, its row is not.
    expect((await page.get("requests/req_140")).json()).toMatchObject({ row: { id: "req_140" }, body: null });
    expect((await page.get("requests/req_150")).json()).toMatchObject({ body: { bytes: 8 } });
    expect((await page.get("requests/req_140/body")).status).toBe(404);
    stream.close();
  });

  test("statistics: buckets without gaps, percentiles, types", async () => {
    const store = new Store();
    const { url } = await serve(store);
    for (let n = 1; n <= 100; n++)
      store.add(
        rowFor(`req_${n}`, {
          durationMs: n,
          status: n <= 10 ? 503 : 200,
          at: `2026-06-19T12:0${n <= 50 ? 0 : 3}:00.000Z`,
        }),
        undefined,
      );
    const stats = (await (await openPage(url)).get("stats?bucket=60000")).json();
    expect(stats.buckets.map(({ requests }: { requests: number }) => requests)).toEqual([50, 0, 0, 50]);
    expect(stats).toMatchObject({
      bucketMs: 60_000,
      totals: { requests: 100, valid: 100, invalid: 0, failed: 10 },
      times: { count: 100, p50: 50, p95: 95, p99: 99, max: 100 },
      types: [{ type: "link.clicked", requests: 100, failed: 10 }],
    });
    expect(stats.distribution.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(100);
    // However long a run was, there are not more buckets than a chart can show.
    store.add(rowFor("old", { at: "1990-01-01T00:00:00.000Z" }), undefined);
    expect((await (await openPage(url)).get("stats?bucket=1")).json().buckets.length).toBeLessThanOrEqual(1000);
  });
});
