import { createServer as createHttp } from "node:http";
import { constants, createSecureServer } from "node:http2";
import { createServer as createHttps } from "node:https";
import type { ServerOptions } from "node:https";
import type { TLSSocket } from "node:tls";
import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { createTransport } from "../../src/http/client.ts";
import type { TransportOptions } from "../../src/http/client.ts";
import { parseProxy, proxyFor } from "../../src/http/proxy.ts";
import type { SentExchange } from "../../src/http/types.ts";
import type { WebhookRequest } from "../../src/request/request.ts";
import { listening, post, rawServer } from "../delivery/support.ts";
import { startProxy } from "./proxy-support.ts";
import type { ProxyOptions, ProxyServer } from "./proxy-support.ts";
import { certificateFor } from "./tls-support.ts";
import type { Pem } from "./tls-support.ts";

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

let server: Pem;
let client: Pem;
beforeAll(async () => {
  [server, client] = [await certificateFor("hooks.test"), await certificateFor("sender")];
});

const exchange = async (request: WebhookRequest, options: TransportOptions): Promise<SentExchange> => {
  const transport = createTransport(options);
  try {
    return await transport.exchange(request, { timeoutMs: 5000 });
  } finally {
    await transport.close();
  }
};

const proxy = async (options?: ProxyOptions): Promise<ProxyServer> => {
  const started = await startProxy(options);
  opened.push(started);
  return started;
};

const through = (url: string) => ({ proxies: { always: parseProxy(url, "--proxy") } });

/** An HTTPS receiver on this machine that answers with what it was sent. */
const receiver = async (options: ServerOptions = {}): Promise<number> => {
  const it = createHttps({ ...server, ...options }, (request, response) => {
    const socket = request.socket as TLSSocket & { servername?: string };
    const peer = socket.getPeerCertificate();
    response.end(JSON.stringify({ headers: request.rawHeaders, sni: socket.servername, client: peer.subject?.CN }));
  });
  opened.push(it);
  return listening(it);
};

const odd = [
  ["X-Dup", "1"],
  ["x-dUP", "2"],
  ["X-Dup", "3"],
] as const;

describe("through a proxy", () => {
  test("an https URL is reached by a tunnel, in which the certificate is still the server's", async () => {
    const { url, seen, credentials } = await proxy({ leadsTo: await receiver() });
    const options = { ...through(url.replace("://", "://us%40er:p%3Aw@")), caCert: Buffer.from(server.cert) };
    const { status, body, timings, head } = await exchange(post("https://hooks.test/x", "{}", odd), options);
    expect(status).toBe(200);
    expect(JSON.parse(body.toString())).toEqual({
      headers: ["host", "hooks.test", "connection", "close", ...odd.flat(), "content-length", "2"],
      sni: "hooks.test",
    });
    expect(seen).toEqual(["CONNECT hooks.test:443"]);
    expect(credentials).toEqual([`Basic ${Buffer.from("us@er:p:w").toString("base64")}`]);
    expect(head).not.toMatch(/proxy/i);
    expect(timings.connectMs).toBeGreaterThan(0);
    expect(timings.tlsMs).toBeGreaterThan(0);
  });

  test("an http URL is asked for in whole, and the credentials are not shown", async () => {
    const app = createHttp((request, response) => response.end(request.headers["x-passed-on"]));
    opened.push(app);
    const { url, seen, credentials } = await proxy({ leadsTo: await listening(app) });
    const { status, body, head } = await exchange(
      post("http://hooks.test/x?y=1", "{}", odd),
      through(url.replace("://", "://user:pw@")),
    );
    expect(status).toBe(200);
    expect(seen).toEqual(["POST http://hooks.test/x?y=1"]);
    expect(credentials).toEqual(["Basic dXNlcjpwdw=="]);
    expect(JSON.parse(body.toString()).slice(0, 10)).toEqual([
      "host",
      "hooks.test",
      "connection",
      "close",
      ...odd.flat(),
    ]);
    expect(head).toMatch(/^POST http:\/\/hooks\.test\/x\?y=1 HTTP\/1\.1\r\nhost: hooks\.test\r\n/);
    expect(head).not.toMatch(/proxy|dXNlcjpwdw/i);
  });

  test("that speaks TLS itself, a tunnel goes through TLS in TLS", async () => {
    const its = await certificateFor("localhost");
    const { url, seen } = await proxy({ tls: its, leadsTo: await receiver() });
    const caCert = Buffer.from(`${server.cert}\n${its.cert}`);
    expect(await exchange(post("https://hooks.test/"), { ...through(url), caCert })).toMatchObject({ status: 200 });
    expect(seen).toEqual(["CONNECT hooks.test:443"]);
    const untrusted = await exchange(post("https://hooks.test/"), { ...through(url), insecure: true });
    expect(untrusted.error).toMatchObject({ kind: "proxy", code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  });

  test.each([
    ["https", 407, "the proxy asks for a user and password (407)"],
    ["http", 407, "the proxy asks for a user and password (407)"],
    ["https", 403, "the proxy refused with 403"],
  ])(
    "that refuses, for %s with %d, it is the proxy's failure, and nothing is sent",
    async (scheme, refuses, message) => {
      const { url } = await proxy({ refuses });
      const { status, error, body } = await exchange(post(`${scheme}://hooks.test/`), through(url));
      expect([status, error, body.length]).toEqual([null, { kind: "proxy", code: null, message }, 0]);
    },
  );

  test("that is not there, it is the proxy's failure", async () => {
    const gone = await proxy();
    gone.close();
    const { error } = await exchange(post("https://hooks.test/"), through(gone.url));
    expect(error).toEqual({
      kind: "proxy",
      code: "ECONNREFUSED",
      message: `the proxy could not be used: nothing is listening on 127.0.0.1:${new URL(gone.url).port}`,
    });
  });

  test("that breaks off before it answered, it is the proxy's failure", async () => {
    const broken = await rawServer((socket) => socket.destroy(), opened);
    const { error } = await exchange(post("https://hooks.test/"), through(`127.0.0.1:${broken.port}`));
    expect(error?.kind).toBe("proxy");
    expect(broken.received).toHaveLength(1);
  });

  test("that never answers, the time limit holds", async () => {
    const silent = await rawServer(() => undefined, opened);
    const transport = createTransport(through(`127.0.0.1:${silent.port}`));
    const { error } = await transport.exchange(post("https://hooks.test/"), { timeoutMs: 100 });
    await transport.close();
    expect(error).toMatchObject({ kind: "timeout", message: "no connection within 0.1s" });
  });
});

describe("a proxy's URL", () => {
  test.each([
    ["http://proxy.example:3128", "http://proxy.example:3128/"],
    ["proxy.example:3128", "http://proxy.example:3128/"],
    ["https://u:p@proxy.example", "https://proxy.example/"],
  ])("%s is %s", (text, href) => {
    expect(parseProxy(text, "--proxy").url.href).toBe(href);
  });

  test.each(["socks5://u:secret@proxy:1080", "http://", "http://u:secret@", "http://u:secr%et@proxy", "u:secret@:x"])(
    "%s is none, and what it says is not repeated",
    (text) => {
      expect(() => parseProxy(text, "--proxy")).toThrow(expect.objectContaining({ code: "usage" }));
      expect(() => parseProxy(text, "--proxy")).not.toThrow(/secr/);
    },
  );

  const variables = { http: "http://plain:1", https: "http://secure:2" };
  test.each([
    ["http://a.test/", "", "plain:1"],
    ["https://a.test/", "", "secure:2"],
    ["https://localhost/", "", "secure:2"],
    ["https://a.test/", "*", undefined],
    ["https://a.test/", "b.test, a.test", undefined],
    ["https://sub.a.test/", "a.test", undefined],
    ["https://sub.a.test/", ".a.test", undefined],
    ["https://sub.a.test/", "*.a.test", undefined],
    ["https://nota.test/", "a.test", "secure:2"],
    ["https://a.test:8443/", "a.test:8443", undefined],
    ["https://a.test/", "a.test:8443", "secure:2"],
    ["https://a.test/", "a.test:443", undefined],
    ["http://127.0.0.1:3000/", "localhost,127.0.0.1,::1", undefined],
    ["http://[::1]:3000/", "localhost,127.0.0.1,::1", undefined],
    ["http://[::1]:3000/", "[::1]:3000", undefined],
    ["http://10.1.2.3/", "10.0.0.0/8", undefined],
    ["http://11.1.2.3/", "10.0.0.0/8", "plain:1"],
    ["http://[fd00::1]/", "fd00::/8", undefined],
    ["http://1.10.0.0.1/", "0.0.1", "plain:1"],
  ])("of the variables, for %s with NO_PROXY=%s is %s", (url, except, name) => {
    if (!URL.canParse(url)) return;
    expect(proxyFor(new URL(url), { ...variables, except })?.name).toBe(name);
  });

  test("--proxy goes before the variables, NO_PROXY among them; HTTP_PROXY is not for https", () => {
    const always = parseProxy("http://mine:3", "--proxy");
    expect(proxyFor(new URL("https://a.test/"), { ...variables, except: "*", always })?.name).toBe("mine:3");
    expect(proxyFor(new URL("https://a.test/"), { http: "http://plain:1" })).toBeUndefined();
  });

  test("a variable that counts for nobody here may say what it likes", () => {
    const strange = { http: "socks5://p:1", except: "a.test" };
    expect(proxyFor(new URL("http://a.test/"), strange)).toBeUndefined();
    expect(() => proxyFor(new URL("http://b.test/"), strange)).toThrow(/^HTTP_PROXY names a socks5/);
  });

  test("does not count for an address that the caller names", async () => {
    const { url, seen } = await proxy();
    const port = await receiver();
    const options = { proxies: { https: url }, caCert: Buffer.from(server.cert) };
    const resolve = [{ host: "hooks.test", port, address: "127.0.0.1" }];
    expect(await exchange(post(`https://hooks.test:${port}/`), { ...options, resolve })).toMatchObject({ status: 200 });
    expect(seen).toEqual([]);
  });
});

describe("a client certificate", () => {
  const demanding = (): Promise<number> => receiver({ requestCert: true, rejectUnauthorized: true, ca: client.cert });
  const reaching = (port: number): TransportOptions => ({
    caCert: Buffer.from(server.cert),
    resolve: [{ host: "hooks.test", port, address: "127.0.0.1" }],
  });

  test("is shown to a server that demands one", async () => {
    const port = await demanding();
    const clientCert = { cert: Buffer.from(client.cert), key: Buffer.from(client.key) };
    const { body, error } = await exchange(post(`https://hooks.test:${port}/`), { ...reaching(port), clientCert });
    expect(error).toBeNull();
    expect(JSON.parse(body.toString()).client).toBe("sender");
  });

  test.each([
    // OpenSSL names the protocol in it, each version another.
    ["TLSv1.2", /^ERR_SSL_.+_ALERT_HANDSHAKE_FAILURE$/],
    // Here the client's handshake is over before its certificate is looked at: the server's alert comes after it.
    ["TLSv1.3", /^ERR_SSL_.+_ALERT_CERTIFICATE_REQUIRED$/],
  ] as const)("that is not given to such a server fails over %s as TLS: %s", async (version, code) => {
    const versions = { minVersion: version, maxVersion: version };
    const port = await receiver({ requestCert: true, rejectUnauthorized: true, ca: client.cert, ...versions });
    const { error } = await exchange(post(`https://hooks.test:${port}/`), reaching(port));
    expect(error).toMatchObject({ kind: "tls", code: expect.stringMatching(code) });
  });

  test("is not shown to a proxy", async () => {
    const its = await certificateFor("localhost");
    const { url } = await proxy({ tls: its, leadsTo: await demanding() });
    const clientCert = { cert: Buffer.from(client.cert), key: Buffer.from(client.key) };
    const caCert = Buffer.from(`${server.cert}\n${its.cert}`);
    const { body } = await exchange(post("https://hooks.test/"), { ...through(url), caCert, clientCert });
    expect(JSON.parse(body.toString()).client).toBe("sender");
  });

  test("must be one, with its key", () => {
    const cert = Buffer.from(client.cert);
    const locked = generateKeyPairSync("ec", {
      namedCurve: "P-256",
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" },
    });
    const open = (key: string) => () => createTransport({ clientCert: { cert, key: Buffer.from(key) } });
    expect(open(server.key)).toThrow(/do not match/);
    expect(open(locked.privateKey)).toThrow(/passphrase/);
    expect(open("no")).toThrow(/not a PEM private key/);
    expect(() => createTransport({ clientCert: { cert: Buffer.from("no"), key: cert } })).toThrow(/no PEM certificate/);
  });
});

describe("the name that TLS is about", () => {
  test("stays the URL's, whatever Host the request has and whatever address is taken", async () => {
    const port = await receiver();
    const request = { ...post(`https://hooks.test:${port}/`), headers: [["Host", "other.example"]] } as const;
    const { body } = await exchange(request, {
      caCert: Buffer.from(server.cert),
      resolve: [{ host: "HOOKS.test", port, address: "127.0.0.1" }],
    });
    expect(JSON.parse(body.toString())).toMatchObject({
      sni: "hooks.test",
      headers: expect.arrayContaining(["other.example"]),
    });
  });

  test("of several addresses one that takes connections is found", async () => {
    const port = await receiver();
    const resolve = ["::1", "127.0.0.1"].map((address) => ({ host: "hooks.test", port, address }));
    const options = { caCert: Buffer.from(server.cert), resolve };
    expect(await exchange(post(`https://hooks.test:${port}/`), options)).toMatchObject({ status: 200 });
  });
});

describe("HTTP/2", () => {
  const reaching = (port: number): TransportOptions => ({
    http2: true,
    caCert: Buffer.from(server.cert),
    resolve: [{ host: "hooks.test", port, address: "127.0.0.1" }],
  });

  test("is spoken where the server takes it, and the head that went out is shown", async () => {
    const it = createSecureServer(server, (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        response.setHeader("x-seen", JSON.stringify(request.rawHeaders));
        response.end(`${request.httpVersion} ${Buffer.concat(chunks).toString()}`);
      });
    });
    opened.push(it);
    const port = await listening(it);
    const warnings: string[] = [];
    const seen = await exchange(post(`https://hooks.test:${port}/x`, '{"a":1.0}', [["X-One", "1"]]), {
      ...reaching(port),
      warn: (message) => warnings.push(message),
    });
    expect(seen).toMatchObject({ status: 200, protocol: "HTTP/2", error: null });
    expect(seen.body.toString()).toBe('2.0 {"a":1.0}');
    const raw: readonly string[] = JSON.parse(seen.headers.find(([name]) => name === "x-seen")?.[1] ?? "[]");
    const lines = raw.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${raw[at + 1]}`] : []));
    expect(lines.toSorted()).toEqual(seen.head.trimEnd().split("\r\n").toSorted());
    expect(seen.head).toMatch(/^:/);
    expect(seen.timings.firstByteMs).toBeGreaterThan(0);
    expect(warnings).toEqual([]);
  });

  const echo = async (): Promise<number> => {
    const it = createSecureServer(server, (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => response.end(`${request.method} ${Buffer.concat(chunks).toString()}`));
    });
    opened.push(it);
    return listening(it);
  };

  test.each(["DELETE", "QUERY", "PROPFIND"])("carries the body of a %s", async (method) => {
    const port = await echo();
    for (const [body, chunked] of [
      ["abc", false],
      ["abc", true],
      ["", false],
    ] as const) {
      const request = { ...post(`https://hooks.test:${port}/x`, body), method };
      const seen = await exchange(request, { ...reaching(port), chunked });
      expect(seen).toMatchObject({ protocol: "HTTP/2", error: null, body: Buffer.from(`${method} ${body}`) });
    }
  });

  test("a method's body goes out with its length where the server speaks HTTP/1.1 only", async () => {
    const port = await receiver();
    const request = { ...post(`https://hooks.test:${port}/x`, "abc"), method: "DELETE" };
    const { body, head } = await exchange(request, reaching(port));
    expect(JSON.parse(body.toString()).headers.slice(-2)).toEqual(["content-length", "3"]);
    expect(head).toMatch(/\r\ncontent-length: 3\r\n\r\n$/);
  });

  test("carries no body with a GET: that is said, and nothing is sent", async () => {
    const port = await echo();
    const request = { ...post(`https://hooks.test:${port}/x`, "abc"), method: "GET" };
    await expect(exchange(request, reaching(port))).rejects.toMatchObject({ code: "input-malformed" });
    const plain = { ...request, body: Buffer.alloc(0) };
    for (const chunked of [false, true])
      expect((await exchange(plain, { ...reaching(port), chunked })).body.toString()).toBe("GET ");
  });

  test("takes headers twice in whatever spelling", async () => {
    const port = await echo();
    const headers = ["Content-Type", "content-type", "Cookie", "cookie", "AUTHORIZATION", "Authorization"];
    const request = post(
      `https://hooks.test:${port}/x`,
      "abc",
      headers.map((name) => [name, "x"]),
    );
    expect(await exchange(request, reaching(port))).toMatchObject({ status: 200, protocol: "HTTP/2" });
  });

  test("knows none of the headers of an HTTP/1.1 connection", async () => {
    const port = await echo();
    const headers = ["HTTP2-Settings", "Upgrade", "Keep-Alive", "Proxy-Connection", "TE", "Connection"];
    const request = post(
      `https://hooks.test:${port}/x`,
      "abc",
      headers.map((name) => [name, "x"]),
    );
    expect(await exchange(request, reaching(port))).toMatchObject({ status: 200, protocol: "HTTP/2" });
  });

  test("a stream that ends before its response is a reset, one that ends in its body is incomplete", async () => {
    const it = createSecureServer(server);
    it.on("stream", (stream, headers) => {
      stream.on("error", () => undefined);
      if (headers[":path"] === "/before") stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      else {
        stream.respond({ ":status": 200 });
        stream.write("abc", () => stream.destroy(new Error("broken")));
      }
    });
    opened.push(it);
    const port = await listening(it);
    const ask = (path: string) => exchange(post(`https://hooks.test:${port}${path}`), reaching(port));
    expect((await ask("/before")).error?.kind).toBe("reset");
    expect((await ask("/in")).error?.kind).toBe("incomplete");
  });

  test("that the server does not take is said, and HTTP/1.1 is used", async () => {
    const port = await receiver();
    const warnings: string[] = [];
    const options = { ...reaching(port), warn: (message: string) => warnings.push(message) };
    expect(await exchange(post(`https://hooks.test:${port}/`), options)).toMatchObject({
      status: 200,
      protocol: "HTTP/1.1",
    });
    expect(warnings).toEqual([`hooks.test:${port} does not speak HTTP/2: HTTP/1.1 was used`]);
  });

  test("goes through a proxy's tunnel", async () => {
    const it = createSecureServer(server, (request, response) => response.end(request.httpVersion));
    opened.push(it);
    const { url } = await proxy({ leadsTo: await listening(it) });
    const options = { ...through(url), http2: true, caCert: Buffer.from(server.cert) };
    expect((await exchange(post("https://hooks.test/"), options)).body.toString()).toBe("2.0");
  });
});
