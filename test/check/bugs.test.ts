import { describe, expect, test } from "vitest";
import { bugs } from "./receivers/bugs.ts";
import type { Bug } from "./receivers/bugs.ts";
import { startReceiver } from "./receivers/receiver.ts";
import type { Behaviour, Receiver } from "./receivers/receiver.ts";
import { schemeOf, schemes } from "./receivers/schemes.ts";
import type { ReceiverScheme, SchemeName } from "./receivers/schemes.ts";
import { checkUrl, failedIds, failures } from "./support.ts";

const withReceiver = async (
  scheme: ReceiverScheme,
  wrong: Partial<Behaviour>,
  use: (receiver: Receiver) => Promise<void>,
): Promise<void> => {
  const receiver = await startReceiver(scheme, wrong);
  try {
    await use(receiver);
  } finally {
    await receiver.close();
  }
};

const names = Object.keys(schemes) as SchemeName[];
// One without and one with a timestamp is enough for every bug; the others are run with HOOKPROOF_SLOW=1.
const usual: readonly SchemeName[] = ["10x", "agentflow"];
const isSlowRun = process.env["HOOKPROOF_SLOW"] === "1";
const tried = isSlowRun ? names : names.filter((name) => usual.includes(name) || name === "shopify");

/** A bug that the usual schemes have no room for is tried with another in every run. */
const isTried = ({ only }: Bug, name: SchemeName): boolean => {
  if (only !== undefined && !only.includes(name)) return false;
  return isSlowRun || usual.includes(name) || usual.every((one) => only?.includes(one) === false);
};

describe.each(tried)("a %s receiver with one bug", (name) => {
  const scheme = schemeOf(name);
  const fitting = bugs.filter((bug) => isTried(bug, name));

  test.concurrent.each(fitting.map((bug) => [bug.name, bug.found, bug] as const))(
    "that %s is found by %s, and by no case that looks for something else",
    (_name, found, bug) =>
      withReceiver(scheme, bug.wrong(), async ({ url }) => {
        const limit = bug.timeLimitMs === undefined ? {} : { timeLimitMs: bug.timeLimitMs };
        const report = await checkUrl(url, scheme, limit);
        expect(failures(report).filter((one) => one.startsWith(`${found}:`))).toHaveLength(1);
        const others = failures(report).filter(
          (one) => ![found, ...(bug.also ?? [])].some((id) => one.startsWith(`${id}:`)),
        );
        expect(others).toEqual([]);
      }),
  );
});

describe.each(names)("a right %s receiver", (name) => {
  const scheme = schemeOf(name);
  test("gives no alarm", () =>
    withReceiver(scheme, {}, async (receiver) => {
      const report = await checkUrl(receiver.url, scheme);
      expect(failures(report)).toEqual([]);
      expect(report.passed).toBeGreaterThan(14);
      expect(failedIds(report)).toEqual([]);
    }));
});
