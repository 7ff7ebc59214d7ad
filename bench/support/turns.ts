import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The built program, or the one that `HOOKPROOF_BIN` names. */
export const bin = process.env["HOOKPROOF_BIN"] ?? fileURLToPath(new URL("../../bin/hookproof.js", import.meta.url));
export const secret = "bench-secret";

/** A script of bench/least. */
export const least = (name: string): string => fileURLToPath(new URL(`../least/${name}.mjs`, import.meta.url));

export const environment = (home: string): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOOKPROOF_HOME: home,
  BENCH_SECRET: secret,
});

/** A 1 KiB event; each number gives a different one. */
export const event = (at: number): string => {
  const head = `{"id":"evt_${String(at).padStart(24, "0")}","type":"link.clicked","handle":"bench","occurredAt":"2026-06-19T12:00:00Z","payload":{"link":"https://x.test/a","note":"`;
  return `${head}${"x".repeat(1024 - head.length - 3)}"}}`;
};

export interface Server {
  readonly url: string;
  stop(): void;
}

/** Starts a server in its own process; the first URL it prints is taken as its address. */
export const startServer = async (argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Server> => {
  const child = spawn(process.execPath, argv, { env, stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${argv.join(" ")} ended with ${code}`)));
    const look = (chunk: Buffer): void => {
      const found = /http:\/\/[\d.]+:\d+\/\w*/.exec(chunk.toString())?.[0];
      if (found === undefined) return;
      // Keep draining stdout, so that the server never blocks on a full pipe.
      child.stdout.off("data", look).resume();
      resolve(found);
    };
    child.stdout.on("data", look);
  });
  return { url, stop: () => void child.kill("SIGTERM") };
};

const receiver = `require("node:http").createServer((req, res) => { req.resume(); req.on("end", () => { res.writeHead(204); res.end(); }); }).listen(0, "127.0.0.1", function () { console.log("http://127.0.0.1:" + this.address().port + "/hooks"); });`;

/** A receiver in its own process that returns 204 to everything. */
export const startReceiver = (): Promise<Server> => startServer(["-e", receiver], environment(""));

/** Runs a program to completion, with its output going to a file. @returns the seconds it took, including startup */
export const secondsOf = async (argv: readonly string[], env: NodeJS.ProcessEnv, output: string): Promise<number> => {
  const file = openSync(output, "w");
  const started = performance.now();
  const code = await new Promise<number | null>((resolve) => {
    spawn(process.execPath, argv, { env, stdio: ["ignore", file, "inherit"] }).on("exit", resolve);
  });
  const seconds = (performance.now() - started) / 1000;
  closeSync(file);
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}; see ${output}`);
  return seconds;
};

export interface Contestant {
  readonly name: string;
  /** @returns events per second */
  readonly run: (round: number) => Promise<number>;
  /** The fraction of the first contestant's rate that it should reach. */
  readonly aim?: number;
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** Lets the contestants take turns and prints each one's median rate and its ratio to the first, round by round. */
export const takeTurns = async (contestants: readonly Contestant[], rounds: number): Promise<void> => {
  const rates = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [at, { run }] of contestants.entries()) rates[at]?.push(await run(round));
  for (const [at, { name, aim }] of contestants.entries()) {
    const own = rates[at] ?? [];
    const ratios = own.map((rate, round) => rate / (rates[0]?.[round] ?? rate));
    const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    const goal = aim === undefined ? "" : `  aim ≥ ${aim} ${median(ratios) >= aim ? "met" : "MISSED"}`;
    console.log(
      `${name.padEnd(40)} ${String(Math.round(median(own))).padStart(7)}/s  ratio ${median(ratios).toFixed(2)} (${spread})${goal}`,
    );
  }
};
