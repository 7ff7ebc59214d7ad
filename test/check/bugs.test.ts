import { describe, expect, test } from "vitest";
import { bugsAreFound, names, withReceiver } from "./bugs.ts";
import type { SchemeName } from "./receivers/schemes.ts";
import { schemeOf } from "./receivers/schemes.ts";
import { checkUrl, failedIds, failures } from "./support.ts";

// Without and with a timestamp, in turn; a bug that neither has room for is tried with its first scheme.
const usual: readonly SchemeName[] = ["10x", "agentflow"];
bugsAreFound(({ only }, name, at) => {
  const fitting = usual.filter((one) => only?.includes(one) !== false);
  return name === (fitting[at % fitting.length] ?? only?.[0]);
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
