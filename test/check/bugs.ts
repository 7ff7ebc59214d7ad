import { describe, expect, test } from "vitest";
import { bugs } from "./receivers/bugs.ts";
import type { Bug } from "./receivers/bugs.ts";
import { withReceiver } from "./receivers/receiver.ts";
import { schemeOf, schemes } from "./receivers/schemes.ts";
import type { SchemeName } from "./receivers/schemes.ts";
import { adviceIds, checkUrl, failures } from "./support.ts";

/** Every way to sign that there is a receiver for. */
export const names = Object.keys(schemes) as SchemeName[];

/** Receivers with one bug each, of every scheme that has room for it or of those that are chosen. */
export const bugsAreFound = (isTried: (bug: Bug, name: SchemeName, at: number) => boolean): void => {
  const tried = names.flatMap((name) =>
    bugs.flatMap((bug, at) =>
      bug.only?.includes(name) !== false && isTried(bug, name, at) ? [[name, bug] as const] : [],
    ),
  );

  describe.each(names.filter((name) => tried.some(([one]) => one === name)))("a %s receiver with one bug", (name) => {
    const scheme = schemeOf(name);
    const fitting = tried.flatMap(([one, bug]) => (one === name ? [bug] : []));

    test.concurrent.each(fitting.map((bug) => [bug.name, bug.found, bug] as const))(
      "that %s is one failure of %s, or advice, and nothing else is",
      (_name, found, bug) =>
        withReceiver(scheme, bug.wrong(), async ({ url }) => {
          const limit = bug.timeLimitMs === undefined ? {} : { timeLimitMs: bug.timeLimitMs };
          const report = await checkUrl(url, scheme, limit);
          const told = failures(report);
          expect(told.map((one) => one.split(":")[0])).toEqual(bug.isAdvice === true ? [] : [found]);
          expect(told.join()).toContain(bug.says ?? "");
          expect(adviceIds(report)).toEqual(bug.isAdvice === true ? [found] : (bug.advises ?? []));
        }),
    );
  });
};
