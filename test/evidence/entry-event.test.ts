import { expect, test } from "vitest";
import { run, temporaryFolder } from "../support/run.ts";

test("evidence accepts the id of a DLQ entry in place of its event's, and names the event", async () => {
  const env = { HOOKPROOF_HOME: temporaryFolder(), WEBHOOK_SECRET: "correct-horse" };
  const sent = await run(
    [
      "send",
      "localhost:1",
      "-p",
      "10x",
      "--event",
      "link.clicked",
      "--secret",
      "env:WEBHOOK_SECRET",
      "--timeout",
      "1",
    ].concat(["--retry", "provider", "--speed", "100000", "--json"]),
    { env },
  );
  const { eventId, dlqId } = JSON.parse(sent.stdout) as { eventId: string; dlqId: string };
  expect(dlqId).toMatch(/^dlq_/);
  const evidence = ["evidence", "-p", "10x", "--dry-run", "--json", "--secret", "env:WEBHOOK_SECRET", "--event"];
  const { stdout, stderr } = await run([...evidence, dlqId], { env });
  expect(stderr).toContain(`${dlqId} is of event ${eventId}`);
  expect((JSON.parse(stdout) as { attempts: number }).attempts).toBeGreaterThan(0);
  const unknown = await run([...evidence, "dlq_0123456789abcdef"], { env });
  expect([unknown.exit, unknown.stdout]).toEqual([2, expect.stringContaining("no source has an entry")]);
});

test.each<[string, readonly string[]]>([
  ["the user's own files", []],
  ["a queue alone", ["--from", "dlq.ndjson"]],
])("an event that send made is called synthetic, not live traffic: from %s", async (_, from) => {
  const cwd = temporaryFolder();
  const env = { HOOKPROOF_HOME: temporaryFolder(), WEBHOOK_SECRET: "correct-horse" };
  const common = ["-p", "10x", "--secret", "env:WEBHOOK_SECRET", "--json"];
  const delivering = ["--event", "link.clicked", "--timeout", "1", "--retry", "provider", "--speed", "100000"];
  const queue = from.length === 0 ? [] : ["--dlq", "dlq.ndjson"];
  const sent = await run(["send", "localhost:1/hooks", ...common, ...delivering, ...queue], { env, cwd });
  const { eventId } = JSON.parse(sent.stdout) as { eventId: string };
  const { stdout } = await run(["evidence", ...common, "--dry-run", "--event", eventId, ...from], { env, cwd });
  const { items } = JSON.parse(stdout) as { items: { id: string; value: string | null }[] };
  const valueOf = (id: string) => items.find((one) => one.id === id)?.value;
  expect(valueOf("traffic")).toBe("synthetic: sent by hookproof send (link.clicked)");
  expect(valueOf("receiver")).toBe("localhost:1/hooks");
});
