import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, test } from "vitest";
import { entryLine } from "../../src/dlq/record.ts";
import { receiver } from "../replay/receiver.ts";
import { bin, run, runChild, temporaryFolder } from "../support/run.ts";
import { named } from "../support/skipped.ts";
import { spawnSync } from "node:child_process";
import { sampleEntry } from "./contract.ts";

const mounted: string[] = [];

/** A file system of this size, where this user may mount one. */
const tinyDisk = (size: string): string | undefined => {
  const folder = temporaryFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder], { stdio: "ignore" });
    mounted.push(folder);
    return folder;
  } catch {
    return undefined;
  }
};

afterAll(() => {
  for (const folder of mounted) execFileSync("umount", ["-l", folder]);
});

const entries = (count: number): string =>
  Array.from(
    { length: count },
    (_, at) => `${entryLine({ ...sampleEntry(at), id: `dlq_${String(at).padStart(16, "0")}` })}\n`,
  ).join("");

const disk = tinyDisk("128k");

const noDisk = disk === undefined ? "no small disk can be mounted here" : null;

test.skipIf(noDisk !== null)(
  named("a disk that fills up while importing: exit 3, and what was taken is there", noDisk),
  async ({ expect }) => {
    const path = join(disk ?? "", "dlq.ndjson");
    const imported = await run(["dlq", "import", "-", "--dlq", path, "--json"], { stdin: entries(400) });
    expect(imported.exit).toBe(3);
    expect(JSON.parse(imported.stdout).error).toMatchObject({ code: "disk-full" });
    const { stdout, exit } = await run(["dlq", "list", "--dlq", path, "--json"]);
    const ids = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).eventId);
    expect(exit).toBe(0);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids).toEqual(ids.map((_, at) => `evt_${at}`));
    rmSync(path);
  },
);

test.skipIf(noDisk !== null)(
  named("a disk that is full while replaying: exit 3, no event lost, the same command continues", noDisk),
  async ({ expect }) => {
    const path = join(disk ?? "", "replay.ndjson");
    writeFileSync(path, entries(40));
    const to = await receiver();
    const argv = ["replay", "--dlq", path, "--to", to.url, "--secret", "s", "--concurrency", "4", "--json"];
    try {
      const fill = join(disk ?? "", "fill");
      let size = 128 * 1024;
      for (; size > 0; size -= 4096) {
        try {
          writeFileSync(fill, Buffer.alloc(size));
          break;
        } catch {
          rmSync(fill, { force: true });
        }
      }
      const full = await run(argv);
      expect([full.exit, JSON.parse(full.stdout.trimEnd().split("\n").at(-1) ?? "").error.code]).toEqual([
        3,
        "disk-full",
      ]);
      rmSync(fill);
      const before = to.requests.length;
      const freed = await run(argv);
      expect(freed.exit).toBe(0);
      expect(to.seen.size).toBe(40);
      expect(to.requests.length).toBeLessThanOrEqual(40 + Math.min(before, 4));
    } finally {
      await to.close();
    }
  },
);

/** Runs the program as a user who may not write here: root may everywhere. */
const asNobody = (argv: readonly string[]) => {
  const isRoot = process.getuid?.() === 0;
  return spawnSync(process.execPath, [bin, ...argv], {
    env: { PATH: process.env["PATH"], HOOKPROOF_HOME: temporaryFolder() },
    encoding: "utf8",
    ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
  });
};

test("in a folder that cannot be written, listing works and replaying ends with exit 3", async ({ expect, skip }) => {
  skip(asNobody(["--version"]).status !== 0, "the program stands where another user cannot run it");
  const folder = join(temporaryFolder(), "ro");
  mkdirSync(folder);
  chmodSync(join(folder, ".."), 0o755);
  const path = join(folder, "dlq.ndjson");
  writeFileSync(path, entries(2));
  if (process.getuid?.() === 0) chownSync(path, 65_534, 65_534);
  chmodSync(folder, 0o555);
  const to = await receiver();
  try {
    const before = readFileSync(path, "utf8");
    const list = asNobody(["dlq", "list", "--dlq", path, "--json"]);
    expect([list.status, list.stdout.trimEnd().split("\n").length]).toEqual([0, 2]);
    const replay = asNobody(["replay", "--dlq", path, "--to", to.url, "--secret", "s", "--json"]);
    expect([replay.status, JSON.parse(replay.stdout).error.code]).toEqual([3, "no-permission"]);
    expect(to.requests).toHaveLength(0);
    expect(readFileSync(path, "utf8")).toBe(before);
  } finally {
    chmodSync(folder, 0o755);
    await to.close();
  }
});

test("a torn last line does not stop a replay, and is reported by a message and the exit code", async ({ expect }) => {
  const path = join(temporaryFolder(), "dlq.ndjson");
  writeFileSync(path, `${entries(3)}{"type":"entry","id":"dlq_cut`);
  const to = await receiver();
  try {
    const { exit, stderr } = await runChild(["replay", "--dlq", path, "--to", to.url, "--secret", "s"]);
    expect([exit, to.seen.size]).toEqual([1, 3]);
    expect(stderr).toContain("cannot be read and is left as it is");
    expect(readFileSync(path, "utf8")).toContain('{"type":"entry","id":"dlq_cut\n');
  } finally {
    await to.close();
  }
});

test.each([
  '{"type":"do',
  '{"type":"done","id":"dlq_1',
  '{"type":"claim","ids":["dlq_1"],"owner":{"host":"h","pid":1,"tok',
])("a note that a kill cut (%s) is no entry that cannot be read: the replay after it succeeds", async (cut) => {
  const { expect } = await import("vitest");
  const path = join(temporaryFolder(), "dlq.ndjson");
  writeFileSync(path, `${entries(3)}${cut}`);
  const to = await receiver();
  try {
    const { exit, stderr } = await runChild(["replay", "--dlq", path, "--to", to.url, "--secret", "s"]);
    expect([exit, to.seen.size]).toEqual([0, 3]);
    expect(stderr).not.toContain("cannot be read");
  } finally {
    await to.close();
  }
});
