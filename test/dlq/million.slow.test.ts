import { spawn } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { entryLine } from "../../src/dlq/record.ts";
import { bin, temporaryFolder } from "../support/run.ts";
import { sampleEntry } from "./contract.ts";

const count = 1_000_000;
const now = Date.UTC(2026, 5, 20);
const folder = temporaryFolder();
const path = join(folder, "dlq.ndjson");

beforeAll(() => {
  const fd = openSync(path, "w", 0o600);
  const filler = "x".repeat(900);
  let lines: string[] = [];
  for (let at = 0; at < count; at++) {
    const entry = sampleEntry(at, { failedAt: now - (count - at) * 10, eventType: at % 10 === 0 ? "rare" : "common" });
    const body = Buffer.from(`{"id":"evt_${at}","type":"${entry.eventType}","n":1.0,"filler":"${filler}"}`);
    lines.push(
      entryLine({ ...entry, id: `dlq_${at.toString(16).padStart(16, "0")}`, request: { ...entry.request, body } }),
    );
    if (lines.length < 2000 && at < count - 1) continue;
    writeSync(fd, `${lines.join("\n")}\n`);
    lines = [];
  }
  closeSync(fd);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// What the process had at its most; the system's own count of a child would include its parent's.
const peak = `import{readFileSync}from"node:fs";process.on("exit",()=>process.stderr.write("\\npeak "+/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status","utf8"))[1]))`;

const measured = (argv: readonly string[]): Promise<{ readonly lines: readonly string[]; readonly peakMb: number }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", `data:text/javascript,${peak}`, bin, ...argv], {
      env: { PATH: process.env["PATH"], HOOKPROOF_HOME: folder },
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.on("close", () =>
      resolve({ lines: out.trimEnd().split("\n"), peakMb: Number(/peak (\d+)/.exec(err)?.[1]) / 1024 }),
    );
  });

// Alone on a machine it takes 110 to 135 MB; where others want the processors, V8 collects later: 175 was seen. The file has 1.3 GB.
const mostMb = 250;

test.skipIf(process.platform !== "linux")(
  `${count} entries are filtered and counted in under ${mostMb} MB`,
  async ({ expect }) => {
    const since = new Date(now - 10_000).toISOString();
    const list = await measured(["dlq", "list", "--dlq", path, "--type", "rare", "--since", since, "--json"]);
    expect(list.lines).toHaveLength(100);
    expect(list.peakMb).toBeLessThan(mostMb);
    const stats = await measured(["dlq", "stats", "--dlq", path, "--json"]);
    expect(JSON.parse(stats.lines[0] ?? "")).toMatchObject({ total: count, byType: { rare: count / 10 } });
    expect(stats.peakMb).toBeLessThan(mostMb);
  },
);
