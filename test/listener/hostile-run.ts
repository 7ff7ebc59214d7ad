import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { bin, temporaryFolder } from "../support/run.ts";
import { randomFrom, secret, sendHostile, sendingOf } from "./hostile.ts";

export interface HostileRun {
  readonly seed: number;
  /** Connections, each with one request or several. */
  readonly connections: number;
  /** Of the bodies, how many are 1 to 9 MB. */
  readonly largeShare: number;
  readonly argv: readonly string[];
}

/**
 * Sends hostile requests to a `listen` of its own, and checks that it lives, that it still answers a good one, that
 * what it answered 2xx is in its capture, and that it ends as it should.
 * @returns the resident memory in MB after each tenth of the requests; zeros where the system does not tell
 */
export const runHostile = async ({ seed, connections, largeShare, argv }: HostileRun): Promise<readonly number[]> => {
  const capture = join(temporaryFolder(), "c.ndjson");
  const child = spawn(
    process.execPath,
    [
      bin,
      "listen",
      "--port",
      "0",
      "--secret",
      "env:S",
      "--capture",
      capture,
      "--on-verified",
      "cat >/dev/null",
      ...argv,
    ],
    { env: { PATH: process.env["PATH"], HOOKPROOF_HOME: temporaryFolder(), S: secret } },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, "close");
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      const text = chunk.toString("latin1");
      const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.on("close", (code, signal) => reject(new Error(`it ended (${code ?? signal}): ${stderr.slice(-2000)}`)));
  });

  const random = randomFrom(seed);
  const sizes: number[] = [];
  let acknowledged = 0;
  let sent = 0;
  const sender = async (): Promise<void> => {
    while (sent < connections) {
      const at = sent++;
      const text = await sendHostile(port, sendingOf(random, largeShare));
      acknowledged += text.match(/^HTTP\/1\.1 200/gm)?.length ?? 0;
      const place = `connection ${at} of seed ${seed}`;
      expect([child.exitCode, child.signalCode], `${place}: ${stderr.slice(-2000)}`).toEqual([null, null]);
      if (at % Math.ceil(connections / 10) === 0) sizes.push(residentMb(child.pid ?? 0));
    }
  };
  await Promise.all([sender(), sender(), sender(), sender()]);

  const body = '{"id":"evt_last"}';
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const last = await fetch(`http://127.0.0.1:${port}/`, {
    method: "POST",
    headers: { "x-arjun-signature": signature },
    body,
  });
  expect(last.status).toBe(200);
  child.kill("SIGTERM");
  expect(await ended, stderr).toEqual([0, null]);
  expect(stderr).not.toMatch(/bug in hookproof|node:internal|\n +at /);
  const captured = readFileSync(capture, "latin1").match(/^\{"type":"request"/gm)?.length ?? 0;
  expect(captured).toBeGreaterThanOrEqual(acknowledged + 1);
  return sizes;
};

const residentMb = (pid: number): number => {
  if (process.platform !== "linux") return 0;
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024);
};
