import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { expect, test } from "vitest";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";
import { codes, judged } from "./support.ts";

const secret = "tenx-secret-0123456789";
const signed = (body: Buffer): string => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

/** What an Express receiver hands to its verifier after express.json() and JSON.stringify(). */
const throughExpress = async (sent: Buffer): Promise<WebhookRequest> => {
  const app = express();
  const taken: WebhookRequest[] = [];
  app.post("/hooks", express.json(), (request, response) => {
    const raw = request.rawHeaders;
    const headers = raw.flatMap((name, at): HeaderPair[] => (at % 2 === 0 ? [[name, raw[at + 1] ?? ""]] : []));
    taken.push({ method: "POST", target: request.url, headers, body: Buffer.from(JSON.stringify(request.body)) });
    response.sendStatus(200);
  });
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = httpRequest({
    host: "127.0.0.1",
    port,
    path: "/hooks",
    method: "POST",
    headers: { "content-type": "application/json", "x-arjun-signature": signed(sent), "content-length": sent.length },
  });
  client.end(sent);
  const [response] = await once(client, "response");
  response.resume();
  await once(response, "end");
  server.close();
  const [request] = taken;
  if (request === undefined) throw new Error("nothing came");
  return request;
};

const python = (code: string): Buffer | undefined => {
  try {
    return execFileSync("python3", ["-c", code]);
  } catch {
    return undefined;
  }
};

test("Express with express.json() and JSON.stringify, and an indented sender", async () => {
  const sent = Buffer.from(JSON.stringify({ id: "evt_1", lead: { name: "Zoë", score: 4 } }, null, 2));
  expect(codes(judged("10x", await throughExpress(sent), secret))).toEqual(["body-reserialized"]);
});

test("Express behind Python's json.dumps", async ({ skip }) => {
  const sent = python(
    "import json,sys; sys.stdout.write(json.dumps({'id':'evt_1','name':'Zo\\u00eb','amount':12.0,'big':1e22,'tags':['a','b']}))",
  );
  if (sent === undefined) return skip("no python3 here");
  const verdict = judged("10x", await throughExpress(sent), secret);
  expect(codes(verdict)).toEqual(["body-reserialized", "body-escapes", "body-numbers"]);
  expect(verdict.findings.every((finding) => finding.certain)).toBe(true);
});

test("Express behind a PHP-style json_encode", async () => {
  const sent = Buffer.from('{"id":"evt_1","url":"https:\\/\\/x.test\\/a","name":"Zo\\u00eb"}');
  const verdict = judged("10x", await throughExpress(sent), secret);
  expect(new Set(codes(verdict))).toEqual(new Set(["body-escapes"]));
  expect(verdict.findings[0]?.message).toContain("3 places");
});

test("Express behind Go's HTML-safe encoder", async () => {
  const sent = Buffer.from('{"id":"evt_1","html":"\\u003cb\\u003e1 \\u0026 2"}\n');
  expect(codes(judged("10x", await throughExpress(sent), secret))).toEqual(["body-escapes", "body-whitespace"]);
});
