/**
 * How much of autocannon's rate `hookproof replay` reaches: `npx tsx bench/replay.ts [rounds] [events]`.
 * Both take turns on one receiver process with the same number of connections. autocannon sends one
 * body again and again; replay reads each event from the queue, signs it, sends it and records the
 * outcome before it counts. Needs the built program (`npm run build`).
 */
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { entryLine } from "../src/dlq/record.ts";

const rounds = Number(process.argv[2] ?? 3);
const events = Number(process.argv[3] ?? 100_000);
const connections = 50;
const folder = mkdtempSync(join(tmpdir(), "hookproof-bench-"));
const bin = process.env["HOOKPROOF_BIN"] ?? fileURLToPath(new URL("../bin/hookproof.js", import.meta.url));

/** An event of 1 KiB, every one different. */
const event = (at: number): string => {
  const head = `{"id":"evt_${String(at).padStart(12, "0")}","type":"link.clicked","handle":"bench","occurredAt":"2026-06-19T12:00:00Z","payload":{"link":"https://x.test/a","note":"`;
  return `${head}${"x".repeat(1024 - head.length - 3)}"}}`;
};

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

const fill = (path: string): void => {
  const lines = Array.from({ length: events }, (_, at) =>
    entryLine({
      id: `dlq_${at.toString(16).padStart(16, "0")}`,
      eventId: `evt_${String(at).padStart(12, "0")}`,
      eventType: "link.clicked",
      provider: "10x",
      url: "https://receiver.test/hooks",
      failedAt: Date.UTC(2026, 5, 19) + at,
      reason: failed.reason,
      request: { method: "POST", target: "/hooks", headers, body: Buffer.from(event(at)) },
      attempts: [failed],
    }),
  );
  writeFileSync(path, `${lines.join("\n")}\n`, { mode: 0o600 });
};

const receiver = `require("node:http").createServer((req, res) => { req.resume(); req.on("end", () => { res.writeHead(204); res.end(); }); }).listen(0, "127.0.0.1", function () { console.log("http://127.0.0.1:" + this.address().port + "/hooks"); });`;

const loaded = async (url: string): Promise<number> => {
  const result = await autocannon({
    url,
    connections,
    duration: 3,
    method: "POST",
    body: event(0),
    headers: Object.fromEntries(headers),
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} wrong answers, ${result.errors} errors`);
  return result.requests.average;
};

const replayed = async (url: string, round: number): Promise<number> => {
  const path = join(folder, `${round}.ndjson`);
  fill(path);
  const argv = [
    "replay",
    "--from",
    path,
    "--to",
    url,
    "--secret",
    "bench-secret",
    "--concurrency",
    String(connections),
    "--json",
  ];
  const { stdout } = await new Promise<{ stdout: string }>((resolve, reject) => {
    const env = { PATH: process.env["PATH"], HOOKPROOF_HOME: folder };
    execFile(process.execPath, [bin, ...argv], { env, maxBuffer: 1 << 30 }, (error, out, err) => {
      if (error === null) resolve({ stdout: out });
      else reject(new Error(`${err}\n${out.slice(0, 2000)}`));
    });
  });
  const summary: { delivered: number; perSecond: number } = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  if (summary.delivered !== events) throw new Error(`${summary.delivered} of ${events} delivered`);
  return summary.perSecond;
};

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

const child = spawn(process.execPath, ["-e", receiver], { stdio: ["ignore", "pipe", "inherit"] });
const url = await new Promise<string>((resolve) => {
  child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
});
const theirs: number[] = [];
const ours: number[] = [];
try {
  for (let round = 0; round < rounds; round++) {
    theirs.push(await loaded(url));
    ours.push(await replayed(url, round));
  }
} finally {
  child.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
const ratios = ours.map((rate, round) => rate / (theirs[round] ?? 1));
console.log(`autocannon       ${Math.round(median(theirs))}/s`);
console.log(
  `hookproof replay ${Math.round(median(ours))}/s  ratio ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})  aim 0.9`,
);
