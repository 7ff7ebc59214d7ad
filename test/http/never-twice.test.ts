import { createSecureServer } from "node:http2";
import type { Http2Session, ServerHttp2Stream } from "node:http2";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createTransport } from "../../src/http/client.ts";
import type { WebhookRequest } from "../../src/request/request.ts";
import { listening, post } from "../delivery/support.ts";
import { certificateFor } from "./tls-support.ts";

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/** A request that can be counted: its id stands in its head. */
const numbered = (url: string, id: number, size = 2): WebhookRequest =>
  post(url, Buffer.alloc(size, "x"), [["X-Id", `<${id}>`]]);

/** A server that answers the first request of each connection and does with the second as told. @returns how often an id was seen */
const server = async (
  onSecond: (socket: Socket) => void,
  afterFirst: (socket: Socket) => void = () => undefined,
): Promise<{ readonly url: string; readonly timesSeen: (id: number) => number }> => {
  const seen: Buffer[] = [];
  const sockets = new Set<Socket>();
  const it = createServer((socket) => {
    let requests = 0;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (piece) => {
      seen.push(piece);
      if (!piece.includes("X-Id")) return;
      if (++requests === 1) socket.write(ok, () => afterFirst(socket));
      else onSecond(socket);
    });
  });
  opened.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      it.close();
    },
  });
  const url = `http://127.0.0.1:${await listening(it)}/`;
  return { url, timesSeen: (id) => Buffer.concat(seen).toString("latin1").split(`<${id}>`).length - 1 };
};

const twice = async (url: string, size?: number) => {
  const transport = createTransport({ keepAlive: true });
  await transport.exchange(numbered(url, 1), { timeoutMs: 5000 });
  const second = await transport.exchange(numbered(url, 2, size), { timeoutMs: 5000 });
  await transport.close();
  return second;
};

describe("a kept connection that dies", () => {
  test.each<[string, (socket: Socket) => void, string]>([
    ["after the request is written, by a reset", (socket) => socket.resetAndDestroy(), "reset"],
    ["after the request is written, by its end", (socket) => socket.end(), "reset"],
    ["in the middle of the status line", (socket) => socket.end("HTTP/1.1 2"), "incomplete"],
    ["in the middle of the head", (socket) => socket.end("HTTP/1.1 200 OK\r\nContent"), "incomplete"],
    [
      "in the middle of the body",
      (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"),
      "incomplete",
    ],
  ])("%s is a failure, and the request is not sent again", async (_when, onSecond, kind) => {
    const { url, timesSeen } = await server(onSecond);
    expect((await twice(url)).error?.kind).toBe(kind);
    expect(timesSeen(2)).toBe(1);
  });

  test("while a large body is written is a failure, and the request is not sent again", async () => {
    const { url, timesSeen } = await server((socket) => {
      socket.pause();
      setTimeout(() => socket.resetAndDestroy(), 20);
    });
    expect((await twice(url, 64 * 1024 * 1024)).error?.kind).toBe("reset");
    expect(timesSeen(2)).toBe(1);
  });

  test("at any moment around the next request never leads to a second sending", async () => {
    let round = 0;
    const { url, timesSeen } = await server(
      (socket) => socket.write(ok),
      (socket) => {
        const end = (): unknown => (round % 2 === 0 ? socket.resetAndDestroy() : socket.end());
        // From at once to some turns of the event loop later: before, while and after the next request is written.
        let turns = round % 12;
        const wait = (): unknown => (turns-- === 0 ? end() : setImmediate(wait));
        wait();
      },
    );
    const transport = createTransport({ keepAlive: true });
    const kinds = new Set<string>();
    for (round = 0; round < 240; round++) {
      const { status, error } = await transport.exchange(numbered(url, round), { timeoutMs: 5000 });
      kinds.add(error?.kind ?? String(status));
      const times = timesSeen(round);
      if (error === null) expect([round, times]).toEqual([round, 1]);
      else expect(times).toBeLessThanOrEqual(1);
    }
    await transport.close();
    expect([...kinds].every((kind) => ["200", "reset", "incomplete"].includes(kind))).toBe(true);
    expect(kinds).toContain("200");
  });
});

describe("a connection that is lost before the request was written", () => {
  test("is a failure at once, however often the server would take another", async () => {
    let connections = 0;
    const it = createServer((socket) => {
      connections++;
      socket.on("error", () => undefined);
      socket.resetAndDestroy();
    });
    opened.push(it);
    const transport = createTransport();
    const { error } = await transport.exchange(numbered(`http://127.0.0.1:${await listening(it)}/`, 1), {
      timeoutMs: 5000,
      hold: () => new Promise((resolve) => setTimeout(resolve, 50)),
    });
    await transport.close();
    expect([error?.kind, connections]).toEqual(["reset", 1]);
  });
});

describe("over HTTP/2", () => {
  test.each<[string, (stream: ServerHttp2Stream, session: Http2Session, endSockets: () => void) => void]>([
    ["whose connection dies", (_stream, session) => session.destroy()],
    ["whose socket dies", (_stream, _session, endSockets) => endSockets()],
    ["whose connection is sent away", (_stream, session) => session.goaway(0)],
    ["whose stream is reset", (stream) => stream.close(8)],
    ["that is refused", (stream) => stream.close(7)],
    [
      "whose response breaks off",
      (stream, session) => {
        stream.respond({ ":status": 200, "content-length": "10" });
        stream.write("abc", () => session.destroy());
      },
    ],
  ])("a request %s is a failure, and not sent again", async (_what, break_) => {
    const seen: string[] = [];
    const sockets = new Set<Socket>();
    const endSockets = (): void => sockets.forEach((socket) => socket.destroy());
    const pem = await certificateFor("localhost");
    const it = createSecureServer(pem);
    it.on("connection", (socket: Socket) => sockets.add(socket));
    it.on("session", (session) => session.on("error", () => undefined));
    it.on("secureConnection", (socket: Socket) => socket.on("error", () => undefined));
    it.on("stream", (stream, headers) => {
      stream.on("error", () => undefined);
      seen.push(String(headers["x-id"]));
      if (stream.session !== undefined && headers["x-id"] === "<2>") break_(stream, stream.session, endSockets);
      else {
        stream.respond({ ":status": 200 });
        stream.end();
      }
    });
    opened.push({
      close: () => {
        endSockets();
        it.close();
      },
    });
    const url = `https://localhost:${await listening(it)}/`;
    const transport = createTransport({ keepAlive: true, http2: true, caCert: Buffer.from(pem.cert) });
    expect(await transport.exchange(numbered(url, 1), { timeoutMs: 5000 })).toMatchObject({
      status: 200,
      protocol: "HTTP/2",
    });
    const second = await transport.exchange(numbered(url, 2), { timeoutMs: 2000 });
    expect(second.error?.kind).toMatch(/^(?:reset|incomplete)$/);
    // A second sending would come now.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen.filter((id) => id === "<2>")).toHaveLength(1);
    expect(await transport.exchange(numbered(url, 3), { timeoutMs: 5000 })).toMatchObject({ status: 200 });
    await transport.close();
  });
});
