import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { evidenceOutput } from "../../src/commands/evidence/schema.ts";
import { readZip } from "../../src/evidence/bundle/read.ts";
import { run, temporaryFolder } from "../support/run.ts";

const eventId = "evt_80c6572299a0c324277b8a72";

const delivery = (id: string, type: string): string =>
  JSON.stringify({
    eventId: id,
    eventType: type,
    url: "http://127.0.0.1:3000/webhooks/10x",
    outcome: "terminal",
    reason: "401 is not retried",
    attempts: [
      {
        number: 1,
        startedAt: "2026-06-19T12:00:00.510Z",
        durationMs: 79.25,
        timings: { dnsMs: null, connectMs: 1, tlsMs: null, firstByteMs: 2, totalMs: 79.25 },
        status: 401,
        outcome: "terminal",
        reason: "401 is not retried",
        nextDelayMs: null,
        error: null,
      },
    ],
    dlqId: null,
  });

const bundleOf = async (files: Readonly<Record<string, string>>, ...args: readonly string[]) => {
  const cwd = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const all = ["evidence", "-p", "10x", "--event", eventId, "-o", "case.zip", "--json", ...args];
  const { stdout, stderr } = await run(all, { cwd });
  const made = await readZip(join(cwd, "case.zip"), "case.zip");
  const read = (name: string): string => made.find((one) => one.name === name)?.data.toString("utf8") ?? "";
  return { data: evidenceOutput.parse(JSON.parse(stdout)), read, stderr };
};

describe("what a bundle tells", () => {
  const failed = `${delivery(eventId, "webhook.test")}\n${delivery("evt_2", "webhook.delivery.terminal_failure")}\n`;

  test("the platform's message about the failure does not make a test live traffic", async () => {
    const { data } = await bundleOf({ "d.ndjson": failed }, "--from", "d.ndjson");
    expect(data.items.find(({ id }) => id === "traffic")?.value).toBe(
      "test only (webhook.test); no live failure in the sources",
    );
  });

  test("an event that was imported into a queue without its headers is not called unsigned", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "event.json"), JSON.stringify({ id: eventId, type: "link.clicked" }));
    const env = { HOOKPROOF_SECRET: "topsecret-10x-signing-key" };
    await run(["dlq", "import", "event.json", "-p", "10x", "--dlq", "dlq.ndjson"], { cwd, env });
    const argv = ["evidence", "-p", "10x", "--event", eventId, "--from", "dlq.ndjson", "-o", "case.zip", "--json"];
    const data = evidenceOutput.parse(JSON.parse((await run(argv, { cwd, env })).stdout));
    expect(data.conclusion).toMatchObject({ proved: false, tone: "open" });
    expect(data.conclusion.symptom).toContain("is a dead letter in dlq.ndjson");
    expect(data.items.find(({ id }) => id === "traffic")?.value).toMatch(/^live traffic \(link\.clicked\)/);
    const manifest = (await readZip(join(cwd, "case.zip"), "case.zip")).find(({ name }) => name === "manifest.json");
    expect(JSON.parse(manifest?.data.toString() ?? "").skipped).toContainEqual({
      what: "signature verdict",
      why: "the queue kept the event without its original headers",
    });
  });

  test("the summary explains how to get everything that is missing", async () => {
    const { read } = await bundleOf({ "d.ndjson": failed }, "--from", "d.ndjson");
    expect(read("SUMMARY.md")).toMatch(/if it does not name the event\) \|\n/);
  });

  test("without a secret it says that the signature was not verified", async () => {
    const { stderr } = await bundleOf({ "d.ndjson": failed }, "--from", "d.ndjson");
    expect(stderr).toContain("no secret for 10x: the signature cannot be verified");
  });

  test("attempts within one second are reported at that time, not as a range", async () => {
    const twice = JSON.parse(delivery(eventId, "link.clicked"));
    twice.attempts.push({ ...twice.attempts[0], number: 2, startedAt: "2026-06-19T12:00:00.900Z" });
    const { data } = await bundleOf({ "d.ndjson": `${JSON.stringify(twice)}\n` }, "--from", "d.ndjson");
    expect(data.conclusion.symptom).toMatch(/^2 attempts of .* failed \(401\) at 2026-06-19 12:00:00 UTC/);
  });

  test.each([60, 80, 120])("what it prints keeps to a terminal of %i columns", async (columns) => {
    const cwd = temporaryFolder();
    const record = JSON.stringify({
      url: "https://a.example/hooks",
      receivedAt: "2026-06-19T12:00:00Z",
    });
    writeFileSync(join(cwd, "d.ndjson"), `${failed}${`${record}\n`.repeat(9)}`);
    const argv = ["evidence", "-p", "10x", "--event", eventId, "--from", "d.ndjson", "-o", "case.zip"];
    const { stdout } = await run(argv, { cwd, columns });
    // A digest stands whole, to be copied.
    const tooLong = stdout
      .split("\n")
      .filter((line) => line.length > Math.max(columns, line.includes("sha256") ? 80 : 0));
    expect(tooLong).toEqual([]);
    expect(stdout).toContain("4 more");
    const dry = await run([...argv.slice(0, -2), "--dry-run"], { cwd, columns });
    expect(dry.stdout).toContain("would write SUMMARY.md, report.html");
    const dryLines = dry.stdout
      .split("\n")
      .filter((line) => line.length > Math.max(columns, line.includes("sha256") ? 80 : 0));
    expect(dryLines).toEqual([]);
  });

  test("the summary shows ids as people search for them", async () => {
    const { read } = await bundleOf({ "d.ndjson": failed }, "--from", "d.ndjson", "--note", "*not* _this_ way_of_it");
    expect(read("SUMMARY.md")).toContain(`# 10x.in: ${eventId}\n`);
    expect(read("SUMMARY.md")).toContain("\\*not\\* \\_this\\_ way_of_it");
  });

  test("an attempt's time is that of who measured it, not the second of a log", async () => {
    const log = `1.2.3.4 - - [19/Jun/2026:12:00:00 +0000] "POST /webhooks/10x HTTP/1.1" 401 9 "-" "-"\n`;
    const { data } = await bundleOf(
      { "d.ndjson": failed, "access.log": log },
      "--from",
      "d.ndjson",
      "--receiver-log",
      "access.log",
    );
    expect(data.items.find(({ id }) => id === "time")?.value).toBe("2026-06-19T12:00:00.510Z");
  });

  test("a time-out that the receiver logged as 499 is one attempt, and reported as the timeout that the platform saw", async () => {
    const timedOut = JSON.parse(delivery(eventId, "link.clicked"));
    Object.assign(timedOut.attempts[0], {
      status: null,
      durationMs: 10_000,
      error: { kind: "timeout", code: null, message: "no response in time" },
      reason: "a time-out is retried",
    });
    const log = `1.2.3.4 - - [19/Jun/2026:12:00:10 +0000] "POST /webhooks/10x HTTP/1.1" 499 0 "-" "${eventId}"\n`;
    const { data, read } = await bundleOf(
      { "d.ndjson": `${JSON.stringify(timedOut)}\n`, "access.log": log },
      "--from",
      "d.ndjson",
      "--receiver-log",
      "access.log",
    );
    const told = read("deliveries.ndjson").trim().split("\n");
    expect(told).toHaveLength(1);
    expect(JSON.parse(told[0] ?? "")).toMatchObject({ number: 1, status: null, error: { kind: "timeout" } });
    expect(data.conclusion.verdict).toMatch(/^No response/);
  });

  test("a log's attempt beside counted ones takes no number", async () => {
    const log = `1.2.3.4 - - [19/Jun/2026:11:00:00 +0000] "POST /webhooks/10x HTTP/1.1" 404 0 "-" "${eventId}"\n`;
    const { read } = await bundleOf(
      { "d.ndjson": failed, "access.log": log },
      "--from",
      "d.ndjson",
      "--receiver-log",
      "access.log",
    );
    expect(read("report.html").match(/>attempt 1</g)).toHaveLength(2);
    expect(read("report.html")).toContain(">in the log<");
  });

  test("a rules file that is a key given by mistake is not quoted", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "key.txt"), "hunter2hunter2");
    const { exit, stderr } = await run(
      ["evidence", "-p", "10x", "--event", "evt_1", "--rules", "key.txt", "--dry-run"],
      { cwd },
    );
    expect(exit).toBe(2);
    expect(stderr).toContain("key.txt is not JSON");
    expect(stderr).not.toContain("hunter2");
  });

  test("a credential in a log's file name is masked where places are told, too", async () => {
    const name = "app-ghp_abcdefghijklmnop1234567890ABCDEFGHIJ.log";
    const { read } = await bundleOf(
      { "d.ndjson": failed, [name]: `2026-06-19T12:00:00Z ${eventId} status=401 password=hunter22\n` },
      "--from",
      "d.ndjson",
      "--receiver-log",
      name,
    );
    expect(read("redactions.json")).toMatch(/app-\[redacted:api-key:[0-9a-f]+\]\.log line 1/);
    expect(read("receiver.log")).not.toContain("ghp_");
  });
});
