import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packZip, sha256 } from "../../src/evidence/bundle/archive.ts";
import type { BundleFile } from "../../src/evidence/bundle/archive.ts";
import { run, temporaryFolder } from "../support/run.ts";

const summary: BundleFile = {
  name: "SUMMARY.md",
  data: Buffer.from("the customer wrote to hook@example.com\n".repeat(40)),
};

const bundle = async (...more: readonly BundleFile[]): Promise<Buffer> => {
  const files = [summary, ...more];
  const manifest = {
    format: "hookproof-evidence",
    version: 1,
    tool: "t",
    createdAt: "2026-06-19T12:00:00Z",
    provider: "10x",
    eventId: "evt_1",
    caseId: null,
    complete: true,
    bodies: "shape",
    skipped: [],
    redactedFrom: null,
    files: files.map(({ name, data }) => ({ name, bytes: data.length, sha256: sha256(data) })),
  };
  return packZip([...files, { name: "manifest.json", data: Buffer.from(JSON.stringify(manifest)) }]);
};

const folderWith = (zip: Buffer): string => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "case.zip"), zip);
  writeFileSync(join(cwd, "rules.json"), '{"rules":[{"name":"host","pattern":"example"}]}');
  return cwd;
};

const redact = ["evidence", "redact", "case.zip", "--rules", "rules.json", "-o", "out.zip"];

test("a bundle's file with damaged data is reported, and the others are checked", async () => {
  const zip = await bundle();
  // The packed data stands behind the local header and the name.
  zip.fill(0xff, 30 + summary.name.length, 40 + summary.name.length);
  const cwd = folderWith(zip);
  const { exit, stdout } = await run(["evidence", "verify", "case.zip", "--json"], { cwd });
  expect([exit, JSON.parse(stdout)]).toMatchObject([
    1,
    { intact: false, files: [{ name: "SUMMARY.md", status: "damaged" }] },
  ]);
  const redacted = await run(redact, { cwd });
  expect([redacted.exit, redacted.stderr]).toEqual([2, expect.stringContaining("SUMMARY.md is missing, damaged")]);
});

test("a bundle may come from standard input", async () => {
  const { exit } = await run(["evidence", "verify", "-"], { stdin: await bundle() });
  expect(exit).toBe(0);
});

test("redactions.json that is not JSON is reported with exit 2", async () => {
  const cwd = folderWith(await bundle({ name: "redactions.json", data: Buffer.from("{oh") }));
  const { exit, stderr } = await run(redact, { cwd });
  expect([exit, stderr]).toEqual([2, expect.stringContaining("redactions.json in case.zip is not JSON")]);
});

test("what unpacks to more than the limit is refused", async () => {
  const cwd = folderWith(await bundle({ name: "big", data: Buffer.alloc(100_000) }));
  const { exit, stderr } = await run(["evidence", "verify", "case.zip", "--max-input", "50kb"], { cwd });
  expect([exit, stderr]).toEqual([2, expect.stringContaining("unpacked, has more than 50 kB")]);
});

test("an overlong line of a queue's file is reported and kept", async () => {
  const cwd = temporaryFolder();
  const imported = await run(["dlq", "import", "-", "-p", "10x", "--dlq", "q.ndjson"], {
    cwd,
    stdin: '{"id":"evt_1"}',
  });
  expect(imported.exit).toBe(0);
  const line = (await run(["dlq", "export", "--dlq", "q.ndjson"], { cwd })).stdout;
  writeFileSync(join(cwd, "q.ndjson"), `${line}${line.replace("evt_1", "e".repeat(5000))}`);
  const { exit, stdout, stderr } = await run(["dlq", "export", "--dlq", "q.ndjson", "--max-input", "4kb"], { cwd });
  expect([exit, stdout, stderr]).toEqual([1, line, expect.stringContaining("has more than 4 kB (--max-input")]);
});
