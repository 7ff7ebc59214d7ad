import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runChild, temporaryFolder } from "../support/run.ts";
import { deliver, start } from "./listen-process.ts";

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

  test("waits on a first signal for what is in flight; a second cuts it, and the capture has that", async () => {
    const capture = join(temporaryFolder(), "c.ndjson");
    const child = await start(capture, ["--respond", "delay=60s", "--count", "1"]);
    let told = "";
    const says = async (what: string): Promise<void> =>
      expect.poll(() => told.includes(what), { timeout: 20_000 }).toBe(true);
    child.process.stdout?.on("data", (chunk: Buffer) => (told += chunk.toString()));
    const answered = fetch(child.url, { method: "POST", body: "{}" }).catch(() => "broken");
    await says('"type":"request"');
    child.process.kill("SIGTERM");
    await says('"type":"stopping"');
    child.process.kill("SIGTERM");
    expect(await child.ended).toMatchObject({ code: 1, signal: null });
    expect(await answered).toBe("broken");
    expect(told).toContain('"cut":1');
    expect(readFileSync(capture, "utf8")).toContain('"kind":"cut"');
  });

  test("finds the cause of an invalid signature, in the package too", async () => {
    const child = await start(join(temporaryFolder(), "c.ndjson"), ["--count", "1"]);
    let out = "";
    child.process.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()));
    const signature = createHmac("sha256", "topsecret")
      .update('{"id":"evt_1","url":"https:\\/\\/x.test"}')
      .digest("hex");
    const headers = { "x-arjun-signature": `sha256=${signature}` };
    await fetch(child.url, { method: "POST", headers, body: '{"id":"evt_1","url":"https://x.test"}' });
    expect(await child.ended).toMatchObject({ code: 0 });
    expect(out).toContain('"cause":"body-escapes"');
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
