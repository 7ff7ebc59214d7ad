/**
 * Compares `hookproof send --count` with a minimal undici script that creates, signs, sends and records as many events
 * (bench/least/send.mjs): `npx tsx bench/load.ts [rounds] [events]`. Whole processes are timed; they take turns against
 * one receiver, with 50 connections. Needs the built program (`npm run build`).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bin, environment, least, secondsOf, startReceiver, takeTurns } from "./support/turns.ts";

const rounds = Number(process.argv[2] ?? 3);
const events = Number(process.argv[3] ?? 50_000);
const folder = mkdtempSync(join(tmpdir(), "hookproof-bench-"));
const env = environment(folder);
const receiver = await startReceiver();
const count = String(events);

const send = ["-p", "10x", "--event", "link.clicked", "--secret", "env:BENCH_SECRET", "--concurrency", "50", "--json"];
const contestants = [
  { name: "the least script", argv: [least("send"), count, receiver.url, join(folder, "record.ndjson")] },
  { name: "hookproof send --count", argv: [bin, "send", receiver.url, ...send, "--count", count], aim: 0.7 },
];
try {
  await takeTurns(
    contestants.map((one) => ({
      ...one,
      run: async () => events / (await secondsOf(one.argv, env, join(folder, "output.ndjson"))),
    })),
    rounds,
  );
} finally {
  receiver.stop();
  rmSync(folder, { recursive: true, force: true });
}
