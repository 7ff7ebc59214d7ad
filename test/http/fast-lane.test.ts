import { connect } from "node:net";
import { createServer } from "node:http";
import { describe, expect, test } from "vitest";
import { pairsOf } from "../../src/http/read-request.ts";
import { plainRequest } from "../../src/http/plain-request.ts";
import { portOf, post, sendRaw, startListening } from "../listener/support.ts";

const plain = (lines: readonly string[], body = "{}", start = "POST /x HTTP/1.1"): Buffer =>
  Buffer.from(`${[start, ...lines].join("\r\n")}\r\n\r\n${body}`, "latin1");
const usual = ["Host: x", "Content-Length: 2"];

describe("the fast lane takes", () => {
  test.each<[string, Buffer]>([
    ["a plain POST", plain(usual)],
    [
      "odd case, blanks and duplicates",
      plain(["hOST:x", "content-LENGTH:2", "X-A:", "x-a:  two  words ", "X-A: three"]),
    ],
    ["bytes above ASCII", plain([...usual, "X: caf\xe9 \xff"])],
    ["a query and odd path characters", plain(usual, "{}", "PUT /a%20b/[c]?d=e|f&g={h} HTTP/1.1")],
    ["an empty body", plain(["Host: x", "Content-Length: 0"], "")],
    ["a body with an empty line in it", plain(["Host: x", "Content-Length: 8"], "a\r\n\r\nb\r\n")],
  ])("%s, and reads it exactly as Node's parser does", async (_title, bytes) => {
    const seen = await new Promise((resolve, reject) => {
      const server = createServer((req, res) => {
        const chunks: Buffer[] = [];
        req.on("data", (chunk: Buffer) => chunks.push(chunk));
        req.on("end", () => {
          res.end();
          server.close();
          server.closeIdleConnections();
          resolve({
            method: req.method,
            target: req.url,
            headers: pairsOf(req.rawHeaders),
            body: Buffer.concat(chunks),
          });
        });
      });
      server.on("clientError", reject);
      server.listen(0, "127.0.0.1", () => void sendRaw(portOf(server), bytes, { ms: 200 }));
    });
    expect(plainRequest(bytes, 1000)).toEqual(seen);
  });
});

describe("the fast lane leaves to Node's parser", () => {
  test.each<[string, Buffer]>([
    ["half a head", Buffer.from("POST / HTTP/1.1\r\nHost: x\r\n")],
    ["half a body", plain(["Host: x", "Content-Length: 3"])],
    ["more than one request", Buffer.concat([plain(usual), plain(usual)])],
    ["a body above the limit", plain(["Host: x", "Content-Length: 1001"], "x".repeat(1001))],
    ["GET", plain(usual, "{}", "GET / HTTP/1.1")],
    ["HTTP/1.0", plain(usual, "{}", "POST / HTTP/1.0")],
    ["an absolute target", plain(usual, "{}", "POST http://x/ HTTP/1.1")],
    ["a target with bytes above ASCII", plain(usual, "{}", "POST /\xe9 HTTP/1.1")],
    ["two blanks in the first line", plain(usual, "{}", "POST  / HTTP/1.1")],
    ["no Host", plain(["Content-Length: 2"])],
    ["two Hosts", plain([...usual, "host: y"])],
    ["no length", plain(["Host: x"])],
    ["two lengths", plain([...usual, "Content-Length: 2"])],
    ["a length that is no number", plain(["Host: x", "Content-Length: +2"])],
    ["a length with blanks around it", plain(["Host: x", "Content-Length: \t2 \t"])],
    ["a length with a leading zero", plain(["Host: x", "Content-Length: 02"])],
    ["Transfer-Encoding", plain([...usual, "Transfer-Encoding: chunked"])],
    ["Expect", plain([...usual, "Expect: 100-continue"])],
    ["Upgrade", plain([...usual, "Upgrade: websocket"])],
    ["Connection: close", plain([...usual, "Connection: close"])],
    ["a folded header", plain([...usual, "X: a", " b"])],
    ["a blank before the colon", plain([...usual, "X : a"])],
    ["a header without a name", plain([...usual, ": a"])],
    ["a header without a colon", plain([...usual, "X"])],
    ["a control character in a value", plain([...usual, "X: a\u0001b"])],
    ["a bare line feed", plain([...usual, "X: a\nY: b"])],
    ["a bare carriage return", plain([...usual, "X: a\rY: b"])],
    ["a NUL", plain([...usual, "X: a\0b"])],
    ["a huge head", plain([...usual, `X: ${"a".repeat(20_000)}`])],
  ])("%s", (_title, bytes) => {
    expect(plainRequest(bytes, 1000)).toBeUndefined();
  });
});

test("a connection goes from the fast lane to Node's parser in the middle, and nothing is lost", async () => {
  const listening = await startListening({ respond: "seq:201,202,203,204" });
  const answers = await new Promise<string>((resolve) => {
    const socket = connect(listening.port, "127.0.0.1");
    let text = "";
    const steps = [
      plain(usual),
      plain(usual, "{}", "PUT /y HTTP/1.1"),
      post(
        [
          ["Host", "x"],
          ["Transfer-Encoding", "chunked"],
        ],
        "2\r\n{}\r\n0\r\n\r\n",
      ),
      post(
        [
          ["Host", "x"],
          ["Content-Length", "2"],
          ["Connection", "close"],
        ],
        "{}",
      ),
    ];
    socket.write(steps.shift() ?? "");
    socket.on("data", (chunk) => {
      text += chunk.toString();
      const next = steps.shift();
      if (next !== undefined) socket.write(next);
    });
    socket.on("close", () => resolve(text));
  });
  expect(answers.match(/^HTTP\/1\.1 \d+/gm)).toEqual(["HTTP/1.1 201", "HTTP/1.1 202", "HTTP/1.1 203", "HTTP/1.1 204"]);
  await listening.stop();
  expect(listening.events.at(-1)).toMatchObject({ requests: 4, refused: 0 });
});

test("what a plain sender sends ahead of its answer waits for it", async () => {
  const listening = await startListening({ respond: "seq:201,202,203;delay=30ms" });
  const answers = await new Promise<string>((resolve) => {
    const socket = connect(listening.port, "127.0.0.1");
    let text = "";
    socket.write(plain(usual));
    setTimeout(() => socket.write(plain(usual)), 5);
    setTimeout(() => socket.end(plain(usual)), 10);
    socket.on("data", (chunk) => (text += chunk.toString()));
    socket.on("close", () => resolve(text));
  });
  expect(answers.match(/^HTTP\/1\.1 \d+/gm)).toEqual(["HTTP/1.1 201", "HTTP/1.1 202", "HTTP/1.1 203"]);
  await listening.stop();
});

test("what came ahead in one piece is answered to a sender that has said its last", async () => {
  const listening = await startListening({ respond: "seq:201,202,203;delay=30ms" });
  const answers = await new Promise<string>((resolve) => {
    const socket = connect(listening.port, "127.0.0.1");
    let text = "";
    socket.end(`${plain(usual)}${plain(usual)}${plain(usual)}`);
    socket.on("data", (chunk) => (text += chunk.toString()));
    socket.on("close", () => resolve(text));
  });
  expect(answers.match(/^HTTP\/1\.1 \d+/gm)).toEqual(["HTTP/1.1 201", "HTTP/1.1 202", "HTTP/1.1 203"]);
  await listening.stop();
});

test("a silent connection is closed, and an idle one when the listener ends", async () => {
  const listening = await startListening({ headersTimeoutMs: 100 });
  expect(await sendRaw(listening.port, "")).toBe("");
  const idle = connect(listening.port, "127.0.0.1");
  idle.write(plain(usual));
  await listening.until("response");
  const closed = new Promise((resolve) => idle.on("close", resolve));
  idle.resume();
  await listening.stop();
  await closed;
});
