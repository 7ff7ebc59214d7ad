import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import autocannon from "autocannon";
import { expect, onTestFinished, test } from "vitest";
import { bin, temporaryFolder } from "../support/run.ts";

const amount = 1_000_000;
const rounds = 5;
const bodyMb = 900 / 2 ** 20;

/** Resident memory of a process in MB. */
const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

test.skipIf(process.platform !== "linux")(`memory stays flat over ${amount} events`, async () => {
  const argv = ["listen", "--port", "0", "-p", "10x", "--secret", "s", "--capture", "/dev/null", "--quiet", "--json"];
  const child = spawn(process.execPath, [bin, ...argv], {
    env: { PATH: process.env["PATH"], HOOKPROOF_HOME: temporaryFolder() },
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const url = await new Promise<string>((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`it ended with ${code}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      const found = /"url":"([^"]+)"/.exec(chunk.toString("latin1", 0, 300))?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  let at = 0;
  const load = async (requests: number): Promise<void> => {
    const result = await autocannon({
      url,
      connections: 50,
      amount: requests,
      requests: [
        {
          method: "POST",
          setupRequest: (request) => {
            const body = JSON.stringify({
              id: `evt_${at++}`,
              type: "link.clicked",
              payload: "x".repeat(bodyMb * 2 ** 20),
            });
            const signature = createHmac("sha256", "s").update(body).digest("hex");
            return { ...request, body, headers: { "x-arjun-signature": `sha256=${signature}` } };
          },
        },
      ],
    });
    expect([result.non2xx, result.errors]).toEqual([0, 0]);
  };
  const sizes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await load(amount / rounds);
    sizes.push(residentMb(child.pid ?? 0));
  }
  child.kill("SIGTERM");
  const growths = sizes.slice(1).map((size, round) => size - (sizes[round] ?? 0));
  // Heaps breathe, in one round or another; what leaks grows in every one, a body a request.
  const leakMb = (amount / rounds) * bodyMb;
  expect(Math.min(...growths), `resident: ${sizes.map(Math.round).join(", ")} MB`).toBeLessThan(leakMb / 2);
});
