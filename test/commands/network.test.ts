import { writeFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createSecureServer } from "node:http2";
import { createServer as createHttps } from "node:https";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { listening, rawServer } from "../delivery/support.ts";
import { startProxy } from "../http/proxy-support.ts";
import type { ProxyServer } from "../http/proxy-support.ts";
import { certificateFor } from "../http/tls-support.ts";
import { run, temporaryFolder } from "../support/run.ts";

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

const folder = temporaryFolder();
const file = (name: string): string => join(folder, name);
beforeAll(async () => {
  for (const name of ["localhost", "sender"]) {
    const { key, cert } = await certificateFor(name);
    writeFileSync(file(`${name}.key`), key);
    writeFileSync(file(`${name}.pem`), cert);
    writeFileSync(file(`${name}-both.pem`), `${cert}\n${key}`);
  }
});

const proxy = async (leadsTo: number): Promise<ProxyServer> => {
  const started = await startProxy({ leadsTo });
  opened.push(started);
  return started;
};

/** A receiver that takes everything. */
const receiver = async (): Promise<number> => {
  const it = createHttp((_request, response) => response.writeHead(204).end());
  opened.push(it);
  return listening(it);
};

const send = (url: string, more: readonly string[] = [], env: Record<string, string> = {}) =>
  run(["send", url, "-p", "10x", "--event", "link.clicked", "--secret", "env:S", ...more], { env: { S: "s", ...env } });

describe("a proxy", () => {
  test("is used as --proxy says, and its user and password are shown nowhere", async () => {
    const { port, seen } = await proxy(await receiver());
    const given = `http://some-user:some-word@localhost:${port}`;
    for (const more of [[], ["--json"], ["--debug"]]) {
      const { exit, stdout, stderr } = await send("http://hooks.test/in", ["--proxy", given, "-v", ...more]);
      expect(exit).toBe(0);
      expect(stdout + stderr).not.toMatch(/some-user|some-word|c29tZS11c2Vy/);
    }
    expect(seen).toEqual(Array.from({ length: 3 }, () => "POST http://hooks.test/in"));
  });

  test("of the environment is used in either case of its name, unless NO_PROXY names the host", async () => {
    const target = await receiver();
    const { url, seen } = await proxy(target);
    expect((await send("http://hooks.test/a", [], { HTTP_PROXY: url })).exit).toBe(0);
    expect((await send("http://hooks.test/b", [], { http_proxy: url, HTTP_PROXY: "http://localhost:1" })).exit).toBe(0);
    expect((await send(`http://127.0.0.1:${target}/c`, [], { http_proxy: url })).exit).toBe(0);
    expect((await send(`http://127.0.0.1:${target}/d`, [], { http_proxy: url, no_proxy: "127.0.0.1" })).exit).toBe(0);
    expect((await send(`http://127.0.0.1:${target}/e`, [], { HTTPS_PROXY: url })).exit).toBe(0);
    expect(seen).toEqual(["POST http://hooks.test/a", "POST http://hooks.test/b", `POST http://127.0.0.1:${target}/c`]);
  });

  test("that is not there is said to be the proxy", async () => {
    const { exit, stdout } = await send("http://hooks.test/", ["--proxy", "localhost:1"]);
    expect([exit, stdout]).toEqual([
      1,
      expect.stringMatching(/the proxy could not be used: nothing is listening on (?:127\.0\.0\.1|\[::1\]):1/),
    ]);
  });

  test.each([
    [["--proxy", "socks5://u:secret@localhost:1"], "error: --proxy names a socks5:// proxy"],
    [["--proxy", "http://u:secret@"], "error: --proxy is not the URL of a proxy"],
    [
      ["--proxy", "localhost:1", "--resolve", "a.test:443:127.0.0.1"],
      "error: --proxy and --resolve cannot be combined",
    ],
    [["--proxy", "localhost:1", "--unix-socket", "x"], "error: --proxy and --unix-socket cannot be combined"],
    [["--key", "x"], "error: --key needs --cert"],
    [["--cert", "missing.pem"], "error: cannot read missing.pem"],
  ])("%j is reported before anything is sent", async (more, message) => {
    const { exit, stderr } = await send("http://127.0.0.1:1/", more);
    expect([exit, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).not.toContain("secret");
  });

  test("is used by check, replay, trigger and doctor too", async () => {
    const app = createHttp((request, response) => response.writeHead(202).end(`{"eventId":"evt_${request.method}"}`));
    opened.push(app);
    const { url, seen } = await proxy(await listening(app));
    const env = { S: "s", HOOKPROOF_HOME: temporaryFolder(), http_proxy: url };
    const platform = [
      "--handle",
      "h",
      "--subscription",
      "s",
      "--base-url",
      "http://api.test",
      "--token",
      "env:S",
      "--insecure-http",
    ];
    expect((await run(["trigger", ...platform], { env })).stdout).toContain("evt_POST");
    const check = ["check", "http://hooks.test/check", "-p", "10x", "--secret", "env:S", "--only", "accepts-valid"];
    expect((await run(check, { env })).exit).toBe(0);
    const doctor = await run(["doctor", "http://hooks.test/doctor", "--local", "--json"], { env });
    expect(JSON.parse(doctor.stdout)).toMatchObject({ healthy: true, facts: { proxy: new URL(url).host, tcp: [] } });
    await send("http://127.0.0.1:1/", ["--dlq", file("dlq.ndjson"), "--retry", "provider", "--speed", "1000000"]);
    const replay = ["replay", "--dlq", file("dlq.ndjson"), "--to", "http://hooks.test/replay", "--yes"];
    expect((await run([...replay, "--secret", "env:S", "--no-input"], { env })).exit).toBe(0);
    for (const path of ["api.test/v2", "hooks.test/check", "hooks.test/doctor", "hooks.test/replay"])
      expect(seen.join("\n")).toContain(path);
  });
});

describe("listen --forward-to", () => {
  const listen = async (more: readonly string[], env: Record<string, string> = {}) => {
    let told = (_port: number): void => undefined;
    const port = new Promise<number>((resolve) => {
      told = resolve;
    });
    const ended = run(["listen", "--port", "0", "--count", "1", "--json", ...more], {
      env,
      onStdout: (text) => {
        const found = /"port":(\d+)/.exec(text);
        if (found !== null) told(Number(found[1]));
      },
    });
    const response = await fetch(`http://127.0.0.1:${await port}/in`, { method: "POST", body: "{}" });
    return { status: response.status, ...(await ended) };
  };

  test("stays on this machine: the environment's proxy does not count, and --proxy is refused", async () => {
    const target = await receiver();
    const { url, seen } = await proxy(target);
    expect((await listen(["-f", String(target)], { HTTP_PROXY: url, http_proxy: url })).status).toBe(204);
    expect(seen).toEqual([]);
    const { exit, stderr } = await run(["listen", "--port", "0", "-f", String(target), "--proxy", url]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining("--forward-anywhere")]);
  });

  test("goes through the proxy where it may leave, and leaves the name to it", async () => {
    const { url, seen } = await proxy(await receiver());
    const more = ["-f", "http://upstream.invalid/x", "--forward-anywhere", "--proxy", url];
    expect((await listen(more)).status).toBe(204);
    expect(seen).toEqual(["POST http://upstream.invalid/x"]);
  });

  test("shows the upstream a client certificate, over HTTP/2 where asked", async () => {
    const pem = await certificateFor("localhost");
    writeFileSync(file("upstream.pem"), pem.cert);
    const { cert } = await certificateFor("other");
    const demands = { requestCert: true, rejectUnauthorized: false, ca: cert };
    const seen: string[] = [];
    const it = createSecureServer({ ...pem, ...demands }, (request, response) => {
      const peer = "getPeerCertificate" in request.socket ? request.socket.getPeerCertificate() : undefined;
      seen.push(`${request.httpVersion} ${peer?.subject.CN}`);
      response.writeHead(200).end();
    });
    opened.push(it);
    const upstream = `https://localhost:${await listening(it)}`;
    const trust = ["--cacert", file("upstream.pem"), "--cert", file("sender-both.pem"), "--http2"];
    expect((await listen(["-f", upstream, ...trust])).status).toBe(200);
    expect(seen).toEqual(["2.0 sender"]);
  });
});

test("send shows a client certificate to a server that demands it, and fails without", async () => {
  const [localhost, sender] = await Promise.all([certificateFor("localhost"), certificateFor("sender")]);
  for (const [name, pem] of Object.entries({ localhost, sender })) {
    writeFileSync(file(`${name}.key`), pem.key);
    writeFileSync(file(`${name}.pem`), pem.cert);
  }
  const it = createHttps(
    { ...localhost, requestCert: true, rejectUnauthorized: true, ca: sender.cert },
    (_q, response) => response.writeHead(204).end(),
  );
  opened.push(it);
  const url = `https://localhost:${await listening(it)}/`;
  const trust = ["--cacert", file("localhost.pem")];
  expect((await send(url, [...trust, "--cert", file("sender.pem"), "--key", file("sender.key")])).exit).toBe(0);
  expect((await send(url, trust)).exit).toBe(1);
});

test("send -v shows the protocol used, and --http2 reports if the server declined it", async () => {
  const pem = await certificateFor("localhost");
  writeFileSync(file("h2.pem"), pem.cert);
  const two = createSecureServer(pem, (_request, response) => response.writeHead(204).end());
  const one = createHttps(pem, (_request, response) => response.writeHead(204).end());
  opened.push(two, one);
  const more = ["--http2", "-v", "--cacert", file("h2.pem")];
  const taken = await send(`https://localhost:${await listening(two)}/`, more);
  expect(taken.stdout).toMatch(/> :method: POST\n[^]*< HTTP\/2 204\n/);
  expect(taken.stderr).not.toContain("HTTP/2");
  const port = await listening(one);
  const refused = await send(`https://localhost:${port}/`, more);
  expect(refused.stdout).toMatch(/> POST \/ HTTP\/1\.1\n[^]*< HTTP\/1\.1 204 No Content\n/);
  expect(refused.stderr).toContain(`warning: localhost:${port} does not speak HTTP/2: HTTP/1.1 was used\n`);
});

test("send -v shows the very head that went out", async () => {
  const server = await rawServer((socket) => socket.end("HTTP/1.1 204 No Content\r\n\r\n"), opened);
  const { stdout } = await send(server.url, ["-v", "-H", "X-Dup: 1", "-H", "x-dUP: 2", "-H", "X-Dup: 3"]);
  const shown = stdout.split("\n").flatMap((line) => (line.startsWith("      > ") ? [line.slice(8)] : []));
  expect(shown).toEqual(server.received[0]?.toString().split("\r\n\r\n")[0]?.split("\r\n"));
});
