import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { makeCertificate } from "../../src/http/certificate.ts";
import { parseMatch } from "../../src/listener/until.ts";
import { resolveTarget } from "../../src/listener/target.ts";
import type { Route } from "../../src/listener/routes.ts";
import { temporaryFolder } from "../support/run.ts";
import { portOf, post, sendRaw, startListening } from "./support.ts";

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

const serving = async (onRequest: (socket: Socket, head: string) => void): Promise<Server> => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (chunk) => onRequest(socket, chunk.toString("latin1")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push(server);
  return server;
};

const routeTo = async (where: string, connection: Route["options"]["connection"] = {}): Promise<Route> => ({
  target: await resolveTarget(where, false),
  condition: null,
  takes: () => true,
  options: { timeoutMs: 60_000, maxResponse: 1e6, connection },
});

const json = [
  ["Host", "x"],
  ["Content-Length", "2"],
] as const;

describe("a run that is stopped", () => {
  test("waits for what is in flight, which gets its response, and says so", async () => {
    let isAsked = false;
    let release = (): void => undefined;
    const app = await serving((socket) => {
      isAsked = true;
      release = () => void socket.end("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    });
    const listening = await startListening({ routes: [await routeTo(String(portOf(app)))], drainMs: 60_000 });
    const answer = fetch(listening.url, { method: "POST", body: "{}" });
    await expect.poll(() => isAsked, { timeout: 10_000 }).toBe(true);
    const ended = listening.stop();
    expect(await listening.until("stopping")).toMatchObject({ inFlight: 1, waitMs: 60_000 });
    release();
    expect((await answer).status).toBe(201);
    expect(await ended).toBe("stopped");
    expect(await listening.until("summary")).toMatchObject({ cut: 0, requests: 1 });
    await expect(fetch(listening.url)).rejects.toThrow();
  });

  test("asked again cuts it, tells and records what was cut", async () => {
    let got = false;
    const app = await serving(() => (got = true));
    const hurry = new AbortController();
    const listening = await startListening({
      routes: [await routeTo(String(portOf(app)))],
      drainMs: 60_000,
      forceSignal: hurry.signal,
      wanted: 1,
    });
    const answer = fetch(listening.url, { method: "POST", body: "{}" }).catch(() => "broken");
    await expect.poll(() => got, { timeout: 10_000 }).toBe(true);
    const ended = listening.stop();
    await listening.until("stopping");
    hurry.abort();
    expect(await answer).toBe("broken");
    expect(await ended).toBe("stopped");
    expect(await listening.until("response")).toMatchObject({ kind: "cut", status: null, sent: false });
    expect(await listening.until("forward")).toMatchObject({
      error: { message: expect.stringContaining("the run ended before") },
    });
    expect(await listening.until("summary")).toMatchObject({ cut: 1, wanted: 1, matched: 0 });
    expect(listening.lines.filter((line) => line.includes('"kind":"cut"'))).toHaveLength(1);
  });
});

describe("a sender", () => {
  test("that has closed its connection before the response is recorded as gone", async () => {
    const listening = await startListening({ respond: "delay=700ms", wanted: 1 });
    const socket = connect(listening.port, "127.0.0.1");
    socket.write(post(json, "{}"));
    await expect.poll(() => listening.lines.length, { timeout: 10_000 }).toBe(1);
    socket.destroy();
    expect(await listening.ended).toBe("met");
    expect(await listening.until("response")).toMatchObject({ sent: false, status: null });
    expect(await listening.until("summary")).toMatchObject({ refused: 0 });
  });

  test("that resets it is recorded as gone at once", async () => {
    const listening = await startListening({ respond: "delay=60s", wanted: 1 });
    const socket = connect(listening.port, "127.0.0.1");
    socket.write(post(json, "{}"));
    await expect.poll(() => listening.lines.length, { timeout: 10_000 }).toBe(1);
    socket.resetAndDestroy();
    expect(await listening.ended).toBe("met");
    expect(await listening.until("response")).toMatchObject({ sent: false, status: null });
  });

  test("that has only said its last still gets its response", async () => {
    const listening = await startListening({ respond: "202;delay=100ms" });
    expect(await sendRaw(listening.port, post(json, "{}"), { end: true, ms: 20_000 })).toContain("HTTP/1.1 202");
    expect(await listening.until("response")).toMatchObject({ sent: true, status: 202 });
    await listening.stop();
  });

  test("that speaks HTTP/1.0 gets a length and no chunks", async () => {
    const app = await serving((socket) =>
      socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
    );
    const listening = await startListening({ routes: [await routeTo(String(portOf(app)))] });
    const answer = await sendRaw(listening.port, "POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}", { ms: 20_000 });
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n(?:.*\r\n)*\r\nhello$/);
    await listening.stop();
  });
});

describe("what counts", () => {
  test("probes do not: HEAD, OPTIONS and what is ignored are answered 200 and take no turn of the script", async () => {
    const listening = await startListening({
      respond: "seq:503,201",
      wanted: 2,
      ignores: (method, path) => method === "GET" && path === "/health",
    });
    for (const [method, path] of [
      ["HEAD", ""],
      ["OPTIONS", ""],
      ["GET", "health?x=1"],
    ] as const)
      expect((await fetch(listening.url + path, { method })).status).toBe(200);
    expect((await fetch(listening.url, { method: "POST", body: "{}" })).status).toBe(503);
    expect((await fetch(`${listening.url}other`)).status).toBe(201);
    expect(await listening.ended).toBe("met");
    expect(await listening.until("summary")).toMatchObject({ requests: 2, probes: 3, matched: 2, events: 2 });
  });

  test("requests without a body are told apart by method and URL", async () => {
    const listening = await startListening({ wanted: 4 });
    for (const [method, path] of [
      ["GET", "a"],
      ["GET", "b"],
      ["DELETE", "a"],
      ["GET", "a"],
    ] as const)
      await fetch(listening.url + path, { method });
    await listening.ended;
    const counted = listening.events.flatMap((event) => (event.type === "request" ? [event.attempt.counted] : []));
    expect(counted).toEqual([1, 1, 1, 2]);
  });

  test.each([
    ["status=2xx", "500,201", 2],
    ["status=503,method=POST", "200,503", 2],
  ])("--until %s looks at the response", async (until, respond, requests) => {
    const listening = await startListening({ respond, matches: parseMatch(until), wanted: 1 });
    for (let sent = 0; sent < requests; sent++) await fetch(listening.url, { method: "POST", body: "{}" });
    expect(await listening.ended).toBe("met");
    expect(await listening.until("summary")).toMatchObject({ requests, matched: 1 });
  });

  test("--until forward=2xx waits until every target has said 2xx", async () => {
    let asked = 0;
    const flaky = await serving((socket) =>
      socket.end(`HTTP/1.1 ${++asked === 1 ? "500 No" : "204 Yes"}\r\nContent-Length: 0\r\n\r\n`),
    );
    const fine = await serving((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    const routes = [await routeTo(String(portOf(fine))), await routeTo(String(portOf(flaky)))];
    const listening = await startListening({ routes, matches: parseMatch("forward=2xx"), wanted: 1 });
    await fetch(listening.url, { method: "POST", body: "1" });
    await fetch(listening.url, { method: "POST", body: "2" });
    expect(await listening.ended).toBe("met");
    expect(await listening.until("summary")).toMatchObject({ matched: 1, forwards: 4, forwardsFailed: 1 });
  });

  test.each(["status=abc", "forward=2", "status=2x"])("--until %s is refused", (text) => {
    expect(() => parseMatch(text)).toThrow("is not a status");
  });
});

describe("a target", () => {
  test("that is not there is told at the start, and told again when it is", async () => {
    const app = await serving(() => undefined);
    const port = portOf(app);
    await new Promise((resolve) => app.close(resolve));
    const listening = await startListening({ routes: [await routeTo(`127.0.0.1:${port}`)] });
    expect(await listening.until("target")).toMatchObject({ url: `http://127.0.0.1:${port}/`, up: false });
    await new Promise<void>((resolve) => app.listen(port, "127.0.0.1", resolve));
    expect(await listening.until("target", ({ up }) => up)).toMatchObject({ up: true });
    await listening.stop();
  });

  test.skipIf(process.platform === "win32")("may be a Unix socket, and is watched alike", async () => {
    const path = join(temporaryFolder(), "app.sock");
    const listening = await startListening({ routes: [await routeTo(`unix:${path}:/in`)] });
    expect(await listening.until("target")).toMatchObject({ url: `unix:${path}:/in`, up: false });
    const gone = await fetch(listening.url, { method: "POST", body: "{}" });
    expect([gone.status, await gone.text()]).toEqual([502, `hookproof: nothing is listening on ${path}\n`]);
    const heads: string[] = [];
    const app = createServer((socket) =>
      socket.once("data", (piece) => {
        heads.push(piece.toString("latin1"));
        socket.end("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
      }),
    );
    await new Promise<void>((resolve) => app.listen(path, resolve));
    opened.push(app);
    await listening.until("target", ({ up }) => up);
    expect((await fetch(`${listening.url}?x=1`, { method: "POST", body: "{}" })).status).toBe(204);
    expect(heads.join("")).toMatch(/^POST \/in\?x=1 HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n/);
    await listening.stop();
  });

  test("that goes down later is told once, and told again when it is back", async () => {
    const answer = (socket: Socket): unknown => socket.end("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    const app = await serving(answer);
    const port = portOf(app);
    const listening = await startListening({ routes: [await routeTo(`127.0.0.1:${port}`)] });
    const send = async (): Promise<number> => (await fetch(listening.url, { method: "POST", body: "{}" })).status;
    const told = (): readonly boolean[] => listening.events.flatMap((one) => (one.type === "target" ? [one.up] : []));
    expect(await send()).toBe(204);
    await new Promise((resolve) => app.close(resolve));
    expect([await send(), await send()]).toEqual([502, 502]);
    expect(told()).toEqual([false]);
    await new Promise<void>((resolve) => app.listen(port, "127.0.0.1", resolve));
    await listening.until("target", ({ up }) => up);
    expect(await send()).toBe(204);
    await listening.stop();
    expect(told()).toEqual([false, true]);
  });

  test("that speaks HTTPS where http:// is written, and the other way round, is told so", async () => {
    const certificate = await makeCertificate("127.0.0.1", `${temporaryFolder()}/c.pem`, Date.now());
    const secure = createTlsServer({ key: certificate.key, cert: certificate.cert }, (_req, res) => res.end());
    await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
    opened.push(secure);
    const plain = await serving((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const say = async (where: string, insecure = false): Promise<string> => {
      const listening = await startListening({ routes: [await routeTo(where, { insecure })] });
      const answer = await fetch(listening.url, { method: "POST", body: "{}" });
      await listening.stop();
      return `${answer.status} ${await answer.text()}`;
    };
    expect(await say(`http://127.0.0.1:${portOf(secure)}`)).toMatch(/^502 .* speaks HTTPS: write https:\/\/ before it/);
    expect(await say(`https://127.0.0.1:${portOf(plain)}`)).toMatch(/^502 .* does not speak HTTPS: write http:\/\//);
    expect(await say(`https://127.0.0.1:${portOf(secure)}`)).toMatch(/^502 .*--cacert FILE trusts a certificate/);
    expect(await say(`https://127.0.0.1:${portOf(secure)}`, true)).toBe("200 ");
  });

  test("whose headers are too long is told so", async () => {
    const app = await serving((socket) => socket.end(`HTTP/1.1 200 OK\r\nX-Big: ${"a".repeat(100_000)}\r\n\r\n`));
    const listening = await startListening({ routes: [await routeTo(`127.0.0.1:${portOf(app)}`)] });
    const answer = await fetch(listening.url, { method: "POST", body: "{}" });
    expect(await answer.text()).toMatch(/the response headers of .* are longer than 64 KiB/);
    await listening.stop();
  });
});
