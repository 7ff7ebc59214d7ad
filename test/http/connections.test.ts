import { connect } from "node:net";
import { expect, test } from "vitest";
import { post, sendRaw, startListening } from "../listener/support.ts";

const plain = (lines: readonly string[], body = "{}", start = "POST /x HTTP/1.1"): Buffer =>
  Buffer.from(`${[start, ...lines].join("\r\n")}\r\n\r\n${body}`, "latin1");
const usual = ["Host: x", "Content-Length: 2"];

test("a connection carries requests of every framing one after the other, and nothing is lost", async () => {
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

test("what a sender pipelines waits for the response before it", async () => {
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

test("what was pipelined whole gets its responses though the sender has closed its side", async () => {
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
