import { describe, expect, test } from "vitest";
import { captureRecord } from "../../src/formats/capture.ts";
import { bodyRequest, readRequest, readRequests } from "../../src/formats/read.ts";
import type { ReadHints } from "../../src/formats/format.ts";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";
import { anyBytes } from "./any-bytes.ts";
import { forms, odd } from "./forms.ts";
import { captureLine } from "../support/requests.ts";

const read = (text: string | Buffer, hints: ReadHints = {}): Promise<WebhookRequest> =>
  readRequest(Buffer.from(text), "f", hints);
const refusal = (code: string, message: string | RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

const bodies: readonly (readonly [string, Buffer])[] = [
  ["JSON", odd.body],
  ["empty", Buffer.alloc(0)],
  ["binary", Buffer.from([0, 255, 254, 10, 13, 0x80])],
  ["gzip's first bytes", Buffer.from("1f8b0800000000000003", "hex")],
  ["a byte order mark", Buffer.from("\ufeff{}")],
  ["what looks like a head", Buffer.from("\r\n\r\nPOST / HTTP/1.1\r\n\r\n")],
];

describe("every form gives back the same bytes", () => {
  test.each(forms.flatMap(([form, write]) => bodies.map(([name, body]) => [form, name, write, body] as const)))(
    "%s: %s",
    async (_form, _name, write, body) => {
      const bytes = Buffer.from(write({ ...odd, body }));
      const found = await read(bytes);
      expect(found.body.equals(body)).toBe(true);
      expect(found).toMatchObject({ method: "POST", target: "/hooks?x=1", httpVersion: "1.1" });
      expect(found.headers.slice(0, 4)).toEqual(odd.headers);
    },
  );
});

describe("raw HTTP", () => {
  test.each([
    ["LF alone", "POST /x HTTP/1.1\nHost: a\nX:b\n\nbody\n", "body\n"],
    ["an HTTP/2 head", "POST /x HTTP/2\r\nhost: a\r\nX: \t b \t\r\n\r\nbody", "body"],
    ["no version", "POST /x\nHost: a\nX: b\n\nbody", "body"],
    ["an empty line first", "\r\nPOST /x HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\nbody", "body"],
    ["no empty line, no body", "POST /x HTTP/1.1\r\nHost: a\r\nX: b", ""],
    ["fewer bytes than announced", "POST /x HTTP/1.1\r\nHost: a\r\nX: b\r\nContent-Length: 9\r\n\r\nbody", "body"],
    [
      "an editor's line break after the announced end",
      "POST /x HTTP/1.1\nHost: a\nX: b\nContent-Length: 4\n\nbody\n",
      "body",
    ],
    [
      "more bytes than announced",
      "POST /x HTTP/1.1\nHost: a\nX: b\nContent-Length: 4\n\nbody and more",
      "body and more",
    ],
    ["two lengths", "POST /x HTTP/1.1\nHost: a\nX: b\nContent-Length: 2\nContent-Length: 3\n\nbody", "body"],
    [
      "chunks",
      "POST /x HTTP/1.1\r\nHost: a\r\nX: b\r\nTransfer-Encoding: chunked\r\n\r\n2;q=1\r\nbo\r\n2\r\ndy\r\n0\r\nT: 1\r\n\r\n",
      "body",
    ],
    [
      "chunks with LF alone",
      "POST /x HTTP/1.1\nHost: a\nX: b\nTransfer-Encoding: gzip, Chunked\n\n2\nbo\n2\ndy\n0\n\n",
      "body",
    ],
    ["chunks cut off", "POST /x HTTP/1.1\r\nHost: a\r\nX: b\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nbody", "body"],
    [
      "chunks taken off before",
      "POST /x HTTP/1.1\r\nHost: a\r\nX: b\r\nTransfer-Encoding: chunked\r\n\r\nbody",
      "body",
    ],
  ])("with %s", async (_name, text, body) => {
    const found = await read(text);
    expect(found.body.toString()).toBe(body);
    expect(found).toMatchObject({ method: "POST", target: "/x" });
    expect(found.headers.slice(0, 2).map((pair) => pair.join(": ").toLowerCase())).toEqual(["host: a", "x: b"]);
  });

  test("with the whole URL, as .http files have it", async () => {
    expect(await read("POST https://x.test/a?b=1\nA: b\n\n")).toMatchObject({
      target: "/a?b=1",
      url: "https://x.test/a?b=1",
    });
  });

  test.each([
    ["POST /x HTTP/1.1\r\nA: b\r\n  more\r\n\r\n", /^f line 3: a header continues on a second line$/],
    ["POST /x HTTP/1.1\nno colon\n\n", /^f line 2: 'no colon' is not a header$/],
    ["POST /x HTTP/1.1\nA : b\n\n", /^f line 2: 'A : b' is not a header$/],
    ["POST /x HTTP/1.1\nA: b\rc\n\n", /^f line 2: header A contains a carriage return or NUL$/],
    ["HTTP/1.1 200 OK\n\n", /^f line 1: this is an HTTP response, not a request$/],
    [
      "POST /x HTTP/1.1\nTransfer-Encoding: chunked\n\n2\nbody\n",
      /the chunk at byte 2 of the chunked body is longer than its size says/,
    ],
    [
      "POST /x HTTP/1.1\nTransfer-Encoding: chunked\n\n2\nbo\nzz\n",
      /^f: byte 5 of the chunked body is not a chunk size$/,
    ],
  ])("is refused, with its place: %j", async (text, message) => {
    await expect(read(text)).rejects.toThrow(refusal("input-malformed", message));
  });
});

describe("a capture file", () => {
  const line = (id: string): string => captureLine(captureRecord(odd, { id }, 1e12));
  const two = `${line("req_1")}\n{"type":"response","requestId":"req_1"}\n${line("req_2")}\n{"type":"resp`;

  test.each([
    [{ last: true }, undefined],
    [{ id: "req_1" }, undefined],
    [{}, refusal("usage", "f contains 2 requests")],
    [{ id: "req_9" }, refusal("usage", "f has no request req_9")],
  ])("gives the one that is asked for: %j", async (hints, error) => {
    if (error === undefined) expect(await read(two, hints)).toMatchObject({ receivedAt: 1e12, target: odd.target });
    else await expect(read(two, hints)).rejects.toThrow(error);
  });

  test("tells of a last line that a crash cut off", async () => {
    const told: string[] = [];
    const warn = (message: string): unknown => told.push(message);
    await read(two, { last: true, warn });
    await readRequests(Buffer.from(two), "f", { warn });
    expect(told).toEqual(Array(2).fill("f line 4 was cut off by a crash and is skipped"));
  });

  test("names a broken line", async () => {
    await expect(read(`${line("a")}\nx\n${line("b")}\n`, { last: true })).rejects.toThrow(
      refusal("input-malformed", /^f line 2 is not JSON/),
    );
    await expect(read(line("a").slice(0, 60))).rejects.toThrow(refusal("input-malformed", /^f line 1 is not JSON/));
  });

  test("gives all of them", async () => {
    expect(await readRequests(Buffer.from(two), "f")).toHaveLength(2);
  });
});

describe("a HAR file", () => {
  const entry = (request: unknown): unknown => ({ startedDateTime: "x", request });
  const har = (...entries: unknown[]): string => JSON.stringify({ log: { version: "1.2", entries } });
  const post = {
    method: "POST",
    url: "https://x.test/a%20b?c=1#d",
    httpVersion: "h2",
    headers: [
      { name: ":method", value: "POST" },
      { name: "X-A", value: "é" },
    ],
  };

  test("is read as browsers write it", async () => {
    expect(await read(har(entry({ ...post, postData: { mimeType: "a/b", text: "ü" } })))).toEqual({
      method: "POST",
      target: "/a%20b?c=1",
      url: "https://x.test/a%20b?c=1#d",
      httpVersion: "2",
      headers: [["X-A", "\xe9"]],
      body: Buffer.from("ü"),
    });
  });

  test.each([
    [{ text: "/wA=", encoding: "base64" }, "ff00"],
    [{ text: "/wA=", _encoding: "base64" }, "ff00"],
    [{ params: [{ name: "a b", value: "1&2" }] }, Buffer.from("a+b=1%262").toString("hex")],
    [{ text: "" }, ""],
    [undefined, ""],
  ])("has its body from %j", async (postData, hex) => {
    expect((await read(har(entry({ ...post, postData })))).body.toString("hex")).toBe(hex);
  });

  test("of several entries asks for one", async () => {
    const two = har(entry(post), { request: 1 }, entry({ ...post, method: "PUT" }));
    await expect(read(two)).rejects.toThrow(refusal("usage", "f contains 3 requests"));
    expect((await read(two, { entry: 3 })).method).toBe("PUT");
    await expect(read(two, { entry: 4 })).rejects.toThrow(refusal("usage", "f has no entry 4; it has 3"));
    await expect(read(two, { entry: 2 })).rejects.toThrow(refusal("input-malformed", /^f entry 2: .* at request$/));
    await expect(read(har())).rejects.toThrow(refusal("input-malformed", "the HAR file has no entries"));
  });
});

describe("a proxy event", () => {
  test("of API Gateway's format 2.0", async () => {
    const event = {
      version: "2.0",
      rawPath: "/hook s",
      rawQueryString: "a=1&a=2",
      cookies: ["a=1", "b=2"],
      headers: { host: "x.test", "x-sig": "é" },
      requestContext: {
        domainName: "id.execute-api.test",
        http: { method: "POST", path: "/x", protocol: "HTTP/1.1" },
        timeEpoch: 1,
      },
      body: "eyJhIjoxLjB9",
      isBase64Encoded: true,
    };
    expect(await read(JSON.stringify(event, null, 2))).toEqual({
      method: "POST",
      target: "/hook s?a=1&a=2",
      url: "https://x.test/hook s?a=1&a=2",
      httpVersion: "1.1",
      headers: [
        ["host", "x.test"],
        ["x-sig", "\xe9"],
        ["cookie", "a=1; b=2"],
      ],
      body: Buffer.from('{"a":1.0}'),
    });
  });

  test.each([
    { headers: { "x-sig": "1" }, body: "{}", isBase64Encoded: false },
    { httpMethod: "POST", headers: { "x-sig": "1" }, body: "{}" },
    { version: "2.0", headers: { "x-sig": "1" }, requestContext: { http: { method: "POST" } }, body: "{}" },
  ])("written by hand, with what a function looks at alone: %j", async (event) => {
    expect(await read(JSON.stringify(event))).toMatchObject({
      method: "POST",
      target: "/",
      headers: [["x-sig", "1"]],
      body: Buffer.from("{}"),
    });
  });

  test("of API Gateway's format 1.0", async () => {
    const event = {
      httpMethod: "POST",
      path: "/hooks",
      headers: { "X-A": "2" },
      multiValueHeaders: { "X-A": ["1", "2"], Host: ["x.test"] },
      queryStringParameters: { a: "1 2" },
      multiValueQueryStringParameters: { a: ["0", "1 2"] },
      requestContext: { path: "/prod/hooks", protocol: "HTTP/1.1", domainName: "d.test" },
      body: null,
      isBase64Encoded: false,
    };
    expect(await read(JSON.stringify(event))).toEqual({
      method: "POST",
      target: "/prod/hooks?a=0&a=1%202",
      url: "https://x.test/prod/hooks?a=0&a=1%202",
      httpVersion: "1.1",
      headers: [
        ["X-A", "1"],
        ["X-A", "2"],
        ["Host", "x.test"],
      ],
      body: Buffer.alloc(0),
    });
  });

  test("of a load balancer, whose parameters are still encoded", async () => {
    const event = {
      requestContext: { elb: { targetGroupArn: "x" } },
      httpMethod: "POST",
      path: "/h",
      queryStringParameters: { a: "1%202" },
      headers: { host: "x.test" },
      body: "é",
      isBase64Encoded: false,
    };
    expect(await read(JSON.stringify(event))).toMatchObject({ target: "/h?a=1%202", body: Buffer.from("é") });
  });

  test.each([
    [{ httpMethod: "POST" }, /the proxy event has no headers$/],
    [{ httpMethod: "POST", headers: { a: 1 } }, /at headers\.a of the proxy event$/],
    [{ httpMethod: "POST", path: "/", headers: null, body: "%", isBase64Encoded: true }, /the body is not base64$/],
    [
      { rawPath: "/", headers: {}, requestContext: { http: {} } },
      /at requestContext\.http\.method of the proxy event$/,
    ],
  ])("is refused with its field: %j", async (event, message) => {
    await expect(read(JSON.stringify(event))).rejects.toThrow(refusal("input-malformed", message));
  });
});

describe("what is none of these", () => {
  test.each([
    ["", "it is empty"],
    ["hello", "unrecognized request format"],
    ['{"a":1}', "it is JSON, but not a request in a known format"],
    ['{"a":\n x}', /f is not JSON: unexpected text at line 2, column 2/],
    ['{"a":', "f is not JSON: it ends too early"],
    ["\xff\xfec\0u\0", "UTF-16"],
    [" \n ", "unrecognized request format"],
    ['fetch("https://x.test", { method })', "the options of fetch\\(\\) contain more than plain data"],
    ["fetch(`https://${host}/`)", "the URL of fetch\\(\\) is not a plain string"],
    ['Invoke-WebRequest -Uri "https://x.test/$id"', "the command has a variable that only PowerShell can evaluate"],
    ["Invoke-RestMethod -Method Post -Uri $url", "the command has a value that only PowerShell can evaluate"],
    ["$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n", "unrecognized request format"],
  ])("is refused: %j", async (text, message) => {
    await expect(read(Buffer.from(text, "latin1"))).rejects.toThrow(refusal("input-malformed", message));
  });

  test("is a body, where headers are given", async () => {
    const headers: HeaderPair[] = [["X-A", "1"]];
    expect(await read('{"a":', { headers })).toEqual({
      method: "POST",
      target: "/",
      headers,
      body: Buffer.from('{"a":'),
    });
    expect(bodyRequest(Buffer.alloc(0), headers, { url: "https://x.test?a#b", method: "PUT" })).toMatchObject({
      method: "PUT",
      target: "/?a",
      url: "https://x.test?a#b",
    });
  });

  test("url and method given by hand go before the file's", async () => {
    expect(await read("POST /x HTTP/1.1\n\n", { url: "https://y.test/x", method: "PUT" })).toMatchObject({
      url: "https://y.test/x",
      method: "PUT",
      target: "/x",
    });
  });
});

describe("whatever the bytes", () => {
  // 10,000 times in the slow tests.
  anyBytes(1500);

  test.each([
    ["a million headers", Buffer.from(`POST / HTTP/1.1\n${"a: b\n".repeat(1e6)}\n`)],
    ["a million chunks", Buffer.from(`POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n${"1\nx\n".repeat(1e6)}0\n\n`)],
    ["a million quotes", Buffer.from(`curl ${"'a'\"b\"".repeat(5e5)}`)],
    ["a million spaces in a command", Buffer.from(`curl ${" \\\n".repeat(5e5)} x.test`)],
    ["a million carets", Buffer.from(`curl ^"${"^".repeat(1e6)}^"`)],
    ["deep JSON", Buffer.from("{".repeat(10) + '"a":' + "[".repeat(2e6))],
    ["a million-entry HAR", Buffer.from(`{"log":{"entries":[${"{},".repeat(1e6)}{}]}}`)],
    ["a million short lines", Buffer.from(`{"type":"request","headers":[]}\n${'{"type":"x"}\n'.repeat(2e5)}`)],
  ])("it does not take long: %s", async (_name, bytes) => {
    await readRequest(bytes, "f").catch((error: unknown) => expect(error).toMatchObject({ name: "HookproofError" }));
  });
});
