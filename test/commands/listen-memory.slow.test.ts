import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import autocannon from "autocannon";
import { expect, onTestFinished, test } from "vitest";
import { bin, temporaryFolder } from "../support/run.ts";

const amount = 400_000;
const rounds = 5;
const bodyMb = 900 / 2 ** 20;

/** A figure of /proc/PID/status in MB: `VmRSS` is the resident memory now, `VmHWM` the most there ever was. */
const memoryMb = (pid: number, what: "VmRSS" | "VmHWM"): number =>
  Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

/** Starts a listener as a process of its own, which writes its capture to nowhere. */
const startProcess = async (): Promise<{ readonly child: ChildProcess; readonly url: string }> => {
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
  return { child, url };
};

test.skipIf(process.platform !== "linux")(`memory stays flat over ${amount} events`, async () => {
  const { child, url } = await startProcess();
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
    sizes.push(memoryMb(child.pid ?? 0, "VmRSS"));
  }
  child.kill("SIGTERM");
  const growths = sizes.slice(1).map((size, round) => size - (sizes[round] ?? 0));
  // Heaps breathe, in one round or another; what leaks grows in every one, a body a request.
  const leakMb = (amount / rounds) * bodyMb;
  expect(Math.min(...growths), `resident: ${sizes.map(Math.round).join(", ")} MB`).toBeLessThan(leakMb / 2);
});

test.skipIf(process.platform !== "linux")(
  "a body in one-byte chunks uses at most a few times its size in memory",
  async () => {
    const { child, url } = await startProcess();
    const before = memoryMb(child.pid ?? 0, "VmHWM");
    const block = Buffer.from("1\r\nx\r\n".repeat(8192));
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (let sent = 0; sent < 2 ** 20; sent += 8192) if (!socket.write(block)) await once(socket, "drain");
    socket.write("0\r\n\r\n");
    const [response]: Buffer[] = await once(socket, "data");
    expect(String(response)).toMatch(/^HTTP\/1\.1 200 /);
    const grown = memoryMb(child.pid ?? 0, "VmHWM") - before;
    socket.destroy();
    child.kill("SIGTERM");
    // A list of the million pieces took 400 MB; what is left is the heap of a program at work.
    expect(grown).toBeLessThan(60);
  },
);
