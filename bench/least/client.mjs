// Shared by the minimal `send` and `replay` scripts: signs a body, sends it, records the outcome.
import { createHmac } from "node:crypto";
import { openSync, writeSync } from "node:fs";
import { Pool } from "undici";

const secret = process.env.BENCH_SECRET;

/** Delivers every event of `events` over 50 connections. */
export const deliverAll = async (url, events, recordPath) => {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 50, pipelining: 1 });
  const record = openSync(recordPath, "a");
  const worker = async () => {
    for await (const { id, type, body } of events) {
      const started = performance.now();
      const { statusCode, body: response } = await pool.request({
        method: "POST",
        path: pathname,
        headers: [
          "Content-Type",
          "application/json",
          "x-arjun-signature",
          `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
          "x-arjun-event-type",
          type,
          "x-arjun-attempt",
          "1",
        ],
        body,
      });
      await response.dump();
      if (statusCode !== 204) throw new Error(`${id}: ${statusCode}`);
      writeSync(record, `${JSON.stringify({ id, statusCode, durationMs: performance.now() - started })}\n`);
    }
  };
  await Promise.all(Array.from({ length: 50 }, worker));
  await pool.close();
};
