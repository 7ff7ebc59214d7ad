import { afterEach, expect, test } from "vitest";
import type * as z from "zod";
import { completionOutput } from "../../src/commands/completion/schema.ts";
import { configCheckOutput, configTrustOutput } from "../../src/commands/config/schema.ts";
import { contextStoreSyncOutput } from "../../src/commands/context-store/schema.ts";
import { demoLine } from "../../src/commands/demo/schema.ts";
import { dlqExportLine } from "../../src/commands/dlq/schema.ts";
import { secretListOutput, secretRemoveOutput, secretSetOutput } from "../../src/commands/secret/schema.ts";
import { simulateOutput } from "../../src/commands/simulate/schema.ts";
import {
  subscriptionsCreateOutput,
  subscriptionsDeleteOutput,
  subscriptionsListOutput,
} from "../../src/commands/subscriptions/schema.ts";
import { triggerOutput } from "../../src/commands/trigger/schema.ts";
import { background } from "../support/background.ts";
import type { Background } from "../support/background.ts";
import { run, temporaryFolder } from "../support/run.ts";
import type { RunOptions } from "../support/run.ts";

const running: Background[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

/** A simulator that fails to deliver, and a home of the user's. */
const simulator = async () => {
  const env = { HOOKPROOF_HOME: temporaryFolder(), TOKEN: "patv1_id.secret" };
  const argv = ["simulate", "--port", "0", "--to", "http://127.0.0.1:9", "--secret", "s", "--speed", "100000"];
  const platform = await background(argv, { env });
  running.push(platform);
  return { env, platform, api: ["--base-url", platform.url, "--token", "env:TOKEN"] };
};

/** What a command prints with `--json`, held against its schema. */
const printed = async <T>(schema: z.ZodType<T>, argv: readonly string[], options?: RunOptions): Promise<T> => {
  const { exit, stdout } = await run([...argv, "--json"], options);
  expect(exit).toBe(0);
  return schema.parse(JSON.parse(stdout));
};

test("secret set, list and remove print what docs/json.md says", async () => {
  const env = { HOOKPROOF_HOME: temporaryFolder() };
  const { fingerprint } = await printed(secretSetOutput, ["secret", "set", "shop"], { env, stdin: "abc" });
  expect((await printed(secretListOutput, ["secret", "list"], { env })).secrets).toMatchObject([{ fingerprint }]);
  await printed(secretRemoveOutput, ["secret", "remove", "shop"], { env });
});

test("subscriptions create, list and delete print what docs/json.md says", async () => {
  const { env, api } = await simulator();
  const create = ["subscriptions", "create", "https://example.com/hooks", "--events", "lead.created", ...api];
  const { id } = await printed(subscriptionsCreateOutput, create, { env });
  const { secretValue } = await printed(subscriptionsCreateOutput, [...create, "--print-secret"], { env });
  expect(secretValue).toMatch(/^apxsec_/);
  expect(
    (await printed(subscriptionsListOutput, ["subscriptions", "list", ...api], { env })).subscriptions,
  ).toHaveLength(2);
  await printed(subscriptionsDeleteOutput, ["subscriptions", "delete", id, ...api], { env });
});

test("trigger, context-store sync, simulate and dlq export print what docs/json.md says", async () => {
  const { env, platform, api } = await simulator();
  await printed(triggerOutput, ["trigger", "--handle", "acme", "--subscription", "sub_1", ...api], { env });
  await printed(contextStoreSyncOutput, ["context-store", "sync", "--handle", "acme", "--source", "s", ...api], {
    env,
  });
  await platform.line("delivery", (line) => JSON.stringify(line).includes("terminal_failure"));
  running.pop();
  await platform.stop();
  const types = platform.lines.map((line) => simulateOutput.parse(line).type);
  expect(new Set(types)).toEqual(new Set(["ready", "call", "attempt", "delivery", "summary"]));
  const exported = await run(["dlq", "export", "--json"], { env });
  expect(lines(exported.stdout).map((line) => dlqExportLine.parse(line).attemptCount)).toEqual([5, 5]);
});

test("completion, config check and config trust print what docs/json.md says", async () => {
  await printed(configTrustOutput, ["config", "trust", "https://api.example.com"]);
  await printed(completionOutput, ["completion", "fish"]);
  await printed(configCheckOutput, ["config", "check", "-"], { stdin: '{"provider":"10x"}' });
});

test("demo prints what docs/json.md says", async () => {
  const { exit, stdout } = await run(["demo", "--json"], { env: { HOOKPROOF_HOME: temporaryFolder() } });
  expect(exit).toBe(0);
  expect(
    lines(stdout)
      .map((line) => demoLine.parse(line))
      .at(-1),
  ).toMatchObject({ type: "summary", unexpected: [] });
});

const lines = (text: string): readonly unknown[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
