import express from "express";
import fastify from "fastify";
import { createHmac, timingSafeEqual } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { Server } from "node:net";
import { generate } from "selfsigned";
import { afterAll, describe, expect, test } from "vitest";
import { background } from "../support/background.ts";
import { startFlask, startNginx } from "../support/own-servers.ts";
import { run, temporaryFolder } from "../support/run.ts";
import { named } from "../support/skipped.ts";

const secret = "It's a Secret to Everybody";
const env = { S: secret };
const github = ["-p", "github", "--secret", "env:S"];

const isValid = (body: Buffer, signature: string | undefined): boolean => {
  const right = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  return signature?.length === right.length && timingSafeEqual(Buffer.from(signature), Buffer.from(right));
};

/** A right receiver of GitHub's, with nothing but Node. */
const plain: RequestListener = (request, response) => {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const body = Buffer.concat(pieces);
    const signature = request.headers["x-hub-signature-256"];
    if (request.method !== "POST") return response.writeHead(405).end();
    if (!isValid(body, typeof signature === "string" ? signature : undefined)) return response.writeHead(401).end();
    try {
      JSON.parse(body.toString());
    } catch {
      return response.writeHead(400).end();
    }
    return response.writeHead(200, { "Content-Type": "text/plain" }).end("received");
  });
};

const flaskApp = `
import hashlib, hmac, os
from flask import Flask, request
app = Flask(__name__)
@app.post("/hooks")
def hooks():
    body = request.get_data()
    right = "sha256=" + hmac.new(os.environ["S"].encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right, request.headers.get("X-Hub-Signature-256", "")):
        return "invalid signature", 401
    request.get_json()
    return "received", 200
`;

interface Receiver {
  readonly url: string;
  /** What every command that connects to it needs besides. */
  readonly options: readonly string[];
  /** How `listen -f` names it, with the options it needs. */
  readonly forward?: readonly string[];
}

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
};

const serving = async (server: Server, ...where: readonly [string] | readonly [number, string]): Promise<Server> => {
  await new Promise<void>((resolve) =>
    where.length === 1 ? server.listen(where[0], resolve) : server.listen(where[0], where[1], resolve),
  );
  closing.push(() => server.close());
  return server;
};

const startExpress = async (): Promise<Receiver> => {
  const app = express();
  app.post("/hooks", express.raw({ type: "*/*", limit: "5mb" }), (request, response) => {
    if (!isValid(request.body as Buffer, request.get("X-Hub-Signature-256"))) return void response.sendStatus(401);
    JSON.parse(String(request.body));
    return void response.send("received");
  });
  const server = await serving(createServer(app), 0, "127.0.0.1");
  return { url: `http://127.0.0.1:${portOf(server)}/hooks`, options: [] };
};

const startFastify = async (): Promise<Receiver> => {
  const app = fastify({ bodyLimit: 5_000_000 });
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.post("/hooks", async ({ body, headers }, reply) => {
    const signature = headers["x-hub-signature-256"];
    if (!isValid(body as Buffer, typeof signature === "string" ? signature : undefined)) return reply.code(401).send();
    JSON.parse(String(body));
    return "received";
  });
  closing.push(() => app.close());
  return { url: `${await app.listen({ port: 0, host: "127.0.0.1" })}/hooks`, options: [] };
};

/** A server whose certificate is signed by a certificate authority of its own. */
const startTls = async (): Promise<Receiver> => {
  const dates = { notBeforeDate: new Date(Date.now() - 60_000), notAfterDate: new Date(Date.now() + 86_400_000) };
  const shared = { algorithm: "sha256", keyType: "ec", ...dates } as const;
  const authority = await generate([{ name: "commonName", value: "Acme internal CA" }], {
    ...shared,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  const own = await generate([{ name: "commonName", value: "localhost" }], {
    ...shared,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] },
      { name: "extKeyUsage", serverAuth: true },
    ],
  });
  const ca = join(temporaryFolder(), "ca.pem");
  writeFileSync(ca, authority.cert);
  const server = await serving(createTlsServer({ key: own.private, cert: own.cert }, plain), 0, "127.0.0.1");
  return { url: `https://localhost:${portOf(server)}/hooks`, options: ["--cacert", ca] };
};

const startIpv6 = async (): Promise<Receiver> => {
  const server = await serving(createServer(plain), 0, "::1");
  return { url: `http://[::1]:${portOf(server)}/hooks`, options: [] };
};

const startUnix = async (): Promise<Receiver> => {
  const path = join(temporaryFolder(), "app.sock");
  await serving(createServer(plain), path);
  return { url: "http://localhost/hooks", options: ["--unix-socket", path], forward: [`unix:${path}:/hooks`] };
};

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
const behindNginx = async (): Promise<string | undefined> => {
  const server = await serving(createServer(plain), 0, "127.0.0.1");
  const nginx = await startNginx(`127.0.0.1:${portOf(server)}`);
  if (nginx !== undefined) closing.push(() => nginx.remove());
  return nginx?.url;
};
const flask = await startFlask(flaskApp, env);
if (flask !== undefined) closing.push(() => flask.remove());
const nginx = await behindNginx();

const receivers: readonly (readonly [name: string, skip: string | null, start: () => Promise<Receiver>])[] = [
  ["Express", null, startExpress],
  ["Fastify", null, startFastify],
  ["Flask", flask ? null : "no Flask here", async () => ({ url: `${flask?.url ?? ""}/hooks`, options: [] })],
  ["nginx in front", nginx ? null : "no nginx here", async () => ({ url: `${nginx ?? ""}/hooks`, options: [] })],
  ["a TLS server with a CA of its own", null, startTls],
  ["IPv6", hasIpv6 ? null : "no IPv6 here", startIpv6],
  ["a Unix socket", process.platform === "win32" ? "not on Windows" : null, startUnix],
];

describe.each(receivers.map(([name, skip, start]) => ({ name: named(name, skip), skip, start })))(
  "$name",
  ({ skip, start }) => {
    test.skipIf(skip !== null)("send delivers, and a forgery is refused", async () => {
      const { url, options } = await start();
      const argv = ["send", url, ...github, "--event", "push", ...options];
      expect(await run(argv, { env })).toMatchObject({ exit: 0, stdout: expect.stringContaining("delivered") });
      const forged = await run([...argv, "--tamper", "signature", "--expect", "401", "--quiet"], { env });
      expect([forged.exit, forged.stderr]).toEqual([0, ""]);
    });

    test.skipIf(skip !== null)("check finds the right receiver right", async () => {
      const { url, options } = await start();
      const { exit, stdout, stderr } = await run(["check", url, ...github, ...options, "--json"], { env });
      const { cases, passed } = JSON.parse(stdout) as {
        readonly passed: number;
        readonly cases: readonly { readonly id: string; readonly status: string; readonly observed: string }[];
      };
      expect(cases.filter(({ status }) => status === "fail")).toEqual([]);
      expect([exit, stderr]).toEqual([0, ""]);
      expect(passed).toBeGreaterThan(14);
    });

    test.skipIf(skip !== null)("listen -f passes on what the receiver can verify, and its response back", async () => {
      const { url, options, forward = [url, ...options] } = await start();
      const until = ["--until", "forward=200,verdict=valid", "--timeout", "60s"];
      const listener = await background(["listen", "--port", "0", ...github, "-f", ...forward, ...until], { env });
      const sent = await run(["send", `${listener.url}/elsewhere`, ...github, "--event", "push", "--json"], { env });
      expect(sent.exit).toBe(0);
      expect(await listener.line("forward")).toMatchObject({ status: 200, body: { data: "received" }, error: null });
      expect(await listener.line("summary")).toMatchObject({ reason: "met", forwards: 1, forwardsFailed: 0 });
    });
  },
);
