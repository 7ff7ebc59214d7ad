import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps } from "node:https";
import { createServer as createNet } from "node:net";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { createTransport } from "../../src/http/client.ts";
import type { TransportOptions } from "../../src/http/client.ts";
import type { Exchange } from "../../src/http/types.ts";
import type { WebhookRequest } from "../../src/request/request.ts";
import { temporaryFolder } from "../support/run.ts";
import { listening, post, rawServer } from "../delivery/support.ts";

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

const exchange = async (
  request: WebhookRequest,
  options: TransportOptions = {},
  timeoutMs = 5000,
  signal?: AbortSignal,
): Promise<Exchange> => {
  const transport = createTransport(options);
  try {
    return await transport.exchange(request, { timeoutMs, ...(signal === undefined ? {} : { signal }) });
  } finally {
    await transport.close();
  }
};

const answering = (bytes: string | Buffer) => rawServer((socket) => socket.end(bytes), opened);

describe("bytes on the wire", () => {
  test("header order, case, duplicates and odd bytes go out as they are; the connection's headers stand around them", async () => {
    const server = await answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    const request = post(server.url, '{"a":1.0}', [
      ["X-Dup", "1"],
      ["content-TYPE", "application/json"],
      ["x-dup", "2"],
      ["X-Latin", "caf\u00e9"],
      ["X-Empty", ""],
    ]);
    const answer = await exchange(request);
    expect(answer).toMatchObject({ status: 200, error: null, body: Buffer.from("ok") });
    expect(server.received[0]?.toString("latin1")).toBe(
      `POST /hooks?x=1 HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nconnection: close\r\nX-Dup: 1\r\ncontent-TYPE: application/json\r\nx-dup: 2\r\nX-Latin: caf\u00e9\r\nX-Empty: \r\ncontent-length: 9\r\n\r\n{"a":1.0}`,
    );
  });

  test.each([
    ["a body", "POST", "abc", {}],
    ["no body", "POST", "", {}],
    ["no body, where none is expected", "GET", "", {}],
    ["a body, where none is expected", "DELETE", "abc", {}],
    ["chunks", "POST", "abc", { chunked: true }],
    ["no chunks", "POST", "", { chunked: true }],
    ["a connection that is kept", "PUT", "abc", { keepAlive: true }],
  ] as const)("the head that is shown is the one on the wire: %s", async (_what, method, body, options) => {
    const server = await rawServer((socket, seen) => {
      if (!seen.includes("chunked") || seen.includes("0\r\n\r\n")) socket.end("HTTP/1.1 204 No Content\r\n\r\n");
    }, opened);
    const transport = createTransport(options);
    const { head } = await transport.exchange(
      { ...post(server.url, body, [["X-A", "1"]]), method },
      { timeoutMs: 5000 },
    );
    await transport.close();
    expect(head).toMatch(/\r\n\r\n$/);
    expect(server.received[0]?.toString().split("\r\n\r\n")[0]).toBe(head.trimEnd());
  });

  test("a Host of the request's own goes out in place of the URL's, the first where there are several", async () => {
    const server = await answering("HTTP/1.1 204 No Content\r\n\r\n");
    const request = {
      ...post(server.url),
      headers: [
        ["hOst", "hooks.example"],
        ["Host", "b"],
        ["X-A", "1"],
      ],
    } as const;
    await exchange(request);
    expect(server.received[0]?.toString()).toMatch(
      /HTTP\/1\.1\r\nhost: hooks\.example\r\nconnection: close\r\nX-A: 1\r\n/,
    );
  });

  test("a Content-Length of the request's own, true or false, is the connection's", async () => {
    const server = await answering("HTTP/1.1 204 No Content\r\n\r\n");
    await exchange(
      post(server.url, "abc", [
        ["content-length", "3"],
        ["X-A", "1"],
      ]),
    );
    await exchange(
      post(server.url, "abc", [
        ["content-length", "7"],
        ["X-A", "1"],
      ]),
    );
    for (const bytes of server.received) expect(bytes.toString()).toContain("X-A: 1\r\ncontent-length: 3\r\n\r\nabc");
  });

  test("a chunked body says so and nothing else", async () => {
    const server = await rawServer((socket, seen) => {
      if (seen.includes("0\r\n\r\n")) socket.end("HTTP/1.1 204 No Content\r\n\r\n");
    }, opened);
    await exchange(post(server.url, "hello"), { chunked: true });
    const text = server.received[0]?.toString() ?? "";
    expect(text).not.toMatch(/content-length/i);
    expect(text).toMatch(/transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/);
  });

  test.each([
    ["a line break in a value", [["X-A", "1\r\nX-Evil: 2"]]],
    ["a space in a name", [["X A", "1"]]],
    ["a character beyond a byte", [["X-A", "\u20ac"]]],
    ["a control character", [["X-A", "\x1b[2J"]]],
  ] as const)("%s is refused before anything is sent", async (_what, headers) => {
    await expect(exchange(post("http://127.0.0.1:1/", "", headers))).rejects.toMatchObject({ code: "input-malformed" });
  });

  test("CONNECT is refused before anything is sent: its answer would be a tunnel", async () => {
    const request = { ...post("http://127.0.0.1:1/"), method: "CONNECT" };
    await expect(exchange(request)).rejects.toMatchObject({ code: "input-malformed" });
  });

  test("any other method is sent unchanged", async () => {
    const server = await answering("HTTP/1.1 204 No Content\r\n\r\n");
    await exchange({ ...post(server.url), method: "PROPFIND" });
    expect(server.received[0]?.toString()).toMatch(/^PROPFIND /);
  });

  test("50 MB arrive whole", async () => {
    const body = Buffer.alloc(50 * 1024 * 1024, "hookproof ");
    const server = createHttp((request, response) => {
      const hash = createHash("sha256");
      request.on("data", (piece: Buffer) => hash.update(piece));
      request.on("end", () => response.end(hash.digest("hex")));
    });
    opened.push(server);
    const url = `http://127.0.0.1:${await listening(server)}/`;
    const wanted = createHash("sha256").update(body).digest("hex");
    expect((await exchange(post(url, body), {}, 20_000)).body.toString()).toBe(wanted);
    expect((await exchange(post(url, body), { chunked: true }, 20_000)).body.toString()).toBe(wanted);
  });
});

describe("answers", () => {
  test.each([
    [
      "informational answers are skipped",
      "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\ny",
      201,
      "y",
    ],
    ["204 has no body", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""],
    ["304 has no body whatever its length says", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, ""],
    [
      "chunks are put together, trailers dropped",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n",
      200,
      "abcde",
    ],
    ["a body without length ends with the connection", "HTTP/1.1 500 Oops\r\n\r\nall of it", 500, "all of it"],
    ["HTTP/1.0 is HTTP", "HTTP/1.0 200 OK\r\n\r\nok", 200, "ok"],
    ["a reason may be absent or odd", "HTTP/1.1 418 \x1b[31m\r\nContent-Length: 0\r\n\r\n", 418, ""],
  ])("%s", async (_what, bytes, status, body) => {
    const answer = await exchange(post((await answering(bytes)).url));
    expect(answer).toMatchObject({ status, error: null });
    expect(answer.body.toString()).toBe(body);
  });

  test("an answer in single bytes is read like one in a piece", async () => {
    const bytes = Buffer.from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    const server = await rawServer((socket) => {
      socket.setNoDelay(true);
      let at = 0;
      const next = (): void => {
        if (at < bytes.length) socket.write(bytes.subarray(at, ++at), () => setImmediate(next));
        else socket.end();
      };
      next();
    }, opened);
    expect(await exchange(post(server.url))).toMatchObject({ status: 200, error: null, body: Buffer.from("abc") });
  });

  test("HEAD has no body", async () => {
    const server = await answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    expect(await exchange({ ...post(server.url, ""), method: "HEAD" })).toMatchObject({ status: 200, error: null });
  });

  test("a redirect is an answer; nothing follows it", async () => {
    const server = await answering("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    expect(await exchange(post(server.url))).toMatchObject({
      status: 302,
      headers: [
        ["Location", "/elsewhere"],
        ["Content-Length", "0"],
      ],
    });
    expect(server.received).toHaveLength(1);
  });

  test("a body is kept up to the limit and read to its end", async () => {
    const server = await answering(`HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n${"x".repeat(300_000)}`);
    const answer = await exchange(post(server.url), { maxBody: 1000 });
    expect(answer).toMatchObject({ status: 200, error: null });
    expect(answer.body).toHaveLength(1000);
  });

  test("a body in single bytes takes no more memory than its limit and what is on its way", async () => {
    const server = createHttp((_request, response) => {
      let left = 100;
      const more = (): void => {
        for (let at = 0; at < 1000; at++) response.write("x");
        if (--left > 0) setImmediate(more);
        else response.end();
      };
      more();
    });
    opened.push(server);
    const url = `http://127.0.0.1:${await listening(server)}/`;
    global.gc?.();
    const before = process.memoryUsage().arrayBuffers;
    const response = await exchange(post(url), { maxBody: 64 * 1024 }, 20_000);
    expect(response.body).toHaveLength(64 * 1024);
    expect(response.body.buffer.byteLength).toBeLessThanOrEqual(128 * 1024);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });

  test("a refusal in the middle of a large body is taken", async () => {
    let answered = false;
    const server = await rawServer((socket) => {
      if (!answered) socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
      answered = true;
      socket.pause();
    }, opened);
    const answer = await exchange(post(server.url, Buffer.alloc(40 * 1024 * 1024)));
    expect(answer).toMatchObject({ status: 413, error: null, body: Buffer.from("big") });
  });
});

describe("failures are distinguished", () => {
  const refusedPort = async (): Promise<number> => {
    const server = createNet();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    return port;
  };

  test("a port on which nothing is listening", async () => {
    const answer = await exchange(post(`http://127.0.0.1:${await refusedPort()}/`));
    expect(answer).toMatchObject({ status: null, error: { kind: "refused", code: "ECONNREFUSED" } });
    expect(answer.timings).toMatchObject({ connectMs: null, firstByteMs: null });
  });

  test("a name that does not resolve", async () => {
    expect((await exchange(post("http://nowhere.invalid/"))).error?.kind).toBe("dns");
  });

  test.each([
    ["closed before any answer", "", "reset"],
    ["half a status line", "HTTP/1.1 2", "incomplete"],
    ["half a head", "HTTP/1.1 200 OK\r\nContent-Len", "incomplete"],
    ["half a body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "incomplete"],
    ["half of the chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "incomplete"],
    ["no last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", "incomplete"],
    ["garbage", "SSH-2.0-OpenSSH_9.7\r\n", "malformed"],
    ["binary garbage", "\x15\x03\x01\x00\x02\x02", "malformed"],
    ["a head with bare newlines", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "malformed"],
    ["a length that is not a number", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "malformed"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "malformed"],
    [
      "length and coding",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "malformed",
    ],
    ["a chunk size that is not a number", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "malformed"],
    ["a header without a name", "HTTP/1.1 200 OK\r\n: x\r\n\r\n", "malformed"],
    ["a head without an end", `HTTP/1.1 200 OK\r\nX: ${"y".repeat(70_000)}`, "malformed"],
    ["a 100 Continue that nobody asked for", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "malformed"],
    [
      "an unrequested protocol switch",
      "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
      "malformed",
    ],
    ["HTTP/2 frames", "HTTP/2 200 OK\r\n\r\n", "malformed"],
  ])("%s is %s", async (_what, bytes, kind) => {
    expect((await exchange(post((await answering(bytes)).url))).error?.kind).toBe(kind);
  });

  test("a reset", async () => {
    const server = await rawServer((socket) => socket.resetAndDestroy(), opened);
    expect((await exchange(post(server.url))).error).toMatchObject({ kind: "reset", code: "ECONNRESET" });
  });

  // Most servers say `Connection: close` to a request that does: undici ends such a response another way.
  test.each([
    ["half a body", "Content-Length: 10\r\n\r\nabc"],
    ["half of the chunks", "Transfer-Encoding: chunked\r\n\r\n5\r\nab"],
    ["no last chunk", "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"],
  ])("%s of a response that announced the connection's end is incomplete", async (_what, rest) => {
    const server = await answering(`HTTP/1.1 200 OK\r\nConnection: close\r\n${rest}`);
    expect(await exchange(post(server.url))).toMatchObject({
      status: 200,
      error: { kind: "incomplete", code: "ECONNRESET", message: "the response was cut off" },
    });
  });

  test("a reset in a body that ends with its connection is incomplete", async () => {
    const server = await rawServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\nabc", () => setTimeout(() => socket.resetAndDestroy(), 20));
    }, opened);
    expect(await exchange(post(server.url))).toMatchObject({
      status: 200,
      error: { kind: "incomplete", code: "ECONNRESET" },
    });
  });

  test("a status below 100 is explained", async () => {
    const server = await answering("HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n");
    expect((await exchange(post(server.url))).error).toEqual({
      kind: "malformed",
      code: null,
      message: "the response is not valid HTTP: its status is below 100",
    });
  });

  test("silence until the time is over, and an answer that never ends", async () => {
    const silent = await rawServer(() => undefined, opened);
    const endless = await rawServer(
      (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab"),
      opened,
    );
    const answers = await Promise.all([exchange(post(silent.url), {}, 60), exchange(post(endless.url), {}, 60)]);
    expect(answers.map(({ error }) => error?.kind)).toEqual(["timeout", "timeout"]);
    expect(answers[0]?.timings.totalMs).toBeGreaterThanOrEqual(55);
  });

  test("an abort, before and during", async () => {
    const silent = await rawServer(() => controller.abort(), opened);
    const controller = new AbortController();
    expect((await exchange(post(silent.url), {}, 5000, controller.signal)).error?.kind).toBe("aborted");
    expect((await exchange(post(silent.url), {}, 5000, controller.signal)).error?.kind).toBe("aborted");
    expect(silent.received).toHaveLength(1);
  });
});

test("closing the transport aborts exchanges, whether already written or not", async () => {
  const silent = await rawServer(() => void transport.close(), opened);
  const transport = createTransport();
  const exchanges = await Promise.all([
    transport.exchange(post(silent.url), { timeoutMs: 5000, hold: () => new Promise(() => undefined) }),
    transport.exchange(post(silent.url), { timeoutMs: 5000 }),
  ]);
  expect(exchanges.map(({ error }) => error?.kind)).toEqual(["aborted", "aborted"]);
});

describe("TLS", () => {
  const folder = temporaryFolder();
  beforeAll(() => {
    const make = (name: string, ...dates: readonly string[]): void => {
      execFileSync(
        "openssl",
        [
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-nodes",
          "-keyout",
          join(folder, `${name}.key`),
          "-out",
          join(folder, `${name}.pem`),
          "-subj",
          "/CN=hooks.test",
          "-addext",
          "subjectAltName=DNS:hooks.test",
          ...dates,
        ],
        { stdio: "ignore" },
      );
    };
    make("good");
  });
  const secure = async (): Promise<{ url: string; port: number; pem: Buffer }> => {
    const server = createHttps(
      { key: readFileSync(join(folder, "good.key")), cert: readFileSync(join(folder, "good.pem")) },
      (_request, response) => response.end("ok"),
    );
    opened.push(server);
    const port = await listening(server);
    return { url: `https://hooks.test:${port}/`, port, pem: readFileSync(join(folder, "good.pem")) };
  };

  test("an unknown certificate is refused, unless it is trusted or nothing is checked", async () => {
    const { url, port, pem } = await secure();
    const resolve = [{ host: "hooks.test", port, address: "127.0.0.1" }];
    expect((await exchange(post(url), { resolve })).error).toMatchObject({
      kind: "tls",
      code: "DEPTH_ZERO_SELF_SIGNED_CERT",
    });
    const trusted = await exchange(post(url), { resolve, caCert: pem });
    expect(trusted).toMatchObject({ status: 200, error: null });
    expect(trusted.timings.tlsMs).toBeGreaterThan(0);
    expect(await exchange(post(url), { resolve, insecure: true })).toMatchObject({ status: 200 });
  });

  test("a certificate for another name is refused although it is trusted", async () => {
    const { port, pem } = await secure();
    expect((await exchange(post(`https://127.0.0.1:${port}/`), { caCert: pem })).error).toMatchObject({
      kind: "tls",
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  });

  test("https to a plain port is a TLS failure", async () => {
    const server = await answering("HTTP/1.1 400 Bad Request\r\n\r\n");
    expect((await exchange(post(`https://127.0.0.1:${server.port}/`))).error?.kind).toBe("tls");
  });

  test("a connection closed in the handshake is a TLS failure", async () => {
    const server = await rawServer((socket) => socket.destroy(), opened);
    expect((await exchange(post(`https://127.0.0.1:${server.port}/`))).error?.kind).toBe("tls");
  });

  test("a CA file that is not a certificate is reported before anything is sent", () => {
    expect(() => createTransport({ caCert: Buffer.from("no") })).toThrow(/PEM/);
  });
});

describe("connections", () => {
  test("a unix socket is connected to in place of the host", async () => {
    const path = join(temporaryFolder(), "s");
    const server = createHttp((request, response) => response.end(request.headers.host));
    await new Promise<void>((resolve) => void server.listen(path, resolve));
    opened.push(server);
    expect((await exchange(post("http://hooks.test/x"), { unixSocket: path })).body.toString()).toBe("hooks.test");
  });

  test("kept connections carry one exchange after the other, with the phases of the first only", async () => {
    let connections = 0;
    const server = createHttp((_request, response) => response.end("ok")).on("connection", () => connections++);
    opened.push(server);
    const url = `http://127.0.0.1:${await listening(server)}/`;
    const transport = createTransport({ keepAlive: true });
    const first = await transport.exchange(post(url), { timeoutMs: 5000 });
    const second = await transport.exchange(post(url), { timeoutMs: 5000 });
    expect(first.timings.connectMs).not.toBeNull();
    expect(second.timings.connectMs).toBeNull();
    expect(connections).toBe(1);
    await transport.close();
  });

  test("exchanges on one connection share nothing: bodies of every length both ways, heads alike and not", async () => {
    const server = createHttp((request, response) => {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        const body = Buffer.concat(pieces);
        response.sendDate = false;
        response.setHeader("Content-Length", body.length);
        response.end(body);
      });
    });
    opened.push(server);
    const url = `http://127.0.0.1:${await listening(server)}/`;
    const transport = createTransport({ keepAlive: true, maxBody: 1 << 20 });
    const sizes = [0, 5, 5, 3000, 10, 10, 40_000, 0, 3000, 200_000, 5];
    for (const [at, size] of sizes.entries()) {
      const body = Buffer.alloc(size, `body ${at} `);
      const answer = await transport.exchange(post(url, body), { timeoutMs: 5000 });
      expect(answer).toMatchObject({ status: 200, error: null });
      expect(answer.body.equals(body)).toBe(true);
      const head = await transport.exchange({ ...post(url), method: "HEAD" }, { timeoutMs: 5000 });
      expect(head).toMatchObject({ status: 200, error: null, body: Buffer.alloc(0) });
    }
    await transport.close();
  });

  test("each exchange on a kept connection has its own time limit", async () => {
    let requests = 0;
    const server = await rawServer((socket) => {
      if (++requests < 3) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }, opened);
    const transport = createTransport({ keepAlive: true });
    await transport.exchange(post(server.url), { timeoutMs: 60_000 });
    await transport.exchange(post(server.url), { timeoutMs: 40 });
    const late = await transport.exchange(post(server.url), { timeoutMs: 40 });
    expect(late.error).toMatchObject({ kind: "timeout", message: "no complete response within 0.04s" });
    expect(server.received).toHaveLength(1);
    await transport.close();
  });

  test("a connection that the peer has closed, or says it will, is not used again", async () => {
    const server = await rawServer((socket, _seen, at) => {
      if (at === 0) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      else socket.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    }, opened);
    const transport = createTransport({ keepAlive: true });
    for (let at = 0; at < 3; at++) {
      expect((await transport.exchange(post(server.url), { timeoutMs: 5000 })).error).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(server.received).toHaveLength(3);
    await transport.close();
  });

  test("a kept connection that breaks under a request is a failure: the request is not sent twice", async () => {
    let requests = 0;
    const server = await rawServer((socket) => {
      requests++;
      if (requests === 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      else socket.resetAndDestroy();
    }, opened);
    const transport = createTransport({ keepAlive: true });
    await transport.exchange(post(server.url), { timeoutMs: 5000 });
    expect((await transport.exchange(post(server.url), { timeoutMs: 5000 })).error?.kind).toBe("reset");
    expect(requests).toBe(2);
    await transport.close();
  });

  test("a hundred exchanges at once under one signal wait on one listener", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on("warning", onWarning);
    const server = createHttp((_request, response) => response.end("ok"));
    opened.push(server);
    const url = `http://127.0.0.1:${await listening(server)}/`;
    const transport = createTransport({ keepAlive: true });
    const { signal } = new AbortController();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => transport.exchange(post(url), { timeoutMs: 5000, signal })),
    );
    await transport.close();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(warnings).toEqual([]);
  });
});
