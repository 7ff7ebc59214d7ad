import { describe, expect, test } from "vitest";
import { bugsAreFound, names } from "./bugs.ts";
import { withReceiver } from "./receivers/receiver.ts";
import type { SchemeName } from "./receivers/schemes.ts";
import { schemeOf } from "./receivers/schemes.ts";
import { checkUrl, failedIds, failures } from "./support.ts";

// Every bug, without and with a timestamp in turn; one that neither has room for is tried with its first scheme.
// The slow tests find all of them with every scheme.
const usual: readonly SchemeName[] = ["10x", "agentflow"];
bugsAreFound(({ only }, name, at) => {
  const fitting = usual.filter((one) => only?.includes(one) !== false);
  return name === (fitting[at % fitting.length] ?? only?.[0]);
});

describe("a right receiver", () => {
  test.concurrent.each(names)("of %s gives no alarm", (name) => {
    const scheme = schemeOf(name);
    return withReceiver(scheme, {}, async (receiver) => {
      const report = await checkUrl(receiver.url, scheme);
      expect(failures(report)).toEqual([]);
      expect(report.passed).toBeGreaterThan(14);
      expect(failedIds(report)).toEqual([]);
    });
  });
});
