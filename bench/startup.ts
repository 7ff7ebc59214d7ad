/**
 * Measures startup time: `npx tsx bench/startup.ts [rounds]`. Each contestant is a whole process; they take turns, so
 * that background load affects all alike. Prints the median and spread of the per-round ratio to `node -e 0`, which is
 * compared with the aim, and the ratio between the medians of the fastest quarters, which background load disturbs
 * less. Stripe's CLI is installed from npm into the bench's temporary folder. Needs the built program (`npm run
 * build`).
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { entryLine } from "../src/dlq/record.ts";
import { sampleEntry } from "../test/dlq/contract.ts";

const rounds = Number(process.argv[2] ?? 21);
const bin = process.env["HOOKPROOF_BIN"] ?? fileURLToPath(new URL("../bin/hookproof.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "hookproof-bench-"));
const project = join(folder, "project");
const env = { PATH: process.env["PATH"], HOME: folder, HOOKPROOF_HOME: folder, HOOKPROOF_SECRET: "bench-secret" };

interface Contestant {
  readonly name: string;
  readonly command: string;
  readonly argv: readonly string[];
  readonly cwd?: string;
  /** The ratio to `node -e 0` that should not be exceeded. */
  readonly aim?: number;
}

const ours = (name: string, argv: readonly string[], aim: number, cwd = folder): Contestant => ({
  name: `hookproof ${name}${cwd === project ? " (project)" : ""}`,
  command: process.execPath,
  argv: [bin, ...argv],
  cwd,
  aim,
});

const body = '{"id":"evt_1","type":"link.clicked"}';
const payload = join(folder, "payload.json");
const request = join(folder, "request.http");
const queue = join(folder, "dlq.ndjson");
mkdirSync(project);
writeFileSync(join(project, "hookproof.config.json"), '{"provider":"10x"}');
writeFileSync(payload, body);
writeFileSync(queue, `${entryLine({ id: "dlq_0000000000000001", ...sampleEntry(1) })}\n`);
const signed = spawnSync(process.execPath, [bin, "sign", payload, "-p", "10x"], { env, encoding: "utf8" }).stdout;
writeFileSync(request, `POST /hooks HTTP/1.1\r\n${signed.replaceAll("\n", "\r\n")}\r\n${body}`);

const receiver = `require("node:http").createServer((req, res) => { req.resume(); req.on("end", () => { res.writeHead(204); res.end(); }); }).listen(0, "127.0.0.1", function () { console.log("http://127.0.0.1:" + this.address().port + "/hooks"); });`;
const server = spawn(process.execPath, ["-e", receiver], { stdio: ["ignore", "pipe", "inherit"] });
const url = await new Promise<string>((resolve) => {
  server.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
});

/** The milliseconds that one whole process took, or undefined if the program isn't installed. */
const timed = ({ command, argv, cwd = folder }: Contestant): number | undefined => {
  const before = process.hrtime.bigint();
  const { error, status, stderr } = spawnSync(command, argv, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const took = Number(process.hrtime.bigint() - before) / 1e6;
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`${command} ${argv.join(" ")} ended with ${status}: ${stderr}`);
  return took;
};

const others = join(folder, "others");
spawnSync(
  "npm",
  ["install", "--prefix", others, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "@stripe/cli"],
  { stdio: "ignore", shell: process.platform === "win32" },
);
// The binary itself, not npm's wrapper script around it.
const stripe = join(others, "node_modules/@stripe", `cli-${process.platform}-${process.arch}`, "bin", "stripe");

const everyday: readonly (readonly string[])[] = [
  ["dlq", "list", "--dlq", queue],
  ["providers"],
  ["explain", "401", "-p", "10x"],
];
const bare: Contestant = { name: "node -e 0", command: process.execPath, argv: ["-e", "0"] };
const theirs: Contestant = { name: "stripe --version", command: stripe, argv: ["--version"] };
const wanted: readonly Contestant[] = [
  bare,
  theirs,
  ours("--version", ["--version"], 1.3),
  ours("--help", ["--help"], 1.6),
  ours("sign", ["sign", payload, "-p", "10x"], 1.9),
  ours("verify", ["verify", request, "-p", "10x"], 1.9),
  ...everyday.map((argv) => ours(argv.slice(0, 2).join(" "), argv, 2.5)),
  ours("config", ["config"], 2.5),
  ...everyday.map((argv) => ours(argv.slice(0, 2).join(" "), argv, 3, project)),
  ours("config check", ["config", "check"], 3, project),
  ours("send", ["send", url, "-p", "10x", "--event", "link.clicked"], 4.5),
];

try {
  // The first run also warms the disk.
  const contestants = wanted.filter((one) => timed(one) !== undefined);
  if (!contestants.includes(theirs)) console.log("stripe is left out: npm could not install it");

  const durations = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const one of contestants) durations.get(one.name)?.push(timed(one) ?? Number.NaN);

  const at = (part: number, numbers: readonly number[]): number =>
    numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)] ?? 0;
  const base = durations.get(bare.name) ?? [];
  const ratiosOf = (name: string): readonly number[] =>
    (durations.get(name) ?? []).map((time, round) => time / (base[round] ?? time));
  const most = contestants.includes(theirs) ? at(0.5, ratiosOf(theirs.name)) / 2 : Number.POSITIVE_INFINITY;

  console.log("whole process                       median  ratio (10 %–90 %)   quickest quarter");
  for (const { name, aim } of contestants) {
    const ratios = ratiosOf(name);
    const median = at(0.5, ratios);
    const quiet = at(0.125, durations.get(name) ?? []) / at(0.125, base);
    const goal =
      aim === undefined
        ? ""
        : `  aim ≤ ${aim} ${median <= aim ? "met" : "MISSED"}${median <= most ? "" : ", more than half of stripe"}`;
    console.log(
      `${name.padEnd(34)} ${at(0.5, durations.get(name) ?? [])
        .toFixed(0)
        .padStart(
          4,
        )} ms  × ${median.toFixed(2)} (${at(0.1, ratios).toFixed(2)}–${at(0.9, ratios).toFixed(2)})   × ${quiet.toFixed(2)}${goal}`,
    );
  }
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}
