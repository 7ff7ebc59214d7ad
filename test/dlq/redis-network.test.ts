import { createServer, connect } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { openQueue } from "../support/engines.ts";
import { run } from "../support/run.ts";
import { redisService, uniqueName } from "../support/services.ts";
import { named } from "../support/skipped.ts";
import { receiver } from "../replay/receiver.ts";
import { sampleEntry } from "./contract.ts";

const service = await redisService();

/** A line to a server that counts the bytes it passes to the client. */
const counting = async (port: number): Promise<{ readonly port: number; readonly received: () => number }> => {
  let received = 0;
  const server = createServer((socket) => {
    const upstream = connect(port, "127.0.0.1");
    upstream.on("data", (chunk: Buffer) => (received += chunk.length));
    socket.pipe(upstream).pipe(socket);
    for (const end of [socket, upstream]) end.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, received: () => received };
};

describe.skipIf(service.skip !== null)(named("a Redis stream", service.skip), () => {
  test.each([
    ["of any provider", []],
    ["of one provider", ["-p", "10x"]],
  ])("an event %s crosses the network once in a replay", async (_, more) => {
    const url = new URL(service.url ?? "redis://127.0.0.1:1");
    url.searchParams.set("stream", uniqueName("network"));
    const body = Buffer.from(`{"id":"evt","type":"link.clicked","pad":"${"x".repeat(20_000)}"}`);
    const filling = await openQueue(url.href);
    for (let at = 0; at < 50; at++)
      await filling.add({ ...sampleEntry(at), request: { ...sampleEntry(at).request, body } });
    await filling.close();
    const line = await counting(Number(url.port));
    url.port = String(line.port);
    const to = await receiver();
    onTestFinished(() => to.close());
    const replayed = await run(["replay", "--dlq", url.href, "--to", to.url, "--secret", "s", ...more]);
    expect(replayed.exit).toBe(0);
    expect(to.requests).toHaveLength(50);
    // What is in flight at the end is looked at once more, to see whether anything is left.
    expect(line.received()).toBeLessThan(1.5 * 50 * body.length);
  });
});
