import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { documentFetcher } from "../../src/http/fetch-document.ts";
import type { FetchDocument } from "../../src/signature/key-fetch.ts";
import { certificateFor } from "./tls-support.ts";

const limits = { timeoutMs: 2000, maxBytes: 1000 };
const seen: { url: string | undefined; names: readonly string[] }[] = [];
let server: ReturnType<typeof createServer>;
let fetch: FetchDocument;
let base: string;

beforeAll(async () => {
  const pem = await certificateFor("keys.example");
  server = createServer(pem, (request, response) => {
    seen.push({ url: request.url, names: Object.keys(request.headers) });
    if (request.url === "/moved") response.writeHead(302, { location: "/jwks.json" }).end();
    else if (request.url === "/large") response.end("x".repeat(100_000));
    else if (request.url !== "/silent") response.end('{"keys":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  base = `https://keys.example:${port}`;
  fetch = documentFetcher({
    caCert: Buffer.from(pem.cert),
    resolve: [{ host: "keys.example", port, address: "127.0.0.1" }],
  });
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("a document is fetched with one GET that carries nothing of the user's", async () => {
  expect(await fetch(new URL(`${base}/jwks.json`), limits)).toEqual({
    status: 200,
    body: Buffer.from('{"keys":[]}'),
    isCut: false,
  });
  expect(seen).toEqual([{ url: "/jwks.json", names: expect.not.arrayContaining(["authorization", "cookie"]) }]);
});

test("a redirect is not followed", async () => {
  seen.length = 0;
  expect(await fetch(new URL(`${base}/moved`), limits)).toMatchObject({ status: 302 });
  expect(seen.map(({ url }) => url)).toEqual(["/moved"]);
});

test("a document that is too large is cut off", async () => {
  expect(await fetch(new URL(`${base}/large`), limits)).toMatchObject({ status: 200, isCut: true });
});

test("a server that does not answer is given up", async () => {
  expect(await fetch(new URL(`${base}/silent`), { ...limits, timeoutMs: 100 })).toEqual({
    failure: "no complete response within 0.1s",
  });
});

test("a server whose certificate nobody vouches for is not believed", async () => {
  const { port } = server.address() as AddressInfo;
  const untrusting = documentFetcher({ resolve: [{ host: "keys.example", port, address: "127.0.0.1" }] });
  expect(await untrusting(new URL(`${base}/jwks.json`), limits)).toHaveProperty("failure");
});
