import { connect } from "node:net";
import type { Socket } from "node:net";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { startServer } from "../../src/http/server.ts";
import type { Refusal } from "../../src/http/refuse.ts";
import type { ServerOptions } from "../../src/http/server.ts";

const mb = 1024 * 1024;
const head = (length: number): string => `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;

const serve = async (onRequest: ServerOptions["onRequest"]): Promise<{ port: number; refusals: Refusal[] }> => {
  const refusals: Refusal[] = [];
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    maxBody: 40 * mb,
    now: () => 0,
    onRequest,
    onRefusal: (refusal) => void refusals.push(refusal),
  });
  onTestFinished(() => server.close(0));
  return { port: server.port, refusals };
};

/** Sends what it is given and collects what is answered. */
const opened = (port: number, ...parts: readonly (string | Buffer)[]): { socket: Socket; text: () => string } => {
  let text = "";
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined).on("data", (chunk) => (text += chunk.toString("latin1")));
  for (const part of parts) socket.write(part);
  onTestFinished(() => void socket.destroy());
  return { socket, text: () => text };
};

test("bodies that are too large together: the largest that still arrives is answered 503, small ones get through", async () => {
  const taken: number[] = [];
  const { port, refusals } = await serve(({ request, response }) => {
    taken.push(request.body.length);
    response.end();
  });
  // Four times 40 MB fit; each of these stops one byte before its end.
  const slow = Array.from({ length: 5 }, () => opened(port, head(36 * mb), Buffer.alloc(36 * mb - 1, "a")));
  await expect.poll(() => refusals.length, { timeout: 60_000 }).toBe(1);
  expect(refusals[0]).toMatchObject({ code: "too-many-bodies", status: 503 });
  await expect.poll(() => slow.filter(({ text }) => text().startsWith("HTTP/1.1 503 ")).length).toBe(1);

  const small = opened(port, head(2), "{}");
  await once(small.socket, "data");
  expect(small.text()).toMatch(/^HTTP\/1\.1 200 /);

  const left = slow.filter(({ text }) => text() === "");
  for (const { socket } of left) socket.write("b");
  await expect.poll(() => taken.filter((size) => size > 2).length, { timeout: 60_000 }).toBe(4);
  expect(taken.filter((size) => size > 2)).toEqual(Array.from({ length: 4 }, () => 36 * mb));
});

test("a body is counted until its response is out, and no longer", async () => {
  const waiting: (() => void)[] = [];
  const { port } = await serve(({ response }) => void waiting.push(() => response.end()));
  const body = Buffer.alloc(40 * mb);
  for (let round = 0; round < 2; round++) {
    const four = Array.from({ length: 4 }, () => opened(port, head(body.length), body));
    await expect.poll(() => waiting.length, { timeout: 60_000 }).toBe(4);
    const fifth = opened(port, head(1), "a");
    await expect.poll(fifth.text).toMatch(/^HTTP\/1\.1 503 /);
    for (const respond of waiting.splice(0)) respond();
    for (const { text } of four) await expect.poll(text).toMatch(/^HTTP\/1\.1 200 /);
  }
});
