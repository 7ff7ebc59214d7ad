import { request } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { crossSiteRefusal, missingKeyRefusal } from "../../src/http/control.ts";
import { Secret } from "../../src/values/secret.ts";
import { background } from "../support/background.ts";
import type { Background } from "../support/background.ts";
import { temporaryFolder } from "../support/run.ts";

type Headers = Readonly<Record<string, string>>;

const refused = (headers: Headers, names: readonly string[] = []) =>
  crossSiteRefusal({ headers: Object.entries(headers) }, names)?.status;

describe("a request for control", () => {
  test.each<[Headers, (readonly string[])?]>([
    [{ Host: "127.0.0.1:8788" }],
    [{ Host: "localhost" }],
    [{ Host: "LOCALHOST:1" }],
    [{ Host: "[::1]:8788" }],
    [{ Host: "app.localhost:8788" }],
    [{ Host: "192.168.1.5:8788" }],
    [{ Host: "simulator:8788" }, ["Simulator"]],
    [{}],
    [{ Host: "127.0.0.1:8788", Origin: "http://127.0.0.1:8788", "Sec-Fetch-Site": "same-origin" }],
    [{ Host: "127.0.0.1:8788", Referer: "http://127.0.0.1:8788/ui?x", "Sec-Fetch-Site": "none" }],
    [{ Host: "127.0.0.1", Origin: "http://127.0.0.1:80" }],
  ])("with %j is obeyed", (headers, names) => expect(refused(headers, names)).toBeUndefined());

  test.each<[Headers, (readonly string[])?]>([
    [{ Host: "evil.example" }],
    [{ Host: "evil.example:8788", Origin: "http://evil.example:8788" }],
    [{ Host: "localhost.evil.example" }],
    [{ Host: "127.0.0.1.evil.example" }],
    [{ Host: "evil.example/127.0.0.1" }],
    [{ Host: "127.0.0.1@evil.example" }],
    [{ Host: "evil.example#127.0.0.1" }],
    [{ Host: "" }],
    [{ Host: "simulator" }, ["other"]],
    [{ Host: "127.0.0.1:8788", Origin: "https://evil.example" }],
    [{ Host: "127.0.0.1:8788", Origin: "null" }],
    [{ Host: "127.0.0.1:8788", Origin: "" }],
    [{ Host: "127.0.0.1:8788", Origin: "http://127.0.0.1:9000" }],
    [{ Host: "127.0.0.1:8788", Origin: "http://localhost:8788" }],
    [{ Host: "127.0.0.1:8788", "Sec-Fetch-Site": "cross-site" }],
    [{ Host: "127.0.0.1:8788", "Sec-Fetch-Site": "same-site" }],
    [{ Host: "127.0.0.1:8788", Referer: "https://evil.example/" }],
    [{ Host: "127.0.0.1:8788", origin: "http://127.0.0.1:8788", Origin: "https://evil.example" }],
    [{ Origin: "http://127.0.0.1" }],
  ])("with %j is refused", (headers, names) => expect(refused(headers, names)).toBe(403));

  test("carries the key, in either header, where there is one", () => {
    const key = new Secret("--token", "thekey");
    const status = (headers: Headers) => missingKeyRefusal({ headers: Object.entries(headers) }, key)?.status;
    expect([{ Authorization: "Bearer thekey" }, { "x-api-key": "thekey" }].map(status)).toEqual([undefined, undefined]);
    const wrong = [
      { Authorization: "Bearer no" },
      { "X-API-Key": "thekeys" },
      { "X-API-Key": "thekey", "x-api-key": "a" },
    ];
    expect(wrong.map(status)).toEqual([403, 403, 403]);
    expect([{}, { Authorization: "Basic dGhla2V5" }, { "X-API-Key": "" }].map(status)).toEqual([401, 401, 401]);
    expect(missingKeyRefusal({ headers: [] }, undefined)).toBeUndefined();
  });
});

const running: Background[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

const status = (url: string, path: string, headers: Headers = {}, method = "POST"): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request({ host: hostname, port, path, method, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    });
    sent.on("error", reject);
    sent.end(method === "POST" ? "{}" : undefined);
  });

describe("simulate", () => {
  const simulate = async (...more: readonly string[]) => {
    const env = { HOOKPROOF_HOME: temporaryFolder(), S: "s", T: "thekey" };
    const one = await background(["simulate", "--port", "0", "--to", "127.0.0.1:9", "--secret", "env:S", ...more], {
      env,
    });
    running.push(one);
    return one;
  };
  const emit = "/simulate/10x/link.clicked";
  const routes = [
    [emit, "POST"],
    ["/v2/handles/a/webhooks/s/test", "POST"],
    ["/v2/mcp/a/context-store/sources/s/sync", "POST"],
    ["/api/webhooks", "GET"],
    ["/api/webhooks", "POST"],
    ["/api/webhooks", "DELETE"],
    ["/no/such/route", "GET"],
  ] as const;

  test("emits nothing for a page of another site", async () => {
    const { url, lines } = await simulate();
    const { port } = new URL(url);
    const key = { "X-API-Key": "any", Authorization: "Bearer patv1_a.b" };
    for (const [path, method] of routes) {
      for (const from of [
        { Origin: "https://evil.example", "Content-Type": "text/plain" },
        { Host: `evil.example:${port}` },
      ])
        expect(await status(url, path, { ...key, ...from }, method)).toBe(403);
    }
    expect(lines.some(({ type }) => type === "attempt")).toBe(false);
    expect(await status(url, emit)).toBe(202);
    expect(await status(url, emit, { Host: `localhost:${port}` })).toBe(202);
  });

  test("demands its key on every route but those that verify a signature", async () => {
    const { url, lines } = await simulate("--token", "env:T");
    for (const [path, method] of routes) {
      expect([path, await status(url, path, {}, method)]).toEqual([path, 401]);
      const wrong = { "X-API-Key": "no", Authorization: "Bearer no" };
      expect([path, await status(url, path, wrong, method)]).toEqual([path, 403]);
    }
    expect(lines.some(({ type }) => type === "attempt")).toBe(false);
    expect(await status(url, emit, { "X-API-Key": "thekey" })).toBe(202);
    expect(await status(url, emit, { Authorization: "Bearer thekey" })).toBe(202);
  });

  test("goes by the names that it is given", async () => {
    const { url } = await simulate("--allow-host", "simulator");
    expect(await status(url, emit, { Host: "simulator:8788" })).toBe(202);
    expect(await status(url, emit, { Host: "other:8788" })).toBe(403);
  });
});
