/**
 * Compares `hookproof replay` from a file with a minimal undici script that reads, signs, sends and records the same
 * entries (bench/least/replay.mjs): `npx tsx bench/replay.ts [rounds] [events]`. Whole processes are timed; they take
 * turns against one receiver, with 50 connections. Needs the built program (`npm run build`).
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entryLine } from "../src/dlq/record.ts";
import { bin, environment, event, least, secondsOf, startReceiver, takeTurns } from "./support/turns.ts";

const rounds = Number(process.argv[2] ?? 3);
const events = Number(process.argv[3] ?? 50_000);
const folder = mkdtempSync(join(tmpdir(), "hookproof-bench-"));
const env = environment(folder);

const headers: readonly (readonly [string, string])[] = [
  ["Content-Type", "application/json"],
  ["x-arjun-signature", `sha256=${"ab".repeat(32)}`],
  ["x-arjun-event-type", "link.clicked"],
  ["x-arjun-attempt", "6"],
];

const failed = {
  number: 6,
  startedAt: "2026-06-19T12:00:00.000Z",
  durationMs: 12.3,
  timings: { dnsMs: null, connectMs: 0.4, tlsMs: null, firstByteMs: 11.2, totalMs: 12.3 },
  status: 503,
  outcome: "terminal",
  reason: "503 is retried, and attempt 6 of 6 was the last",
  nextDelayMs: null,
  error: null,
} as const;

const lines = Array.from({ length: events }, (_, at) =>
  entryLine({
    id: `dlq_${at.toString(16).padStart(16, "0")}`,
    eventId: `evt_${String(at).padStart(24, "0")}`,
    eventType: "link.clicked",
    provider: "10x",
    url: "https://receiver.test/hooks",
    failedAt: Date.UTC(2026, 5, 19) + at,
    reason: failed.reason,
    request: { method: "POST", target: "/hooks", headers, body: Buffer.from(event(at)) },
    attempts: [failed],
  }),
);
const queue = join(folder, "dlq.ndjson");
const receiver = await startReceiver();

const replay = ["--secret", "env:BENCH_SECRET", "--concurrency", "50", "--json"];
const contestants = [
  { name: "the least script", argv: [least("replay"), queue, receiver.url, join(folder, "record.ndjson")] },
  {
    name: "hookproof replay",
    argv: [bin, "replay", "--dlq", queue, "--to", receiver.url, ...replay],
    aim: 0.7,
  },
];
try {
  await takeTurns(
    contestants.map((one) => ({
      ...one,
      run: async () => {
        // A replay empties its queue, so refill it before each run.
        writeFileSync(queue, `${lines.join("\n")}\n`, { mode: 0o600 });
        return events / (await secondsOf(one.argv, env, join(folder, "output.ndjson")));
      },
    })),
    rounds,
  );
} finally {
  receiver.stop();
  rmSync(folder, { recursive: true, force: true });
}
