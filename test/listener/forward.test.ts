import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import listen from "../../src/commands/listen/command.ts";
import { makePaint } from "../../src/cli/paint.ts";
import { listenView } from "../../src/commands/listen/view.ts";
import type { ListenEvent } from "../../src/listener/events.ts";
import { createForwarder } from "../../src/listener/forward.ts";
import type { ForwardOptions, Forwarded } from "../../src/listener/forward.ts";
import { parseRoute } from "../../src/listener/routes.ts";
import type { Route } from "../../src/listener/routes.ts";
import { parseMatch } from "../../src/listener/until.ts";
import { forwardedTarget, isLoopback, parseTarget, resolveTarget, sentUrl } from "../../src/listener/target.ts";
import type { ForwardTarget } from "../../src/listener/target.ts";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";
import { acme, portOf, post, sendRaw, startListening } from "./support.ts";

const options: ForwardOptions = {
  timeoutMs: 2000,
  maxResponse: 1024 * 1024,
  connection: {},
};
const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

const forward = async (
  request: WebhookRequest,
  target: ForwardTarget,
  its: ForwardOptions = options,
): Promise<Forwarded> => {
  const forwarder = createForwarder(target, its);
  try {
    return await forwarder.forward(request);
  } finally {
    await forwarder.close();
  }
};

/** An upstream that keeps the bytes it gets and answers with bytes of the test's. */
const upstream = async (
  answer: string | ((socket: Socket) => void),
): Promise<{ target: ForwardTarget; received: () => string; text: string }> => {
  const chunks: Buffer[] = [];
  const server: Server = createServer((socket) => {
    let answered = false;
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      if (answered) return;
      answered = true;
      if (typeof answer === "string") socket.write(answer, "latin1");
      else answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push(server);
  const text = `127.0.0.1:${portOf(server)}`;
  return { text, target: await resolveTarget(text, false), received: () => Buffer.concat(chunks).toString("latin1") };
};

/** A route that takes every request that meets a condition, or all. */
const route = (target: ForwardTarget, condition: string | null = null): Route => ({
  target,
  condition,
  takes: condition === null ? () => true : parseMatch(condition),
  options,
});

const raw = '{ "amount":1.0, "url":"https:\\/\\/x.test", "e":"\\u00e9" }';
const pairs: readonly HeaderPair[] = [
  ["hOST", "hooks.example"],
  ["X-Twice", "one"],
  ["x-tWICE", "two"],
  ["X-Bytes", "caf\xe9"],
  ["Content-Length", String(raw.length)],
];
const request: WebhookRequest = { method: "POST", target: "/a?b=1", headers: pairs, body: Buffer.from(raw) };

describe("forwarding", () => {
  test("passes every header on in its order, case and number, Host's value too, and the body byte for byte", async () => {
    const { target, received } = await upstream("HTTP/1.1 204 No Content\r\n\r\n");
    await forward(request, target);
    expect(received()).toBe(
      `POST /a?b=1 HTTP/1.1\r\nhost: hooks.example\r\nconnection: close\r\nX-Twice: one\r\nx-tWICE: two\r\nX-Bytes: caf\xe9\r\ncontent-length: ${raw.length}\r\n\r\n${raw}`,
    );
  });

  test("leaves out what belonged to the connection on which it came, and what that one alone was to see", async () => {
    const { target, received } = await upstream("HTTP/1.1 204 No Content\r\n\r\n");
    const headers: readonly HeaderPair[] = [
      ["Host", "x"],
      ["Transfer-Encoding", "chunked"],
      ["Connection", "keep-alive, X-Hop"],
      ["Keep-Alive", "timeout=5"],
      ["x-hop", "1"],
      ["Expect", "100-continue"],
      ["TE", "trailers"],
      ["Upgrade", "h2c"],
      ["Proxy-Authorization", "Basic eA=="],
      ["X-Stays", "1"],
    ];
    await forward({ ...request, headers, body: Buffer.from("hello") }, target);
    expect(received()).toBe(
      "POST /a?b=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\nX-Stays: 1\r\ncontent-length: 5\r\n\r\nhello",
    );
  });

  test("reads the answer: status, headers in order and case, body out of its chunks, interim answers skipped", async () => {
    const { target } = await upstream(
      "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 202 Fine By Me\r\nX-b: 1\r\nx-B: 2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    );
    const answer = await forward(request, target, options);
    expect(answer).toMatchObject({ status: 202, statusText: "Fine By Me", error: null });
    expect(answer.headers.slice(0, 2)).toEqual([
      ["X-b", "1"],
      ["x-B", "2"],
    ]);
    expect(answer.body.toString()).toBe("abc");
  });

  test.each<[string, string | ((socket: Socket) => void), string]>([
    ["something else than HTTP", "SSH-2.0-OpenSSH\r\n", "sent something that is not HTTP"],
    ["the end of the connection", (socket) => void socket.end(), "closed the connection before responding"],
    ["a reset", (socket) => void socket.resetAndDestroy(), "closed the connection before responding"],
    [
      "half a response",
      (socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
      "closed the connection in the middle of its response",
    ],
    [
      "a response that is too large",
      (socket) => void socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n${"x".repeat(1 << 21)}`),
      "its response is too large",
    ],
    ["silence", () => undefined, "did not respond in time"],
  ])("that meets %s says so", async (_title, answer, message) => {
    const { target } = await upstream(answer);
    const outcome = await forward(request, target, {
      ...options,
      timeoutMs: message.endsWith("in time") ? 150 : 20_000,
    });
    expect(outcome.status).toBeNull();
    expect(outcome.error?.message).toContain(message);
  });

  test("to where nothing listens says so", async () => {
    const { target } = await upstream("");
    opened[0]?.close();
    expect((await forward(request, target, options)).error).toMatchObject({ code: "ECONNREFUSED" });
  });
});

describe("a target", () => {
  test.each([
    ["3000", "http://localhost:3000/", "/a?b=1"],
    ["3000/billing", "http://localhost:3000/billing", "/billing?b=1"],
    ["3000?c=2", "http://localhost:3000/?c=2", "/?c=2"],
    ["localhost:3000", "http://localhost:3000/", "/a?b=1"],
    ["localhost:3000/x", "http://localhost:3000/x", "/x?b=1"],
    ["http://127.0.0.1:3000/x?c=2", "http://127.0.0.1:3000/x?c=2", "/x?c=2"],
    ["https://[::1]:8443", "https://[::1]:8443/", "/a?b=1"],
  ])("%s is %s, and takes /a?b=1 as %s", async (text, url, path) => {
    const target = await resolveTarget(text, false, async (host) => [
      { address: host === "::1" ? "::1" : "127.0.0.1", family: 4 },
    ]);
    expect([target.url, forwardedTarget(target, "/a?b=1")]).toEqual([url, path]);
  });

  test.each([
    ["3000", "/hooks?b=1", "http://localhost:3000/hooks?b=1"],
    ["3000/billing", "/hooks?b=1", "http://localhost:3000/billing?b=1"],
    ["3000", "//evil.test/x", "http://localhost:3000//evil.test/x"],
    ["unix:/run/app.sock", "/hooks", "unix:/run/app.sock:/hooks"],
    ["unix:/run/app.sock:/x", "/hooks", "unix:/run/app.sock:/x"],
  ])("%s is told to have got %s at %s", async (text, requestTarget, url) => {
    const target = await resolveTarget(text, false, async () => [{ address: "127.0.0.1", family: 4 }]);
    expect(sentUrl(target, requestTarget)).toBe(url);
  });

  test.each(["", "ftp://localhost", "http://", "99999", "3232235777", "99999/x", "localhost:0", "a b"])(
    "%j is none",
    (text) => {
      expect(() => parseTarget(text)).toThrow(/^--forward-to/);
    },
  );

  test.each([
    ["127.0.0.1", true],
    ["127.9.9.9", true],
    ["::1", true],
    ["::ffff:127.0.0.1", true],
    ["::ffff:7f00:1", true],
    ["0.0.0.0", false],
    ["10.0.0.1", false],
    ["::", false],
    ["::ffff:10.0.0.1", false],
    ["2001:db8::127.0.0.1", false],
  ])("%s is this machine's own: %s", (address, own) => {
    expect(isLoopback(address)).toBe(own);
  });

  test("outside this machine is refused, by its addresses and not by its name, unless --forward-anywhere", async () => {
    const resolve = async () => [
      { address: "127.0.0.1", family: 4 },
      { address: "192.0.2.1", family: 4 },
    ];
    await expect(resolveTarget("localhost:3000", false, resolve)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("192.0.2.1"),
      hint: expect.stringContaining("--forward-anywhere"),
    });
    expect((await resolveTarget("localhost:3000", true, resolve)).addresses).toHaveLength(2);
  });
});

describe("a route", () => {
  test.each([
    ["3000", null, "3000"],
    ["http://localhost:3000/?type=a", null, "http://localhost:3000/?type=a"],
    ["type=invoice.*=3000", "type=invoice.*", "3000"],
    ["type=a,path=/x=localhost:3000/y?b=1,c=2", "type=a,path=/x", "localhost:3000/y?b=1,c=2"],
    ["header.X-Shop=acme=3000", "header.X-Shop=acme", "3000"],
  ])("%s has the condition %s and the target %s", (text, condition, target) => {
    expect(parseRoute(text)).toMatchObject({ condition, target });
  });

  test.each([
    ["type=invoice.*", "has a condition but no target"],
    ["type=invoice.*=", "has a condition but no target"],
    ["shop=acme=3000", "'shop=acme' is not a condition"],
    ["verdict=vald=3000", "'vald' is not a verdict"],
  ])("%s is refused: %s", (text, message) => {
    expect(() => parseRoute(text)).toThrow(message);
  });
});

test("every target in the examples of listen's help and docs is on this machine", () => {
  const docs = readFileSync(new URL("../../docs/listen.md", import.meta.url), "utf8");
  const targets = [listen.examples.join("\n"), docs]
    .flatMap((text) => [...text.matchAll(/hookproof listen .*(?:-f|--forward-to) .*/g)].map(([line]) => line))
    .flatMap((line) => [...line.matchAll(/(?:-f|--forward-to) (?:'([^']+)'|([^\s'`]+))/g)])
    .map(([, quoted, plain]) => parseTarget(parseRoute(quoted ?? plain ?? "").target).url.hostname);
  expect(targets.length).toBeGreaterThan(5);
  expect(new Set(targets)).toEqual(new Set(["localhost"]));
});

describe("a listener with several targets", () => {
  const says = (text: string) =>
    upstream(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`);
  const send = async (url: string, type: string, more: Record<string, string> = {}): Promise<string> =>
    (await fetch(url, { method: "POST", body: "{}", headers: { "X-Acme-Type": type, ...more } })).text();

  test("passes each request to all that take it; the first gives the response; the script answers the rest", async () => {
    const [invoices, shop, both] = await Promise.all([says("invoices"), says("shop"), says("both")]);
    const listening = await startListening({
      respond: "202",
      inspect: { auto: false, candidates: [{ profile: acme, secrets: [] }], secure: false },
      routes: [
        route(invoices.target, "type=invoice.*"),
        route(both.target, "type=*.paid"),
        route(shop.target, "header.x-shop=acme,path=/hooks/*"),
      ],
    });
    expect(await send(listening.url, "invoice.new")).toBe("invoices");
    expect(await send(listening.url, "order.paid")).toBe("both");
    expect(await send(`${listening.url}hooks/1`, "x", { "X-Shop": "acme" })).toBe("shop");
    expect((await fetch(listening.url, { method: "POST", body: "{}" })).status).toBe(202);
    expect(await send(listening.url, "invoice.paid")).toBe("invoices");
    const isSecond = ({ answers, url }: { answers: boolean; url: string }): boolean =>
      !answers && url === both.target.url;
    expect(await listening.until("forward", isSecond)).toMatchObject({ status: 200, body: { data: "both" } });
    expect(shop.received()).toContain("POST /hooks/1 ");
    await listening.stop();
    expect(listening.lines.filter((line) => line.includes('"type":"forward"'))).toHaveLength(5);
  });

  test("an application that accepts a request that does not verify is named", async () => {
    const first = await says("first");
    const listening = await startListening({ routes: [route(first.target)], wanted: 2 });
    await send(listening.url, "x");
    await send(listening.url, "y", { "X-Acme-Signature": "00" });
    await listening.stop();
    const pick = <T extends ListenEvent["type"]>(type: T) =>
      listening.events.filter((one): one is Extract<ListenEvent, { type: T }> => one.type === type);
    const paint = makePaint({ colour: false, width: 200, unicode: true, verbosity: "line" });
    const shown = pick("request").map((request, at) =>
      listenView(
        pick("response")
          .slice(at, at + 1)
          .map((event) => ({ event, request, forwards: pick("forward").slice(at, at + 1) })),
        paint,
      ),
    );
    expect(shown[0]).toContain(
      "⚠ the application accepted a request without the platform's signature: it returned 200",
    );
    expect(shown[1]).toContain(
      "⚠ the application accepted an invalid signature: it returned 200 to a request that does not verify with the given secrets",
    );
  });

  test("does not wait for a further target to answer the sender, and records what it says later", async () => {
    let release = (): void => undefined;
    const slow = await upstream((socket) => {
      release = () => void socket.end("HTTP/1.1 204 No Content\r\n\r\n");
    });
    const first = await says("first");
    const listening = await startListening({ routes: [route(first.target), route(slow.target)], wanted: 1 });
    expect(await send(listening.url, "x")).toBe("first");
    expect((await listening.until("response")).sent).toBe(true);
    expect(listening.events.some((event) => event.type === "summary")).toBe(false);
    release();
    expect(await listening.ended).toBe("met");
    expect(await listening.until("forward", ({ answers }) => !answers)).toMatchObject({ status: 204 });
  });
});

describe("what goes on with a request", () => {
  test("headers of one's own and the user of the target's URL replace the sender's; the URL is told without them", async () => {
    const { text, received } = await upstream("HTTP/1.1 204 No Content\r\n\r\n");
    const target = await resolveTarget(`http://joe:hunter%202x@${text}/in`, false);
    expect(target.url).toBe(`http://${text}/in`);
    const headers: readonly HeaderPair[] = [
      ["x-TWICE", "mine"],
      ["Host", "app.example"],
    ];
    const told = await forward({ ...request, headers: [...pairs, ["authorization", "theirs"]] }, target, {
      ...options,
      headers,
    });
    expect(JSON.stringify(told)).not.toContain("hunter");
    expect(received()).toBe(
      `POST /in?b=1 HTTP/1.1\r\nhost: app.example\r\nconnection: close\r\nX-Bytes: caf\xe9\r\nAuthorization: Basic ${Buffer.from("joe:hunter 2x").toString("base64")}\r\nx-TWICE: mine\r\ncontent-length: ${raw.length}\r\n\r\n${raw}`,
    );
  });
});

describe("a listener that forwards", () => {
  test("answers with the upstream's answer, headers in order and case, and tells of both", async () => {
    const { target, received } = await upstream(
      "HTTP/1.1 418 I'm a teapot\r\nSet-Cookie: a=1\r\nset-COOKIE: b=2\r\nContent-Length: 3\r\nConnection: close\r\n\r\nhey",
    );
    const listening = await startListening({ routes: [route(target)] });
    const sent = post([...pairs, ["Connection", "close"]], raw);
    const answer = await sendRaw(listening.port, sent);
    expect(answer).toBe(
      "HTTP/1.1 418 I'm a teapot\r\nSet-Cookie: a=1\r\nset-COOKIE: b=2\r\nContent-Length: 3\r\nConnection: close\r\n\r\nhey",
    );
    const own = ["hOST", "Content-Length", "Connection"];
    const others = pairs.filter(([name]) => !own.includes(name)).map(([name, value]) => `${name}: ${value}\r\n`);
    expect(received()).toBe(
      `POST /hooks HTTP/1.1\r\nhost: hooks.example\r\nconnection: close\r\n${others.join("")}content-length: ${raw.length}\r\n\r\n${raw}`,
    );
    const told = await listening.until("forward");
    expect(told).toMatchObject({ status: 418, body: { data: "hey" }, error: null });
    expect(await listening.until("response")).toMatchObject({
      kind: "forwarded",
      status: 418,
      requestId: told.requestId,
    });
    await listening.stop();
    const types = listening.lines
      .map((line): unknown => JSON.parse(line))
      .map((line) => (typeof line === "object" && line !== null && "type" in line ? line.type : null));
    expect(types).toEqual(["request", "forward", "response"]);
  });

  test("answers 502 and tells why, where nothing listens", async () => {
    const { target } = await upstream("");
    opened[0]?.close();
    const listening = await startListening({ routes: [route(target)] });
    const answer = await fetch(listening.url, { method: "POST", body: raw });
    expect([answer.status, await answer.text()]).toEqual([
      502,
      `hookproof: nothing is listening on ${target.host}:${target.port}\n`,
    ]);
    expect((await listening.until("forward")).error?.code).toBe("ECONNREFUSED");
    await listening.stop();
  });

  test("serves a real application behind it, large bodies both ways", async () => {
    const app = createHttpServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on("data", (chunk: Buffer) => chunks.push(chunk));
      req.on("end", () => res.end(Buffer.concat(chunks)));
    });
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    opened.push(app);
    const target = await resolveTarget(String(portOf(app)), false);
    const listening = await startListening({
      routes: [{ ...route(target), options: { ...options, maxResponse: 1e8 } }],
      maxBody: 1e8,
    });
    const large = Buffer.alloc(5_000_000, "x");
    const answer = await fetch(listening.url, { method: "POST", body: large });
    expect(Buffer.from(await answer.arrayBuffer()).equals(large)).toBe(true);
    await listening.stop();
  });
});
