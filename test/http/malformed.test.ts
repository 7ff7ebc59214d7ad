import { connect } from "node:net";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { createRefuser } from "../../src/http/refuse.ts";
import type { Refusal } from "../../src/http/refuse.ts";
import { sendRaw, startListening } from "../listener/support.ts";

const line = (text: string): string => `${text}\r\nHost: x\r\n\r\n`;
const withHeaders = (...headers: readonly string[]): string =>
  `POST / HTTP/1.1\r\nHost: x\r\n${headers.join("\r\n")}\r\n\r\n`;

const requestLines = [
  "",
  " ",
  "GET",
  "GET /",
  "get / HTTP/1.1",
  "G\x01T / HTTP/1.1",
  "GET / HTTP/9.9",
  "GET / HTTP/1",
  "GET / HTTX/1.1",
  "GET / http/1.1",
  "GET /\0 HTTP/1.1",
  "NOSUCHMETHOD / HTTP/1.1",
  "POST / HTTP/1.1 extra",
  "\x16\x03\x01\x02\x00\x01\x00\x01",
  "PRI * HTTP/2.0",
  "{}",
  "\xff\xfe\xfd",
  "GET / HTTP/1.1\rX: y",
  "CONNECT x:443 HTTP/1.1",
  "GET",
  "GET / HTTP/0.9",
].map(line);

const headerBlocks = [
  ["Content-Length: 5", "Content-Length: 6"],
  ["Content-Length: 5", "Transfer-Encoding: chunked"],
  ["Transfer-Encoding: chunked", "Content-Length: 5"],
  ["Transfer-Encoding: chunked, identity"],
  ["Transfer-Encoding: gzip"],
  ["Content-Length: -1"],
  ["Content-Length: abc"],
  ["Content-Length: 1e3"],
  ["Content-Length: 99999999999999999999999"],
  ["Content-Length: 0x10"],
  ["Content-Length: 5, 5"],
  ["No colon here"],
  [": no name"],
  ["Na me: x"],
  ["Name : x"],
  ["Name\x01: x"],
  ["Name: a\x00b"],
  ["Name: a\x7fb\x01"],
  [" folded: first"],
  ["Big: ".padEnd(70_000, "x")],
  [`${"n".repeat(70_000)}: x`],
  Array.from({ length: 12_000 }, (_, at) => `X-${at}: y`),
  ["Host: second"],
].map((headers) => withHeaders(...headers));

const bodies = [
  "zz\r\n",
  "-1\r\n",
  "5\r\nabc",
  "FFFFFFFFFFFFFFFFFFFF\r\n",
  "5\r\nabcdefgh\r\n",
  "5;\x00\r\n",
  "\r\n\r\n",
].map((body) => `${withHeaders("Transfer-Encoding: chunked")}${body}`);
const halves = [
  "P",
  "POST / HT",
  "POST / HTTP/1.1\r\nHo",
  withHeaders("Content-Length: 100"),
  `${withHeaders("Content-Length: 100")}abc`,
  withHeaders("Transfer-Encoding: chunked"),
];

const malformed = [...requestLines, ...headerBlocks, ...bodies, "GET / HTTP/1.1\r\n\r\n"];

describe("malformed requests", () => {
  test("a hundred of them, broken off or left open, and then a right one is answered", async () => {
    const listening = await startListening({ headersTimeoutMs: 200, requestTimeoutMs: 300 });
    // Each is sent whole, and again with the sender's end closed at once.
    const jobs = [
      ...malformed.flatMap((bytes) => [
        () => sendRaw(listening.port, Buffer.from(bytes, "latin1")),
        () => sendRaw(listening.port, Buffer.from(bytes, "latin1"), { end: true }),
      ]),
      ...halves.flatMap((bytes) => [
        () => sendRaw(listening.port, bytes),
        () => sendRaw(listening.port, bytes, { end: true }),
      ]),
    ];
    expect(jobs.length).toBeGreaterThanOrEqual(100);
    const answers = await Promise.all(jobs.map((job) => job()));
    const statuses = new Set(answers.map((answer) => /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? "none"));
    expect([...statuses].toSorted()).toEqual(["400", "405", "408", "431"]);
    expect((await fetch(listening.url, { method: "POST", body: "{}" })).status).toBe(200);
    await listening.stop();
    const summary = listening.events.at(-1);
    expect(summary).toMatchObject({ type: "summary", requests: 1 });
    const { refused } = summary?.type === "summary" ? summary : { refused: 0 };
    expect(refused).toBeGreaterThanOrEqual(100);
    expect(listening.events.filter((event) => event.type === "notice")).toHaveLength(refused);
  });

  test.each(malformed.map((bytes, at) => [at, bytes]))(
    "number %d is rejected, reported once, and no part of it is treated as a request",
    async (_at, bytes) => {
      const listening = await startListening();
      const answer = await sendRaw(listening.port, Buffer.from(String(bytes), "latin1"), { ms: 300, end: true });
      expect(answer).toMatch(/^(?:HTTP\/1\.1 4\d\d |$)/);
      await listening.stop();
      expect(listening.events.map((event) => event.type)).toEqual(["ready", "notice", "summary"]);
    },
  );

  test("a slow sender of headers is cut off with 408", async () => {
    const listening = await startListening({ headersTimeoutMs: 100 });
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(listening.port, "127.0.0.1");
      let text = "";
      const drip = setInterval(() => socket.write("X"), 20);
      socket.write("POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
      socket.on("data", (chunk) => (text += chunk.toString("latin1")));
      socket.on("error", () => undefined);
      socket.on("close", () => {
        clearInterval(drip);
        resolve(text);
      });
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(await listening.until("notice")).toMatchObject({ code: "ERR_HTTP_REQUEST_TIMEOUT", status: 408 });
    await listening.stop();
  });

  test("a sender whose connection is already gone is reported without an address", () => {
    const told: Refusal[] = [];
    const error = Object.assign(new Error("reset"), { code: "ECONNRESET" });
    createRefuser((refusal) => told.push(refusal)).clientError(error, new PassThrough());
    expect(told).toMatchObject([{ code: "ECONNRESET", remote: null }]);
  });

  test("a good request before a bad one on the same connection gets its answer first", async () => {
    const listening = await startListening({ respond: "200;delay=50ms" });
    const answer = await sendRaw(listening.port, `${withHeaders("Content-Length: 0")}rubbish\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK[^]*HTTP\/1\.1 400 Bad Request/);
    await listening.stop();
  });

  test("requests sent ahead on one connection are answered in order", async () => {
    const listening = await startListening({ respond: "seq:201,202,203;delay=20ms" });
    const answer = await sendRaw(
      listening.port,
      `${withHeaders("Content-Length: 0").repeat(2)}${withHeaders("Content-Length: 0", "Connection: close")}`,
    );
    expect(answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual(["HTTP/1.1 201", "HTTP/1.1 202", "HTTP/1.1 203"]);
    await listening.stop();
  });
});
