/**
 * How much of a bare node:http server's rate `hookproof listen` keeps: `npx tsx bench/listen.ts`.
 * Both run as processes of their own, take turns on the same load (50 connections, 1 KiB), and the
 * ratio is of medians. Needs the built program (`npm run build`).
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";

const rounds = Number(process.argv[2] ?? 3);
const seconds = Number(process.argv[3] ?? 2);
const secret = "bench-secret";
const folder = mkdtempSync(join(tmpdir(), "hookproof-bench-"));
const bin = fileURLToPath(new URL("../bin/hookproof.js", import.meta.url));
const signature = (body: string): string => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

/** An event of 1 KiB; every one different where `distinct`, as live traffic is. */
const event = (at: number): string => {
  const head = `{"id":"evt_${String(at).padStart(12, "0")}","type":"link.clicked","handle":"bench","occurredAt":"2026-06-19T12:00:00Z","payload":{"link":"https://x.test/a","note":"`;
  return `${head}${"x".repeat(1024 - head.length - 3)}"}}`;
};

const bare = `require("node:http").createServer((req, res) => { res.writeHead(204); res.end(); }).listen(0, "127.0.0.1", function () { console.log('{"url":"http://127.0.0.1:' + this.address().port + '/"}'); });`;
const listenArgs = ["--port", "0", "-p", "10x", "--secret", "env:BENCH_SECRET", "--respond", "204"];

interface Contestant {
  readonly name: string;
  readonly argv: readonly string[];
  readonly distinct: boolean;
  /** The part of the bare server's rate it should keep. */
  readonly aim: number | null;
}

const contestants: readonly Contestant[] = [
  { name: "bare node:http", argv: ["-e", bare], distinct: false, aim: null },
  { name: "written and verified", argv: [bin, "listen", ...listenArgs, "--silent"], distinct: false, aim: 0.8 },
  { name: "the same, every event another", argv: [bin, "listen", ...listenArgs, "--silent"], distinct: true, aim: 0.8 },
  { name: "with a line printed for each", argv: [bin, "listen", ...listenArgs, "--quiet"], distinct: false, aim: 0.6 },
];

const start = async (one: Contestant, at: number): Promise<{ child: ChildProcess; url: string }> => {
  const capture = one.argv[0] === "-e" ? [] : ["--capture", join(folder, `${at}.ndjson`)];
  const child = spawn(process.execPath, [...one.argv, ...capture], {
    env: { PATH: process.env["PATH"], HOOKPROOF_HOME: folder, BENCH_SECRET: secret },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve) => {
    const look = (chunk: Buffer): void => {
      const found = /http:\/\/[\d.]+:\d+\//.exec(chunk.toString())?.[0];
      if (found === undefined) return;
      // What is printed is taken, and costs the load no more than that.
      child.stdout.off("data", look).resume();
      resolve(found);
    };
    child.stdout.on("data", look);
  });
  return { child, url };
};

const load = async (url: string, distinct: boolean): Promise<{ rate: number; p99: number }> => {
  let at = 0;
  const one = event(0);
  const headers = (body: string): Record<string, string> => ({
    "content-type": "application/json",
    "x-arjun-signature": signature(body),
    "x-arjun-event-type": "link.clicked",
    "x-arjun-attempt": "1",
  });
  // Made beforehand, so that the load costs the same whatever it sends.
  const many = distinct
    ? Array.from({ length: 5000 }, (_, n) => event(n)).map((body) => ({ body, headers: headers(body) }))
    : [];
  const result = await autocannon({
    url,
    connections: 50,
    duration: seconds,
    method: "POST",
    body: one,
    headers: headers(one),
    ...(distinct
      ? {
          requests: [
            { method: "POST", setupRequest: (request: object) => ({ ...request, ...many[at++ % many.length] }) },
          ],
        }
      : {}),
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} wrong answers, ${result.errors} errors`);
  return { rate: result.requests.average, p99: result.latency.p99 };
};

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

const running = await Promise.all(contestants.map(start));
const rates = contestants.map((): number[] => []);
const tails = contestants.map((): number[] => []);
const bareForDistinct: number[] = [];
for (let round = 0; round < rounds; round++) {
  for (const [at, one] of contestants.entries()) {
    const { rate, p99 } = await load(running[at]?.url ?? "", one.distinct);
    rates[at]?.push(rate);
    tails[at]?.push(p99);
  }
  // A load of different events costs the sender more: its own bare figure to compare with.
  bareForDistinct.push((await load(running[0]?.url ?? "", true)).rate);
}
for (const { child } of running) child.kill("SIGTERM");
rmSync(folder, { recursive: true, force: true });

for (const [at, one] of contestants.entries()) {
  const base = one.distinct ? bareForDistinct : (rates[0] ?? []);
  const own = rates[at] ?? [];
  const ratios = own.map((rate, round) => rate / (base[round] ?? 1));
  const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  const aim = one.aim === null ? "" : `  aim ${one.aim}`;
  console.log(
    `${one.name.padEnd(32)} ${String(Math.round(median(own))).padStart(7)}/s  ratio ${median(ratios).toFixed(2)} (${spread})${aim}  p99 ${median(tails[at] ?? [])} ms`,
  );
}
