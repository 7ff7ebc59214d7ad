import { connect } from "node:net";
import { expect, test } from "vitest";
import type { ListenOptions } from "../../src/listener/listen.ts";
import { startListening } from "../listener/support.ts";

// What is pipelined behind a request that ends its connection is not served: its sender is told nothing of it.

const request = (target: string, headers: readonly string[] = [], body = "", host = "Host: x"): string =>
  `POST ${target} HTTP/1.1\r\n${[host, ...headers].filter((line) => line !== "").join("\r\n")}\r\n\r\n${body}`;
const good = (target: string): string => request(target, ["Content-Length: 2"], "{}");

/** Sends the parts, each when the one before has had an answer or some time, and waits until the other side has closed. */
const exchange = async (port: number, parts: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    let text = "";
    const left = [...parts];
    const next = (): void => {
      const part = left.shift();
      if (part !== undefined && socket.writable) socket.write(part, "latin1");
    };
    const later = setInterval(next, 100);
    socket.on("connect", next);
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      next();
    });
    socket.on("error", () => undefined);
    socket.on("end", () => socket.destroy());
    socket.on("close", () => {
      clearInterval(later);
      resolve(text);
    });
  });

const refusals: readonly [title: string, bytes: string, status: number, options?: Partial<ListenOptions>][] = [
  ["has no Host", request("/1", ["Content-Length: 0"], "", ""), 400],
  ["has two Hosts", request("/1", ["Host: y", "Content-Length: 0"]), 400],
  ["speaks another version", "POST /1 HTTP/1.2\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 400],
  ["has two lengths", request("/1", ["Content-Length: 2", "Content-Length: 3"], "abc"), 400],
  ["has a length and chunks", request("/1", ["Content-Length: 2", "Transfer-Encoding: chunked"], "0\r\n\r\n"), 400],
  ["is too large", request("/1", ["Content-Length: 30"], "x".repeat(30)), 413, { maxBody: 10 }],
  [
    "is too large in chunks",
    request("/1", ["Transfer-Encoding: chunked"], "1e\r\n".concat("x".repeat(30), "\r\n0\r\n\r\n")),
    413,
    { maxBody: 10 },
  ],
  ["announces too much", request("/1", ["Content-Length: 30", "Expect: 100-continue"]), 413, { maxBody: 10 }],
  [
    "has too many headers",
    request(
      "/1",
      Array.from({ length: 12_000 }, (_, at) => `X-${at}: y`),
    ),
    431,
  ],
  ["has too long a header", request("/1", [`X: ${"y".repeat(70_000)}`]), 431],
  ["has a bad chunk", request("/1", ["Transfer-Encoding: chunked"], "zz\r\nab\r\n0\r\n\r\n"), 400],
  ["has chunks that do not end", request("/1", ["Transfer-Encoding: chunked"], "2\r\nabcd\r\n0\r\n\r\n"), 400],
  [
    "has too long a chunk extension",
    request("/1", ["Transfer-Encoding: chunked"], `1;${"e".repeat(20_000)}\r\nx\r\n0\r\n\r\n`),
    413,
  ],
  ["is for proxies", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 405],
  ["is not HTTP", "rubbish\r\n\r\n", 400],
];

test.each(refusals)("nothing is served behind a request that %s", async (_title, bytes, status, options = {}) => {
  const listening = await startListening(options);
  for (const parts of [
    [bytes + good("/2")],
    [bytes, good("/2")],
    [good("/0") + bytes + good("/2") + good("/3")],
    [bytes, good("/2"), good("/3")],
  ]) {
    const text = await exchange(listening.port, parts);
    const statuses = text.match(/^HTTP\/1\.1 \d+/gm)?.map((line) => Number(line.slice(9)));
    // A connection that is cut may take its last words with it; what it had said is no other answer.
    expect(parts[0]?.startsWith("POST /0") === true ? statuses?.slice(1) : statuses).toEqual([status]);
  }
  await listening.stop();
  const taken = listening.events.flatMap((event) => (event.type === "request" ? [event.target] : []));
  expect(taken.filter((target) => target !== "/1")).toEqual(["/0"]);
  expect(listening.lines.join("")).not.toMatch(/"target":"\/[23]"/);
});

test.each([
  ["head", "POST /1 HTTP/1.1\r\nHost: x\r\n", `X: y\r\nContent-Length: 0\r\n\r\n`],
  ["body", request("/1", ["Content-Length: 4"], "ab"), "cd"],
])("nothing is served, nor its rest, behind a request whose %s came too late", async (_title, begun, rest) => {
  const listening = await startListening({ headersTimeoutMs: 100, requestTimeoutMs: 200 });
  const text = await new Promise<string>((resolve) => {
    const socket = connect({ port: listening.port, host: "127.0.0.1", allowHalfOpen: true });
    let got = "";
    socket.write(begun);
    socket.on("data", (chunk) => {
      got += chunk.toString("latin1");
      socket.write(rest + good("/2"));
    });
    socket.on("error", () => undefined);
    socket.on("end", () => socket.destroy());
    socket.on("close", () => resolve(got));
  });
  expect(text).toMatch(/^HTTP\/1\.1 408 /);
  await listening.stop();
  expect(listening.events.map(({ type }) => type)).toEqual(["ready", "notice", "summary"]);
});
