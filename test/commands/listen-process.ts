import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { onTestFinished } from "vitest";
import { bin, temporaryFolder } from "../support/run.ts";

/** A `listen` that runs as a process of its own. */
export interface Child {
  readonly process: ChildProcess;
  readonly url: string;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly stderr: string;
  }>;
}

/** Starts the built program and waits until it says where it listens. */
export const start = async (
  capture: string,
  argv: readonly string[] = [],
  home: string = temporaryFolder(),
): Promise<Child> => {
  const child = spawn(
    process.execPath,
    [bin, "listen", "--port", "0", "--json", "-p", "10x", "--secret", "topsecret", "--capture", capture, ...argv],
    {
      env: { PATH: process.env["PATH"], HOOKPROOF_HOME: home },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Awaited<Child["ended"]>>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stderr }));
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      const found = /"url":"([^"]+)"/.exec(chunk.toString())?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then((result) => reject(new Error(`it ended: ${result.stderr}`)));
  });
  return { process: child, url, ended };
};

const agent = new Agent({ keepAlive: true, maxSockets: 20 });

/** Posts one event; true where it got its 2xx. */
export const deliver = async (url: string, id: string): Promise<boolean> =>
  new Promise((resolve) => {
    const body = JSON.stringify({ id, type: "link.clicked", payload: "x".repeat(500) });
    const signature = `sha256=${createHmac("sha256", "topsecret").update(body).digest("hex")}`;
    const headers = { "content-length": body.length, "x-arjun-signature": signature };
    const sent = request(url, { method: "POST", agent, headers }, (answer) => {
      answer.resume();
      resolve((answer.statusCode ?? 0) < 300);
    });
    sent.on("error", () => resolve(false));
    sent.end(body);
  });
