import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCaptures } from "../../src/formats/capture-read.ts";
import { bin, runChild, temporaryFolder } from "../support/run.ts";

const scale = process.env["HOOKPROOF_SLOW"] === "1" ? 50 : 10;

interface Child {
  readonly process: ChildProcess;
  readonly url: string;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly stderr: string;
  }>;
}

/** Starts the built program and waits until it says where it listens. */
const start = async (
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
const deliver = async (url: string, id: string): Promise<boolean> =>
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

describe("killed with SIGKILL under load", () => {
  test(
    `${scale} times: every request that got its 2xx is in the capture`,
    { timeout: 120_000 + scale * 4000 },
    async () => {
      const capture = join(temporaryFolder(), "captures.ndjson");
      const answered: string[] = [];
      for (let round = 0; round < scale; round++) {
        const child = await start(capture);
        let alive = true;
        const sender = async (lane: number): Promise<void> => {
          for (let at = 0; alive; at++) {
            const id = `evt_${round}_${lane}_${at}`;
            if (await deliver(child.url, id)) answered.push(id);
            else return;
          }
        };
        const before = answered.length;
        const senders = Array.from({ length: 20 }, async (_, lane) => sender(lane));
        // Killed after another number of answers each round, so that it meets another moment.
        while (answered.length < before + 50 + round * 37) await new Promise((resolve) => setImmediate(resolve));
        child.process.kill("SIGKILL");
        expect((await child.ended).signal).toBe("SIGKILL");
        alive = false;
        await Promise.all(senders);
      }
      const { records } = readCaptures(readFileSync(capture), "captures");
      const kept = new Set(records.map((record) => record.eventId));
      expect(answered.length).toBeGreaterThan(scale * 50);
      expect(answered.filter((id) => !kept.has(id))).toEqual([]);
      expect(records.every((record) => record.verdict?.valid === true)).toBe(true);
    },
  );
});

describe("a running listener", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("ends with 0 and a summary on %s", async (signal) => {
    const child = await start(join(temporaryFolder(), "c.ndjson"));
    let last = "";
    child.process.stdout?.on("data", (chunk: Buffer) => (last = chunk.toString()));
    await deliver(child.url, "evt_1");
    child.process.kill(signal);
    expect(await child.ended).toMatchObject({ code: 0, signal: null });
    expect(last).toContain('"type":"summary"');
  });

  test.each(["SIGINT", "SIGTERM"] as const)("ends so on %s too where the user keeps secrets", async (signal) => {
    const home = temporaryFolder();
    await runChild(["secret", "set", "10x"], { stdin: "topsecret", env: { HOOKPROOF_HOME: home } });
    const child = await start(
      join(temporaryFolder(), "c.ndjson"),
      ["--secret", "store:10x", "--respond", "hang"],
      home,
    );
    let told = "";
    const asked = new Promise<void>((resolve) => {
      child.process.stdout?.on("data", (chunk: Buffer) => {
        told += chunk.toString();
        if (told.includes('"type":"request"')) resolve();
      });
    });
    void deliver(child.url, "evt_1");
    await asked;
    child.process.kill(signal);
    expect(await child.ended).toMatchObject({ code: 0, signal: null });
    expect(told).toContain('"type":"summary"');
  });

  test("ends quietly when nobody reads it any more", async () => {
    const child = await start(join(temporaryFolder(), "c.ndjson"));
    child.process.stdout?.destroy();
    // The first write that fails ends it; what is sent after meets nobody.
    for (let at = 0; at < 50 && (await deliver(child.url, `evt_${at}`)); at++);
    expect(await child.ended).toMatchObject({ code: 0, stderr: expect.not.stringContaining("error") });
  });

  test("shows no secret in its arguments' children, output or capture, though it verifies with it", async () => {
    const capture = join(temporaryFolder(), "c.ndjson");
    const child = await start(capture, ["--on-verified", "cat /proc/$$/cmdline; env", "--count", "1"]);
    let out = "";
    child.process.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()));
    await deliver(child.url, "evt_1");
    await child.ended;
    expect(out).toContain("HOOKPROOF_EVENT_ID=evt_1");
    for (const text of [out, readFileSync(capture, "utf8")]) expect(text).not.toContain("topsecret");
  });
});
