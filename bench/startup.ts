/**
 * What a start of hookproof costs: `npx tsx bench/startup.ts [rounds]`. Every contestant is a whole
 * process; they take turns, so that a busy machine is busy for all. Shown are the median of each round's ratio to
 * `node -e 0` with its spread, and the ratio of the quickest quarters, by which the aim is judged. smee and Stripe's
 * CLI are installed from npm into the bench's temporary folder. Needs the built program (`npm run build`).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const rounds = Number(process.argv[2] ?? 21);
const bin = fileURLToPath(new URL("../bin/hookproof.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "hookproof-bench-"));
const env = { PATH: process.env["PATH"], HOME: folder, HOOKPROOF_HOME: folder, HOOKPROOF_SECRET: "bench-secret" };

interface Contestant {
  readonly name: string;
  readonly command: string;
  readonly argv: readonly string[];
  /** The ratio to `node -e 0` that it should not exceed. */
  readonly aim?: number;
}

const ours = (name: string, argv: readonly string[], aim?: number): Contestant => ({
  name: `hookproof ${name}`,
  command: process.execPath,
  argv: [bin, ...argv],
  ...(aim === undefined ? {} : { aim }),
});

const body = '{"id":"evt_1","type":"link.clicked"}';
const payload = join(folder, "payload.json");
const request = join(folder, "request.http");
writeFileSync(payload, body);
const signed = spawnSync(process.execPath, [bin, "sign", payload, "-p", "10x"], { env, encoding: "utf8" }).stdout;
writeFileSync(request, `POST /hooks HTTP/1.1\r\n${signed.replaceAll("\n", "\r\n")}\r\n${body}`);

/** Milliseconds of one whole process, or undefined where there is no such program. */
const timed = ({ command, argv }: Contestant): number | undefined => {
  const before = process.hrtime.bigint();
  const { error, status } = spawnSync(command, argv, { env, stdio: ["ignore", "pipe", "pipe"] });
  const took = Number(process.hrtime.bigint() - before) / 1e6;
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`${command} ${argv.join(" ")} ended with ${status}`);
  return took;
};

const others = join(folder, "others");
spawnSync(
  "npm",
  [
    "install",
    "--prefix",
    others,
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "smee-client",
    "@stripe/cli",
  ],
  { stdio: "ignore", shell: process.platform === "win32" },
);
const packages = join(others, "node_modules");
// The program itself, not the script by which npm starts it.
const stripe = join(packages, "@stripe", `cli-${process.platform}-${process.arch}`, "bin", "stripe");

const bare: Contestant = { name: "node -e 0", command: process.execPath, argv: ["-e", "0"] };
const wanted: readonly Contestant[] = [
  bare,
  ours("--version", ["--version"], 1.3),
  ours("--help", ["--help"], 1.6),
  ours("sign", ["sign", payload, "-p", "10x"], 1.9),
  ours("verify", ["verify", request, "-p", "10x"], 1.9),
  { name: "smee --version", command: join(packages, ".bin", "smee"), argv: ["--version"] },
  { name: "stripe --version", command: stripe, argv: ["--version"] },
];
// The first run also warms the disk.
const contestants = wanted.filter((one) => {
  const isThere = timed(one) !== undefined;
  if (!isThere) console.log(`${one.name.padEnd(20)} skipped: npm could not install it`);
  return isThere;
});

const at = (part: number, numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)] ?? 0;

const taken = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round++)
  for (const one of contestants) taken.get(one.name)?.push(timed(one) ?? Number.NaN);
rmSync(folder, { recursive: true, force: true });

const base = taken.get(bare.name) ?? [];
console.log("whole process         median  ratio (10 %–90 %)   quickest quarter");
for (const { name, aim } of contestants) {
  const times = taken.get(name) ?? [];
  const ratios = times.map((time, round) => time / (base[round] ?? time));
  // What other work on the machine does to a run only ever adds to it.
  const quiet = at(0.125, times) / at(0.125, base);
  const goal = aim === undefined ? "" : `  aim ≤ ${aim} ${quiet <= aim ? "met" : "MISSED"}`;
  console.log(
    `${name.padEnd(20)} ${at(0.5, times).toFixed(0).padStart(4)} ms  × ${at(0.5, ratios).toFixed(2)} (${at(0.1, ratios).toFixed(2)}–${at(0.9, ratios).toFixed(2)})   × ${quiet.toFixed(2)}${goal}`,
  );
}
