import { analyse } from "scslre";
import { expect, test } from "vitest";
import { accepted, patternMakers, patterns } from "./support/patterns.ts";

// What a stranger sends must not make a pattern take quadratic or exponential time. This is the quick check; the slow
// tests have recheck go over all patterns as well, which attacks them.

test("no pattern backtracks more than linearly", () => {
  const found = patterns
    .filter(({ source }) => !accepted.some((one) => one.source === source))
    .flatMap(({ where, source, flags }) => {
      const { reports } = analyse({ source, flags: flags.replace("d", "") }, { reportTypes: { Move: true } });
      return reports.map((one) => {
        const quantifiers = one.type === "Trade" ? [one.startQuant.raw, one.endQuant.raw] : [one.quant.raw];
        return `${where}: /${source}/${flags}: ${quantifiers.join(" and ")} take ${one.exponential ? "exponential" : "quadratic"} time`;
      });
    });
  expect(found, "rewrite them, or put them into test/support/patterns.ts with a limit and a reason").toEqual([]);
});

test("every accepted pattern is in use, short and has a reason", () => {
  for (const { source, most, why } of accepted) {
    expect(
      patterns.some((one) => one.source === source),
      source,
    ).toBe(true);
    expect([most <= 20_000, why.length > 20], source).toEqual([true, true]);
  }
});

test("patterns are made while running only in these places, from texts that are escaped or ours", () => {
  expect(patternMakers).toEqual([
    "commands/demo/story.ts",
    "diagnosis/pasted.ts",
    "diagnosis/transforms/prints/notations.ts",
    "diagnosis/urls.ts",
    "evidence/bundle/values.ts",
    "evidence/logs/records.ts",
    "evidence/redact/assignments.ts",
    "evidence/redact/known-secrets.ts",
    "evidence/redact/names.ts",
    "evidence/redact/pairs.ts",
    "evidence/redact/rules-commands.ts",
    "evidence/redact/rules-file.ts",
    "formats/curl-request.ts",
    "formats/raw.ts",
    "listener/until.ts",
    "providers/samples.ts",
    "request/token.ts",
  ]);
});
