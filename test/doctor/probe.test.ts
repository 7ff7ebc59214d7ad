import { createServer as createHttp } from "node:http";
import type { RequestListener, Server } from "node:http";
import { createServer as createHttps } from "node:https";
import { createServer as createTcp } from "node:net";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { privateKind } from "../../src/doctor/addresses.ts";
import { doctorOutput } from "../../src/commands/doctor/schema.ts";
import { run, temporaryFolder } from "../support/run.ts";

const open: { close(): unknown }[] = [];
afterAll(() => {
  for (const server of open) server.close();
});

const portOf = (server: Server | ReturnType<typeof createTcp>): Promise<number> =>
  new Promise((resolve) => {
    open.push(server);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });

const http = (handler: RequestListener): Promise<number> => portOf(createHttp(handler));

const certificate = async (
  names: readonly string[],
  from: number,
  to: number,
): Promise<{ key: string; cert: string }> => {
  const made = await generate([{ name: "commonName", value: names[0] ?? "" }], {
    algorithm: "sha256",
    keyType: "ec",
    notBeforeDate: new Date(from),
    notAfterDate: new Date(to),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "subjectAltName", altNames: names.map((value) => ({ type: 2 as const, value })) },
    ],
  });
  return { key: made.private, cert: made.cert };
};

const day = 86_400_000;
const https = async (
  names: readonly string[],
  from = Date.now() - day,
  to = Date.now() + 90 * day,
): Promise<{ port: number; file: string }> => {
  const made = await certificate(names, from, to);
  const file = join(temporaryFolder(), "ca.pem");
  writeFileSync(file, made.cert);
  return { port: await portOf(createHttps(made, (_request, response) => response.writeHead(405).end())), file };
};

const doctor = async (...args: string[]) => {
  const { exit, stdout } = await run(["doctor", ...args, "--json"]);
  const data = doctorOutput.parse(JSON.parse(stdout));
  return {
    exit,
    data,
    codes: (data.findings ?? []).map(({ code, level }: { code: string; level: string }) =>
      level === "ok" ? `ok:${code}` : code,
    ),
  };
};

describe("doctor", () => {
  let good: { port: number; file: string };
  beforeAll(async () => {
    good = await https(["localhost"]);
  });

  test("finds a receiver healthy: name, port, certificate, answer, time limits", async () => {
    const { exit, data, codes } = await doctor(
      `https://localhost:${good.port}/hooks`,
      "--local",
      "--cacert",
      good.file,
    );
    expect(codes.filter((code: string) => code !== "tcp-refused")).toEqual([
      "ok:dns-ok",
      "ok:tcp-ok",
      "ok:tls-ok",
      "ok:http-ok",
    ]);
    expect(data.limits.every(({ inTime }: { inTime: boolean }) => inTime)).toBe(true);
    expect(data.limits.length).toBeGreaterThan(8);
    expect(data.facts.tls?.protocol).toBe("TLSv1.3");
    expect(exit).toBe(0);
  });

  test("an address that only this machine can reach is a problem for a platform", async () => {
    const { exit, codes } = await doctor(`https://localhost:${good.port}/hooks`, "--cacert", good.file);
    expect(codes).toContain("private-address");
    expect(exit).toBe(1);
  });

  test("a name without an address", async () => {
    const { exit, data } = await doctor("https://no-such-name.invalid/hooks", "-p", "10x");
    expect(data.findings[0]?.code).toMatch(/^dns-/);
    expect(data.findings[0]?.level).toBe("problem");
    expect(exit).toBe(1);
  });

  test("a port where nobody listens", async () => {
    const port = await portOf(createTcp());
    (open.at(-1) as Server).close();
    const { exit, codes } = await doctor(`http://127.0.0.1:${port}/`, "--local");
    expect(codes).toContain("tcp-refused");
    expect(exit).toBe(1);
  });

  test("without a scheme this machine is plain HTTP, any other host HTTPS", async () => {
    const port = await http((_request, response) => response.end());
    expect((await doctor(`localhost:${port}/hooks`, "--local")).data).toMatchObject({
      url: `http://localhost:${port}/hooks`,
      healthy: true,
    });
    expect((await doctor(`${port}/hooks`, "--local")).data.url).toBe(`http://localhost:${port}/hooks`);
    expect((await doctor("no-such-name.invalid")).data.url).toBe("https://no-such-name.invalid/");
  });

  test("plain HTTP where the platform demands HTTPS", async () => {
    const port = await http((_request, response) => response.end());
    const { codes } = await doctor(`http://127.0.0.1:${port}/`, "-p", "10x");
    expect(codes[0]).toBe("plain-http");
  });

  test.each([
    ["self-signed", () => https(["localhost"]), "tls-self-signed"],
    ["expired", () => https(["localhost"], Date.now() - 90 * day, Date.now() - day), "tls-expired"],
  ])("a certificate that is %s", async (_name, server, code) => {
    const { port } = await server();
    const { exit, codes } = await doctor(`https://localhost:${port}/`, "--local");
    expect(codes).toContain(code);
    expect(codes).not.toContain("ok:tls-ok");
    expect(exit).toBe(1);
  });

  test("a certificate for another host, and the names it is for", async () => {
    const { port, file } = await https(["shop.acme.example"]);
    const { data } = await doctor(`https://localhost:${port}/`, "--local", "--cacert", file);
    const finding = data.findings.find(({ step }: { step: string }) => step === "tls");
    expect(finding).toMatchObject({
      code: "tls-wrong-host",
      level: "problem",
      message: "the certificate is for shop.acme.example, not for localhost",
    });
  });

  test("a certificate with several faults: all of them at once", async () => {
    const { port } = await https(["shop.acme.example"], Date.now() - 90 * day, Date.now() - day);
    const { codes } = await doctor(`https://localhost:${port}/`, "--local");
    expect(codes).toEqual(expect.arrayContaining(["tls-expired", "tls-wrong-host"]));
  });

  test("a certificate that ends soon", async () => {
    const { port, file } = await https(["localhost"], Date.now() - day, Date.now() + 3 * day);
    const { exit, codes } = await doctor(`https://localhost:${port}/`, "--local", "--cacert", file);
    expect(codes).toContain("tls-expires-soon");
    expect(exit).toBe(0);
  });

  test("a port that does not speak TLS", async () => {
    const port = await http((_request, response) => response.end());
    const { codes } = await doctor(`https://127.0.0.1:${port}/`, "--local");
    expect(codes).toContain("tls-not-spoken");
  });

  test("a redirect, which platforms do not follow, and where it ends", async () => {
    const port = await http((request, response) =>
      request.url === "/a" ? response.writeHead(301, { location: "/b" }).end() : response.end(),
    );
    const { exit, data } = await doctor(`http://127.0.0.1:${port}/a`, "--local");
    expect(data.findings.at(-1)).toMatchObject({
      code: "redirect",
      advice: `register the final address: http://127.0.0.1:${port}/b`,
    });
    expect(exit).toBe(1);
  });

  test("no credentials go where a redirect leads", async () => {
    const asked: (string | undefined)[] = [];
    const port = await http((request, response) => {
      asked.push(request.headers.authorization);
      if (request.url === "/") response.writeHead(302, { location: `http://user:word@127.0.0.1:${port}/end` });
      response.end();
    });
    await doctor(`http://127.0.0.1:${port}/`, "--local");
    expect(asked).toEqual([undefined, undefined]);
  });

  test("redirects without end", async () => {
    const port = await http((request, response) =>
      response.writeHead(302, { location: request.url === "/a" ? "/b" : "/a" }).end(),
    );
    const { codes, data } = await doctor(`http://127.0.0.1:${port}/a`, "--local");
    expect(codes).toContain("redirect-loop");
    expect(data.facts.http).toHaveLength(2);
  });

  test("a receiver that accepts and hangs, within the time it is given", async () => {
    const port = await portOf(createTcp((socket) => socket.on("error", () => undefined)));
    const { exit, codes } = await doctor(`http://127.0.0.1:${port}/`, "--local", "--timeout", "300ms");
    expect(codes).toContain("http-hang");
    expect(exit).toBe(1);
  });

  test("a receiver that closes without an answer", async () => {
    const port = await portOf(createTcp((socket) => socket.destroy()));
    expect((await doctor(`http://127.0.0.1:${port}/`, "--local")).codes).toContain("http-reset");
  });

  test("something that answers and is not HTTP", async () => {
    const port = await portOf(
      createTcp((socket) => socket.on("error", () => undefined).end("220 mail.acme.example ESMTP\r\n")),
    );
    expect((await doctor(`http://127.0.0.1:${port}/`, "--local")).codes).toContain("http-malformed");
  });

  test("a clock that is off", async () => {
    const port = await http((_request, response) =>
      response.writeHead(200, { date: new Date(Date.now() - 600_000).toUTCString() }).end(),
    );
    const { exit, data } = await doctor(`http://127.0.0.1:${port}/`, "--local");
    expect(data.findings.at(-1)).toMatchObject({ code: "clock-skew", level: "problem" });
    expect(exit).toBe(1);
  });

  test("sends nothing that could be treated as a delivery; the credentials of the URL go as Basic auth and are not shown", async () => {
    const seen: string[] = [];
    const port = await http((request, response) => {
      seen.push(
        `${request.method} ${request.url} ${request.headers.authorization ?? "-"} ${request.headers["content-length"] ?? "-"}`,
      );
      response.writeHead(405).end();
    });
    const { data } = await doctor(`http://me:pass@127.0.0.1:${port}/hooks?x=1#f`, "--local");
    expect(seen).toEqual(["HEAD /hooks?x=1 Basic bWU6cGFzcw== -"]);
    expect(JSON.stringify(data)).not.toMatch(/pass@|bWU6cGFzcw/);
  });

  test.each(["ftp://x.example", "http://", "mailto:x"])("%s is a wrong question: exit 2", async (url) => {
    expect((await run(["doctor", url])).exit).toBe(2);
  });
});

test.each([
  ["10.1.2.3", "a private network"],
  ["172.31.255.255", "a private network"],
  ["172.32.0.1", null],
  ["192.168.0.1", "a private network"],
  ["127.0.0.53", "this machine"],
  ["::1", "this machine"],
  ["::ffff:10.0.0.1", "a private network"],
  ["fd00::1", "a private network"],
  ["169.254.169.254", "the local link"],
  ["100.64.0.1", "a carrier's shared network"],
  ["8.8.8.8", null],
  ["2606:4700::1111", null],
])("%s is %s", (address, kind) => {
  expect(privateKind(address)).toBe(kind);
});
