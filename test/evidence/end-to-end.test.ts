import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readZip } from "../../src/evidence/bundle/read.ts";
import { redactJson } from "../../src/evidence/redact/body.ts";
import { makeRedactor } from "../../src/evidence/redact/redactor.ts";
import { evidenceOutput } from "../../src/commands/evidence/schema.ts";
import { run, temporaryFolder } from "../support/run.ts";

test("from a delivery that a receiver refuses to a complete bundle: listen, send, evidence", async () => {
  const home = temporaryFolder();
  const cwd = temporaryFolder();
  const env = { HOOKPROOF_HOME: home, HOOKPROOF_SECRET: "topsecret-10x-signing-key" };
  execFileSync("git", ["init", "-q"], { cwd });
  execFileSync(
    "git",
    [
      "-c",
      "user.name=x",
      "-c",
      "user.email=x@y.example",
      "-c",
      "commit.gpgsign=false",
      "commit",
      "-q",
      "--allow-empty",
      "-m",
      "parse JSON before verifying",
    ],
    { cwd },
  );
  let told = "";
  let ready: (url: string) => void = () => undefined;
  const url = new Promise<string>((resolve) => (ready = resolve));
  const listening = run(
    ["listen", "--port", "0", "-p", "10x", "--respond", "401", "--count", "1", "--timeout", "60s", "--json"],
    {
      env,
      cwd,
      onStdout: (text) => {
        told += text;
        const line = told.split("\n").find((one) => one.includes('"ready"'));
        if (line !== undefined) ready(String(JSON.parse(line).url));
      },
    },
  );
  const target = `${await url}/webhooks/10x`;
  const sent = await run(["send", target, "-p", "10x", "--event", "link.clicked", "--json"], { env, cwd });
  await listening;
  const { eventId, attempts }: { eventId: string; attempts: { startedAt: string }[] } = JSON.parse(
    sent.stdout.trim().split("\n")[0] ?? "",
  );
  writeFileSync(join(cwd, "app.log"), "");
  appendFileSync(join(cwd, "app.log"), `${attempts[0]?.startedAt} webhook ${eventId} status=401 signature mismatch\n`);
  const { exit, stdout } = await run(
    [
      "evidence",
      "-p",
      "10x",
      "--event",
      eventId,
      "--subscription",
      "sub_1",
      "--receiver-log",
      "app.log",
      "--deploys",
      "git",
      "-o",
      "case.zip",
      "--json",
    ],
    { env, cwd },
  );
  const data = evidenceOutput.parse(JSON.parse(stdout));
  expect(data.items.filter(({ status }) => status === "missing")).toEqual([]);
  expect(data.conclusion.verdict).toBe("The signature is valid, but the receiver returned 401");
  expect(exit).toBe(0);
});

test("--probe puts the way to the receiver into the bundle", async () => {
  const server = createServer((_request, response) => response.writeHead(405).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cwd = temporaryFolder();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks?token=abc12345`;
  await run(["evidence", "-p", "10x", "--event", "evt_1", "--url", url, "--probe", "-o", "case.zip"], { cwd });
  server.close();
  const files = await readZip(join(cwd, "case.zip"), "case.zip");
  const environment = JSON.parse(files.find(({ name }) => name === "environment.json")?.data.toString("utf8") ?? "{}");
  expect(environment.probe.facts.http[0].status).toBe(405);
  expect(environment.probe.findings.map(({ code }: { code: string }) => code)).toContain("plain-http");
  expect(JSON.stringify(environment)).not.toContain("abc12345");
});

test("the project's endpoint is named as such, and only if no source knows the receiver", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "hookproof.config.json"), '{"endpoint":"localhost:3000/hooks"}');
  const attempts = [
    {
      number: 1,
      startedAt: "2026-06-19T12:00:00Z",
      durationMs: 5,
      status: 401,
      outcome: "terminal",
      reason: "401",
      nextDelayMs: null,
      error: null,
    },
  ];
  const delivery = { type: "delivery", eventId: "evt_1", url: "https://hooks.acme.example/10x", attempts };
  writeFileSync(join(cwd, "log.ndjson"), `${JSON.stringify(delivery)}\n`);
  const receiver = async (event: string): Promise<unknown> => {
    const { stdout } = await run(
      ["evidence", "-p", "10x", "--event", event, "--from", "log.ndjson", "--dry-run", "--json"],
      { cwd },
    );
    const { items } = evidenceOutput.parse(JSON.parse(stdout));
    const { value, source } = items.find(({ id }) => id === "receiver") ?? {};
    return { value, source };
  };
  expect(await receiver("evt_1")).toEqual({ value: "hooks.acme.example/10x", source: "log.ndjson" });
  expect(await receiver("evt_2")).toEqual({ value: "localhost:3000/hooks", source: "the project's endpoint" });
});

test("masked JSON is JSON still, and JSON without secrets is unchanged to the byte", () => {
  const redactor = makeRedactor({ key: Buffer.alloc(32, 1), secrets: [] });
  const at = { file: "f", place: "$" };
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 4 }),
      fc.constantFrom("shape" as const, "redacted" as const, "full" as const),
      (text, mode) => {
        JSON.parse(redactJson(redactor, text, mode, [], at));
      },
    ),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(
      fc.object({
        key: fc.stringMatching(/^[abc]{1,5}$/),
        // No letters that name a secret: ["pw", 1] is a password, and is masked.
        values: [fc.integer(), fc.boolean(), fc.stringMatching(/^[abc ]{0,20}$/)],
      }),
      fc.integer({ min: 0, max: 3 }),
      (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(redactJson(redactor, text, "redacted", [], at)).toBe(text);
      },
    ),
    { numRuns: 200 },
  );
});

test("of a DLQ entry's id: the platform is the entry's, and the id given as an argument is hinted as --event", async () => {
  const env = { HOOKPROOF_HOME: temporaryFolder() };
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "hookproof.config.json"), '{ "provider": "stripe" }');
  const failed = await run(
    ["send", "http://127.0.0.1:1/hooks", "-p", "github", "--event", "push", "--secret", "s", "--json"],
    { env, cwd },
  );
  const { dlqId } = JSON.parse(failed.stdout) as { dlqId: string };
  const positional = await run(["evidence", dlqId], { env, cwd });
  expect(positional.stderr).toContain(`hookproof evidence --event ${dlqId} -o case.zip`);
  const { stdout, stderr } = await run(["evidence", "--event", dlqId, "--dry-run"], { env, cwd });
  expect(stderr).toContain("no secret for github");
  expect(stdout).not.toContain("dashboard's URL");
});
