import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { Socket } from "node:net";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { apiUrl } from "../../src/commands/shared/platform-inputs.ts";
import { run, runChild } from "../support/run.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

/** A platform that answers as told. */
const platform = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
};

const accepted = "HTTP/1.1 202 Accepted\r\n";

/** Something that listens for connections and does this with each, on what a request begins with. */
const dripper = async (serve: (socket: Socket) => void): Promise<string> => {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    socket.once("data", () => serve(socket));
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  return `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
};

const dripping = (socket: Socket, first: string, then: string): void => {
  socket.write(first);
  const drip = setInterval(() => socket.write(then), 50);
  socket.on("close", () => clearInterval(drip));
};

const trigger = (base: string, more: readonly string[] = []) =>
  run([
    "trigger",
    "--handle",
    "h",
    "--subscription",
    "s",
    "--base-url",
    base,
    "--token",
    "tok-secret-123",
    "--json",
    ...more,
  ]);

describe("answers of a platform's API", () => {
  test.each([
    [401, 4, "api-refused"],
    [403, 4, "api-refused"],
    [404, 3, "api-reply-malformed"],
    [429, 3, "api-reply-malformed"],
    [500, 3, "api-reply-malformed"],
    [302, 3, "api-reply-malformed"],
  ])("%d ends with %d", async (status, exit, code) => {
    const base = await platform((_req, res) =>
      res.writeHead(status, { location: "http://127.0.0.1:1/" }).end("no\u001b[2J"),
    );
    const result = await trigger(base);
    expect(result.exit).toBe(exit);
    expect(JSON.parse(result.stdout).error.code).toBe(code);
    expect(result.stdout).not.toContain("tok-secret-123");
    expect(result.stdout).not.toContain("\u001b");
  });

  const repeated = "patv1_abc/def.REAL+SECRET\u00e9VALUE";
  const forms = {
    plain: repeated,
    "as JSON": JSON.stringify({ error: `malformed token Bearer ${repeated}` }),
    "as PHP's JSON": JSON.stringify(repeated).replaceAll("/", "\\/"),
    "in a URL": `https://api.test/?token=${encodeURIComponent(repeated)}`,
    "in base64": Buffer.from(repeated).toString("base64"),
    "in base64url": Buffer.from(repeated).toString("base64url"),
    "in hex": Buffer.from(repeated).toString("hex").toUpperCase(),
    "broken off": `token '${repeated.slice(0, 14)}…' is malformed`,
    "its end": `token '…${repeated.slice(-12)}' is malformed`,
    "at the end of what is shown": `${"x".repeat(290)}${repeated}`,
  };
  test.each(Object.entries(forms))("the token that a platform repeats %s is masked", async (_how, body) => {
    for (const status of [202, 400, 401]) {
      const base = await platform((_req, res) => res.writeHead(status).end(body));
      for (const more of [["--json"], ["--debug"]]) {
        const argv = [
          "trigger",
          "--handle",
          "h",
          "--subscription",
          "s",
          "--base-url",
          base,
          "--token",
          "env:T",
          ...more,
        ];
        const { stdout, stderr } = await run(argv, { env: { T: repeated } });
        const shown = stdout + stderr;
        if (status !== 401) expect(shown).toContain("***");
        for (const piece of [
          repeated.slice(0, 10),
          repeated.slice(-10),
          ...Object.values(forms)
            .slice(4, 7)
            .map((one) => one.slice(0, 16)),
        ])
          expect(shown).not.toContain(piece);
      }
    }
  });

  test("nor is it shown where a list repeats it", async () => {
    const item = { id: "wh_1", url: `https://h.test/${repeated}`, events: ["a"] };
    const base = await platform((_req, res) => res.writeHead(200).end(JSON.stringify([item])));
    const argv = ["subscriptions", "list", "--base-url", base, "--token", "env:T", "--json"];
    const { stdout } = await run(argv, { env: { T: repeated } });
    expect(JSON.parse(stdout).subscriptions).toMatchObject([{ id: "wh_1", url: "https://h.test/***" }]);
  });

  test.each([
    ["HTML", "<html><body>Login</body></html>"],
    ["other JSON", '{"ok":true}'],
    ["nothing", ""],
  ])("a 202 with %s is told with the reply", async (_what, body) => {
    const result = await trigger(await platform((_req, res) => res.writeHead(202).end(body)));
    expect(result.exit).toBe(3);
    expect(JSON.parse(result.stdout).error).toMatchObject({
      code: "api-reply-malformed",
      message: expect.stringContaining("eventId"),
    });
  });

  test("a huge reply is not read to its end", async () => {
    const result = await trigger(
      await platform((_req, res) => {
        res.writeHead(202);
        const more = (): void => {
          while (res.write(Buffer.alloc(1 << 20, 0x61)));
          res.once("drain", more);
        };
        more();
      }),
    );
    expect(result.exit).toBe(3);
    expect(JSON.parse(result.stdout).error.message).toContain("more than 5 MB");
  });

  test("a slow one is given up on", async () => {
    const result = await trigger(await platform(() => undefined), ["--timeout", "200ms"]);
    expect(result.exit).toBe(3);
    expect(JSON.parse(result.stdout).error).toMatchObject({
      code: "api-unreachable",
      message: expect.stringContaining("timed out after 0.2s"),
    });
  });

  // Each goes on for ever: without a limit for the whole call these tests would not end.
  test.each([
    ["its connection", () => undefined, "https"],
    ["its head", (socket: Socket) => dripping(socket, "HTTP/1.1 202 Accepted\r\n", "X-More: 1\r\n"), "http"],
    [
      "its chunks",
      (socket: Socket) => dripping(socket, `${accepted}Transfer-Encoding: chunked\r\n\r\n`, "1\r\n \r\n"),
      "http",
    ],
    ["a body without end", (socket: Socket) => dripping(socket, `${accepted}\r\n`, " "), "http"],
  ])("one that drips %s ends when the time for the whole call is over", async (_what, serve, scheme) => {
    const base = await dripper(serve);
    const calls = [
      () => trigger(`${scheme}://${base}`, ["--timeout", "300ms"]),
      () =>
        run([
          "subscriptions",
          "list",
          "--base-url",
          `${scheme}://${base}`,
          "--token",
          "t",
          "--json",
          "--timeout",
          "300ms",
        ]),
    ];
    for (const call of calls) {
      const result = await call();
      expect(result.exit).toBe(3);
      expect(JSON.parse(result.stdout).error).toMatchObject({
        code: "api-unreachable",
        message: expect.stringContaining("timed out after 0.3s"),
      });
    }
  });

  test("a program whose call timed out has nothing left to wait for", async () => {
    const base = await dripper((socket) => dripping(socket, `${accepted}\r\n`, " "));
    const argv = ["trigger", "--handle", "h", "--subscription", "s", "--token", "t", "--base-url", `http://${base}`];
    expect((await runChild([...argv, "--timeout", "300ms"])).exit).toBe(3);
  });

  test("one that is cut off, and one that nobody listens at, are unreachable", async () => {
    const cut = await platform((_req, res) => {
      res.writeHead(202, { "content-length": "1000" });
      res.write('{"eventId"');
      setImmediate(() => res.destroy());
    });
    for (const base of [cut, "http://127.0.0.1:1"]) {
      const result = await trigger(base);
      expect(result.exit).toBe(3);
      expect(JSON.parse(result.stdout).error.code).toBe("api-unreachable");
    }
  });
});

describe("a reply that may hold the secret", () => {
  const create = (base: string) =>
    run([
      "subscriptions",
      "create",
      "https://x.test/h",
      "--events",
      "lead.created",
      "--base-url",
      base,
      "--token",
      "t",
      "--secret",
      "own-secret-1",
      "--json",
    ]);

  test.each([
    [500, '{"id":"wh_1","secret":"given-once","echo":"own-secret-1"}', '"secret":"…"'],
    [201, '{"identifier":"wh_1","secret":"given-once"}', '"identifier":"…"'],
    [202, "<p>given-once own-secret-1</p>", "not JSON"],
  ])("%d with %s is reported by its structure, not its values", async (status, body, form) => {
    const result = await create(await platform((_req, res) => res.writeHead(status).end(body)));
    expect(result.exit).toBe(3);
    expect(JSON.parse(result.stdout).error.message).toContain(form);
    expect(result.stdout + result.stderr).not.toMatch(/given-once|own-secret-1/);
  });
});

test.each([
  ["context-store sync", ["--handle", "h", "--source", "s"]],
  ["subscriptions delete", ["wh_1"]],
])("%s does not take a page for people as a yes", async (name, more) => {
  const base = await platform((_req, res) => res.writeHead(200).end("<html>Log in</html>"));
  const { exit, stderr } = await run([...name.split(" "), ...more, "--base-url", base, "--token", "t"]);
  expect([exit, stderr]).toEqual([3, expect.stringContaining("<html>Log in</html>")]);
  const empty = await platform((_req, res) => res.writeHead(200).end());
  expect((await run([...name.split(" "), ...more, "--base-url", empty, "--token", "t"])).exit).toBe(0);
});

describe("the address of an API", () => {
  test.each([
    ["localhost:4010", "http://localhost:4010"],
    ["4010/api", "http://localhost:4010/api"],
    ["[::1]:4010", "http://[::1]:4010"],
    ["api.example.com/v1", "https://api.example.com/v1"],
    ["api.example.com:8443", "https://api.example.com:8443"],
    ["http://api.example.com", "http://api.example.com"],
  ])("%s is asked at %s: a token goes to another machine over HTTPS unless it is said otherwise", (given, url) => {
    expect(apiUrl(given)).toBe(url);
  });

  test("may do without one in the option and in the environment alike", async () => {
    const base = await platform((req, res) => res.writeHead(202).end(JSON.stringify({ eventId: `evt${req.url}` })));
    const { host } = new URL(base);
    const argv = ["trigger", "--handle", "h", "--subscription", "s", "--token", "t", "--json"];
    const [option, variable] = await Promise.all([
      run([...argv, "--base-url", host]),
      run(argv, { env: { HOOKPROOF_BASE_URL: host } }),
    ]);
    expect(option.stdout).toContain("evt/v2/handles/h/webhooks/s/test");
    expect([variable.exit, variable.stdout]).toEqual([option.exit, option.stdout]);
  });

  test.each(["ftp://x", "http://", "localhost:99999"])(
    "%s is none, wherever it stands, which is named",
    async (base) => {
      const argv = ["trigger", "--handle", "h", "--subscription", "s", "--token", "env:T"];
      const [option, variable] = await Promise.all([
        run([...argv, "--base-url", base], { env: { T: "t" } }),
        run(argv, { env: { T: "t", HOOKPROOF_BASE_URL: base } }),
      ]);
      expect([option.exit, variable.exit]).toEqual([2, 2]);
      expect(option.stderr).toMatch(`error: --base-url: '${base}' is not an http or https URL\nhint: `);
      expect(variable.stderr).toMatch(`error: HOOKPROOF_BASE_URL: '${base}' is not an http or https URL\nhint: `);
    },
  );
});

test("a proxy of the environment is used, and NO_PROXY spares a host", async () => {
  const seen: string[] = [];
  const proxy = await platform((req, res) => {
    seen.push(String(req.url));
    res.writeHead(202).end('{"eventId":"evt_proxied"}');
  });
  // undici tunnels plain HTTP through CONNECT as well.
  servers.at(-1)?.on("connect", (req, socket) => {
    seen.push(String(req.url));
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  const direct = await platform((_req, res) => res.writeHead(202).end('{"eventId":"evt_direct"}'));
  const asked = (env: Record<string, string>) =>
    run(["trigger", "--handle", "h", "--subscription", "s", "--base-url", direct, "--token", "t", "--json"], { env });
  await asked({ HTTP_PROXY: proxy });
  expect(seen).toHaveLength(1);
  expect((await asked({ HTTP_PROXY: proxy, NO_PROXY: "127.0.0.1" })).stdout).toContain("evt_direct");
  expect(seen).toHaveLength(1);
});
