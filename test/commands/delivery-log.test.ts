import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deliveryOutput } from "../../src/commands/send/schema.ts";
import { run, temporaryFolder } from "../support/run.ts";

test("every delivery adds a line to the user's log, which only the user can read", async () => {
  const home = temporaryFolder();
  const send = () =>
    run(["send", "http://127.0.0.1:1", "-p", "10x", "--event", "link.clicked", "--secret", "s", "--json"], {
      env: { HOOKPROOF_HOME: home },
    });
  const printed = [await send(), await send()].map(({ stdout }) => deliveryOutput.parse(JSON.parse(stdout)));
  const path = join(home, "data", "deliveries.ndjson");
  const lines = readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toEqual(
    printed.map((delivery) => ({ type: "delivery", at: expect.any(String), provider: "10x", by: "send", ...delivery })),
  );
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
