import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HookproofError } from "../../src/errors.ts";
import { readCaptures } from "../../src/formats/capture-read.ts";
import { requestOf } from "../../src/formats/capture.ts";
import { makeCertificate } from "../../src/http/certificate.ts";
import { parseMatch } from "../../src/listener/until.ts";
import { listenView } from "../../src/commands/listen/view.ts";
import { makePaint } from "../../src/cli/paint.ts";
import type { ListenEvent, RequestEvent, ResponseEvent } from "../../src/listener/events.ts";
import type { CauseSearch } from "../../src/listener/inspect.ts";
import { Secret } from "../../src/values/secret.ts";
import { acme, post, sendRaw, signed, startListening } from "./support.ts";

const body = '{"id":"evt_1","type":"lead.created"}';
const headers = (text = body): Record<string, string> => ({
  "Content-Type": "application/json",
  "X-Acme-Signature": signed(text),
  "X-Acme-Type": "lead.created",
  "X-Acme-Attempt": "1",
});
const send = async (url: string, text = body, more: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: "POST", body: text, headers: { ...headers(text), ...more } });

describe("a request", () => {
  test("is told with its headers in wire order and case, duplicates kept, and its body to the byte", async () => {
    const listening = await startListening();
    const raw = '{ "amount":1.0, "url":"https:\\/\\/x.test", "e":"\\u00e9" }';
    const pairs = [
      ["hOST", "x.test"],
      ["X-Twice", "one"],
      ["content-LENGTH", String(raw.length)],
      ["x-tWICE", "two"],
      ["X-Bytes", "caf\xe9"],
      ["Connection", "close"],
    ] as const;
    const answer = await sendRaw(listening.port, post(pairs, raw, "/hooks?a=1&a=2"));
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    const event = await listening.until("request");
    expect(event.headers).toEqual(pairs);
    expect(event.target).toBe("/hooks?a=1&a=2");
    expect(event.body).toEqual({ encoding: "utf8", data: raw });
    const [record] = readCaptures(Buffer.from(`${listening.lines[0]}\n`), "capture").records;
    expect(record).toMatchObject({
      id: event.id,
      receivedAt: event.receivedAt,
      verdict: { valid: false, cause: "signature-missing" },
    });
    expect(record === undefined ? undefined : requestOf(record)).toMatchObject({
      method: "POST",
      target: "/hooks?a=1&a=2",
      headers: pairs,
      body: Buffer.from(raw),
    });
    await listening.stop();
  });

  test.each([
    ["GET", 204],
    ["HEAD", 200],
    ["PUT", 204],
    ["DELETE", 204],
    ["OPTIONS", 200],
    ["PATCH", 204],
  ])("by %s is recorded and answered too, a probe with %d", async (method, status) => {
    const listening = await startListening({ respond: "204" });
    expect((await fetch(`${listening.url}x`, { method })).status).toBe(status);
    expect((await listening.until("request")).method).toBe(method);
    await listening.stop();
  });

  test("in chunks, compressed or binary is kept as its bytes", async () => {
    const listening = await startListening();
    const bytes = Buffer.from([0x1f, 0x8b, 0, 0xff, 0xfe, 0x80]);
    const chunked = Buffer.concat([
      Buffer.from("2\r\n"),
      bytes.subarray(0, 2),
      Buffer.from("\r\n4\r\n"),
      bytes.subarray(2),
      Buffer.from("\r\n0\r\n\r\n"),
    ]);
    await sendRaw(
      listening.port,
      post(
        [
          ["Host", "x"],
          ["Transfer-Encoding", "chunked"],
          ["Connection", "close"],
        ],
        chunked,
      ),
    );
    expect((await listening.until("request")).body).toEqual({ encoding: "base64", data: bytes.toString("base64") });
    await listening.stop();
  });

  test("with Expect: 100-continue is told to go on", async () => {
    const listening = await startListening();
    const answer = await sendRaw(
      listening.port,
      post(
        [
          ["Host", "x"],
          ["Expect", "100-continue"],
          ["Content-Length", "2"],
          ["Connection", "close"],
        ],
        "{}",
      ),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    await listening.stop();
  });

  test("is written down before it is answered", async () => {
    let writtenAt = 0;
    const listening = await startListening({
      openSink: () => ({
        append: (text) =>
          new Promise((resolve) => {
            if (text.includes('"type":"request"')) writtenAt = performance.now();
            setTimeout(() => resolve(undefined), text.includes('"type":"request"') ? 60 : 0);
          }),
        close: async () => undefined,
      }),
    });
    const started = performance.now();
    await send(listening.url);
    expect(writtenAt).toBeGreaterThan(started);
    expect(performance.now() - writtenAt).toBeGreaterThanOrEqual(55);
    await listening.stop();
  });

  test("is answered 503 while it cannot be written down, which is said once, and 200 when it can be again", async () => {
    let isFull = true;
    const listening = await startListening({
      wanted: 1,
      openSink: () => ({
        append: async () => (isFull ? Promise.reject(new HookproofError("disk-full", "the disk is full")) : undefined),
        close: async () => undefined,
      }),
    });
    expect([(await send(listening.url)).status, (await send(listening.url)).status]).toEqual([503, 503]);
    isFull = false;
    expect((await send(listening.url)).status).toBe(200);
    expect(await listening.ended).toBe("met");
    const problems = listening.events.flatMap((event) => (event.type === "problem" ? [event] : []));
    expect(problems.map(({ code }) => code)).toEqual(["capture-failed", "capture-recovered"]);
    expect(problems[0]?.message).toContain("the disk is full");
    expect(listening.events.at(-1)).toMatchObject({ uncaptured: 2, matched: 1, requests: 3 });
  });

  test("beyond --max-body is answered 413 and recorded with its beginning", async () => {
    const listening = await startListening({ maxBody: 10 });
    const answer = await sendRaw(
      listening.port,
      post(
        [
          ["Host", "x"],
          ["Content-Length", "20"],
        ],
        "0123456789abcdefghij",
      ),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    const event = await listening.until("request");
    expect(event).toMatchObject({ overflow: true, unverified: "too-large", body: { data: "0123456789" } });
    expect(await listening.until("response")).toMatchObject({ status: 413 });
    expect((await send(listening.url, "{}")).status).toBe(200);
    await listening.stop();
  });

  test("that announces too large a body is told so before it sends it", async () => {
    const listening = await startListening({ maxBody: 10 });
    const answer = await sendRaw(
      listening.port,
      post(
        [
          ["Host", "x"],
          ["Expect", "100-continue"],
          ["Content-Length", "20"],
        ],
        "",
      ),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    await listening.stop();
  });

  test("outside --path is answered 404, and told", async () => {
    const listening = await startListening({ path: "/hooks" });
    const base = `http://127.0.0.1:${listening.port}`;
    const statuses = await Promise.all(
      ["/hooks", "/hooks/x?y", "/hooksy", "/"].map(async (path) => (await send(base + path)).status),
    );
    expect(statuses).toEqual([200, 200, 404, 404]);
    expect((await listening.until("request", (event) => event.target === "/hooksy")).onPath).toBe(false);
    await listening.stop();
  });
});

describe("the verdict", () => {
  test.each([
    ["a right signature", headers(), { valid: true, cause: null }],
    ["a wrong one", { ...headers(), "X-Acme-Signature": signed("other") }, { valid: false, cause: "unexplained" }],
    ["none", { "Content-Type": "application/json" }, { valid: false, cause: "signature-missing" }],
  ])("of %s", async (_title, sent, expected) => {
    const listening = await startListening();
    await fetch(listening.url, { method: "POST", body, headers: sent });
    expect((await listening.until("request")).verdict).toMatchObject(expected);
    await listening.stop();
  });

  test("by the headers, where no provider is given, is null for an unknown sender", async () => {
    const listening = await startListening({
      inspect: { auto: true, secure: false, candidates: [{ profile: acme, secrets: [] }] },
    });
    await fetch(listening.url, { method: "POST", body });
    expect(await listening.until("request")).toMatchObject({ provider: null, unverified: "no-provider" });
    await send(listening.url);
    expect(await listening.until("request", (event) => event.number === 2)).toMatchObject({
      provider: "acme",
      unverified: "no-secret",
      eventType: "lead.created",
    });
    await listening.stop();
  });

  test("of an invalid one comes from the search, after the answer, and is written down too", async () => {
    const listening = await startListening({
      causes: {
        find: async (_request, { profile }) => ({
          valid: false,
          provider: profile.id,
          scheme: "hmac",
          matchedSecret: null,
          timestamp: null,
          cause: "body-escapes",
          findings: [],
          tried: 9,
          notes: [],
        }),
        close: async () => undefined,
      },
    });
    await fetch(listening.url, {
      method: "POST",
      body,
      headers: { ...headers(), "X-Acme-Signature": signed("other") },
    });
    const event = await listening.until("request");
    expect(event.verdict?.cause).toBe("body-escapes");
    await listening.stop();
    expect(listening.lines.map((line): unknown => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ type: "verdict", requestId: event.id, cause: "body-escapes" }),
    );
  });
});

describe("whatever fails about one request is that request's problem", () => {
  const wrong = (): RequestInit => ({
    method: "POST",
    body,
    headers: { ...headers(), "X-Acme-Signature": signed("x") },
  });
  const failing = (find: CauseSearch["find"]): CauseSearch => ({ find, close: async () => undefined });
  const boom = new RangeError("Maximum call stack size exceeded");

  test.each([
    [
      "throws",
      failing(() => {
        throw boom;
      }),
    ],
    ["rejects", failing(() => Promise.reject(boom))],
  ])("a search that %s is its finding, with what to do", async (_title, causes) => {
    const listening = await startListening({ causes });
    expect((await fetch(listening.url, wrong())).status).toBe(200);
    const { verdict, id } = await listening.until("request");
    expect(verdict?.findings).toEqual([
      {
        code: "unexplained",
        certain: false,
        message:
          "The cause of the invalid signature was not found: the search failed (RangeError: Maximum call stack size exceeded). The request is captured.",
        fix: `Search again with: hookproof verify memory --id ${id} -p acme`,
        firstByte: null,
      },
    ]);
    expect((await send(listening.url)).status).toBe(200);
    await listening.stop();
  });

  test("a search that spent its budget names the command that searches further", async () => {
    const causes = failing(async (_request, { profile }, _options, onStopped) => {
      onStopped?.();
      return {
        valid: false,
        provider: profile.id,
        scheme: "hmac",
        matchedSecret: null,
        timestamp: null,
        cause: "unexplained",
        findings: [],
        tried: 9,
        notes: [],
      };
    });
    const listening = await startListening({ causes, verifyWords: ["--secret", "env:S"] });
    await fetch(listening.url, wrong());
    const event = await listening.until("request");
    expect(event.search).toEqual({
      ended: "the short search ended before it had tried everything",
      command: `hookproof verify memory --id ${event.id} -p acme --secret env:S`,
    });
    const response = await listening.until("response");
    const paint = makePaint({ colour: false, width: 60, unicode: true, verbosity: "line" });
    // Whole on its line, also with --quiet.
    expect(listenView([{ event: response, request: event }], paint)).toContain(`:\n    ${event.search?.command}\n`);
    await listening.stop();
  });

  test("if the inspection throws, the request is still captured and gets a response", async () => {
    class Broken extends Secret {
      override reveal(): Buffer {
        throw boom;
      }
    }
    const listening = await startListening({
      inspect: { auto: false, candidates: [{ profile: acme, secrets: [new Broken("x", "x")] }], secure: false },
    });
    expect((await send(listening.url)).status).toBe(200);
    expect(await listening.until("request")).toMatchObject({ unverified: "failed", body: { data: body } });
    expect(await listening.until("problem")).toMatchObject({
      code: "examine-failed",
      requestId: "req_test_1",
      message: expect.stringContaining("Maximum call stack"),
    });
    expect(listening.lines[0]).toContain('"id":"req_test_1"');
    await listening.stop();
  });

  test("a response that throws ends its connection alone", async () => {
    let calls = 0;
    const listening = await startListening({
      respond: "200:50%,500:50%",
      random: () => {
        if (++calls === 1) throw boom;
        return 0;
      },
    });
    await expect(send(listening.url)).rejects.toThrow();
    expect((await send(listening.url)).status).toBe(200);
    expect(await listening.until("problem")).toMatchObject({ code: "response-failed", requestId: "req_test_1" });
    await listening.stop();
  });

  test("an event that cannot be shown is a line that says so, among the others", () => {
    const paint = makePaint({ colour: false, width: 80, unicode: true });
    const ready = { type: "problem", requestId: null, code: "capture-recovered", message: "fine" } as const;
    const broken = { type: "response", requestId: "req_1" } as unknown as ListenEvent;
    const request = {
      get attempt(): never {
        throw new TypeError("a field is odd");
      },
    } as unknown as RequestEvent;
    const shown = listenView([{ event: ready }, { event: broken as ResponseEvent, request }, { event: ready }], paint);
    expect(shown).toBe("⚠ fine\n⚠ req_1 (its response) cannot be shown: TypeError: a field is odd\n⚠ fine\n");
  });
});

describe("attempts", () => {
  test("are counted by the event, beside what the header claims", async () => {
    const listening = await startListening({ respond: "500,503,200" });
    const statuses: number[] = [];
    for (const claimed of ["1", "2", "7"])
      statuses.push((await send(listening.url, body, { "X-Acme-Attempt": claimed })).status);
    expect(statuses).toEqual([500, 503, 200]);
    await listening.until("response", (event) => event.status === 200);
    const attempts = listening.events.flatMap((event) => (event.type === "request" ? [event.attempt] : []));
    expect(attempts).toEqual([
      { claimed: 1, counted: 1, agrees: true },
      { claimed: 2, counted: 2, agrees: true },
      { claimed: 7, counted: 3, agrees: false },
    ]);
    await listening.stop();
  });

  test("with another body under one id are flagged", async () => {
    const listening = await startListening();
    await send(listening.url);
    await send(listening.url, '{"id":"evt_1","type":"lead.created" }');
    expect((await listening.until("request", (event) => event.number === 2)).flags).toEqual([{ code: "body-changed" }]);
    await listening.stop();
  });
});

describe("scripted answers", () => {
  test("hang never answers, and is told at once", async () => {
    const listening = await startListening({ respond: "hang" });
    const cut = new AbortController();
    const hanging = fetch(listening.url, { method: "POST", body, signal: cut.signal });
    hanging.catch(() => undefined);
    expect(await listening.until("request")).toMatchObject({ pending: "hang" });
    expect(await listening.until("response")).toMatchObject({ kind: "hang", status: null });
    cut.abort();
    await listening.stop();
  });

  test("reset breaks the connection", async () => {
    const listening = await startListening({ respond: "reset" });
    const failure = await new Promise<NodeJS.ErrnoException>((resolve) => {
      httpRequest({ port: listening.port, method: "POST" }).on("error", resolve).end("{}");
    });
    expect(failure.code).toBe("ECONNRESET");
    await listening.stop();
  });

  test("a delay is kept, and headers are sent", async () => {
    const listening = await startListening({ respond: "429;retry-after=30;delay=80ms" });
    const started = performance.now();
    const answer = await send(listening.url);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "30"]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(75);
    await listening.stop();
  });
});

describe("the end", () => {
  test("comes with --count, after the last answer, with a summary", async () => {
    const listening = await startListening({ wanted: 3 });
    await Promise.all([send(listening.url), send(listening.url), send(listening.url, "{}")]);
    expect(await listening.ended).toBe("met");
    expect(listening.events.at(-1)).toMatchObject({ type: "summary", requests: 3, events: 2, valid: 3, matched: 3 });
  });

  test.each([
    ["type=lead.created", true],
    ["type=lead.*,verdict=valid", true],
    ["id=evt_1", true],
    ["verdict=invalid", false],
    ["attempt=2", false],
    ["provider=acme,method=POST,path=/", true],
  ])("comes with --until %s: %s", async (match, met) => {
    const listening = await startListening({ matches: parseMatch(match), wanted: 1, timeoutMs: met ? 60_000 : 150 });
    await send(listening.url);
    expect(await listening.ended).toBe(met ? "met" : "timeout");
  });

  test("counts only the event types asked for; others are answered and kept", async () => {
    const listening = await startListening({ wanted: 1, events: new Set(["lead.updated"]) });
    expect((await send(listening.url)).status).toBe(200);
    await send(listening.url, '{"id":"evt_2"}', { "X-Acme-Type": "lead.updated" });
    await listening.ended;
    expect(listening.events.flatMap((event) => (event.type === "request" ? [event.eventId] : []))).toEqual(["evt_2"]);
    expect(listening.events.at(-1)).toMatchObject({ filtered: 1, matched: 1, requests: 2 });
    expect(listening.lines.filter((line) => line.includes('"type":"request"'))).toHaveLength(2);
  });

  test("comes when asked, though an answer hangs", async () => {
    const listening = await startListening({ respond: "hang" });
    const hanging = fetch(listening.url, { method: "POST", body });
    hanging.catch(() => undefined);
    await listening.until("response");
    expect(await listening.stop()).toBe("stopped");
    await expect(hanging).rejects.toThrow();
  });

  test("never comes up: a port that is taken is said with its number and what to do", async () => {
    const first = await startListening();
    await expect(startListening({ port: first.port })).rejects.toMatchObject({
      code: "port-taken",
      message: `port ${first.port} on 127.0.0.1 is already in use`,
      hint: expect.stringContaining("--port 0"),
    });
    await first.stop();
  });
});

test("speaks HTTPS with a certificate of its own, which a sender can trust by its file", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "hookproof-")), "new", "cert.pem");
  const certificate = await makeCertificate("127.0.0.1", file, Date.now());
  const listening = await startListening({ tls: certificate });
  const status = await new Promise((resolve, reject) => {
    httpsRequest(`https://localhost:${listening.port}/`, { method: "POST", ca: readFileSync(file) }, (answer) =>
      resolve(answer.resume().statusCode),
    )
      .on("error", reject)
      .end("{}");
  });
  expect(status).toBe(200);
  expect(certificate.fingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  await sendRaw(listening.port, "GET / HTTP/1.1\r\n\r\n");
  expect(await listening.until("notice")).toMatchObject({ message: expect.stringContaining("https://") });
  await listening.stop();
});
