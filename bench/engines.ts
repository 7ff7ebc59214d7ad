/**
 * The rate of `hookproof replay` out of each engine as a ratio to the file queue, in one run: `npx tsx bench/engines.ts
 * [events] [rounds]`. All engines get the same events, receiver and concurrency, and take turns; engines without a
 * server on this machine are reported as left out. SQS runs against fauxqs, so its figure measures hookproof and the
 * SDK, not AWS. Needs the built program.
 */
import { execFile, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sampleEntry } from "../test/dlq/contract.ts";
import { openQueue } from "../test/support/engines.ts";
import { queueMakers } from "../test/support/queues.ts";
import type { QueueMaker } from "../test/support/queues.ts";
import { temporaryFolder } from "../test/support/run.ts";

const events = Number(process.argv[2] ?? 5000);
const rounds = Number(process.argv[3] ?? 3);
const concurrency = 50;
const bin = process.env["HOOKPROOF_BIN"] ?? fileURLToPath(new URL("../bin/hookproof.js", import.meta.url));
const entries = Array.from({ length: events }, (_, at) => sampleEntry(at));

const receiver = `require("node:http").createServer((req, res) => { req.resume(); req.on("end", () => { res.writeHead(204); res.end(); }); }).listen(0, "127.0.0.1", function () { console.log("http://127.0.0.1:" + this.address().port + "/hooks"); });`;

const file: QueueMaker = {
  name: "a file",
  skip: null,
  make: async () => {
    const folder = temporaryFolder();
    const url = join(folder, "dlq.ndjson");
    return {
      url,
      env: {},
      fill: async (all) => {
        const dlq = await openQueue(url);
        await Promise.all(all.map((entry) => dlq.add(entry)));
        await dlq.close();
      },
      remove: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

const replayed = async (maker: QueueMaker, to: string): Promise<number> => {
  const queue = await maker.make();
  try {
    await queue.fill(entries);
    const argv = ["replay", "--dlq", queue.url, "--to", to, "--secret", "s", "--concurrency", String(concurrency)];
    const out = await new Promise<string>((resolve, reject) => {
      const env = { PATH: process.env["PATH"], HOOKPROOF_HOME: temporaryFolder(), ...queue.env };
      execFile(process.execPath, [bin, ...argv, "--json"], { env, maxBuffer: 1 << 30 }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${maker.name}: ${stderr}\n${stdout.slice(-2000)}`));
      });
    });
    const summary: { delivered: number; perSecond: number } = JSON.parse(out.trimEnd().split("\n").at(-1) ?? "");
    if (summary.delivered !== events) throw new Error(`${maker.name}: ${summary.delivered} of ${events} delivered`);
    return summary.perSecond;
  } finally {
    await queue.remove();
  }
};

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

const makers = [file, ...(await queueMakers())];
const child = spawn(process.execPath, ["-e", receiver], { stdio: ["ignore", "pipe", "inherit"] });
const url = await new Promise<string>((resolve) => {
  child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
});
const rates = new Map(makers.map(({ name }) => [name, [] as number[]]));
try {
  for (let round = 0; round < rounds; round++) {
    for (const maker of makers) if (maker.skip === null) rates.get(maker.name)?.push(await replayed(maker, url));
  }
} finally {
  child.kill("SIGTERM");
}
const base = rates.get(file.name) ?? [];
for (const { name, skip } of makers) {
  const own = rates.get(name) ?? [];
  const ratios = own.map((rate, round) => rate / (base[round] ?? 1));
  console.log(
    skip === null
      ? `${name.padEnd(22)} ${String(Math.round(median(own))).padStart(6)}/s  ratio ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`
      : `${name.padEnd(22)} left out: ${skip}`,
  );
}
process.exit(0);
