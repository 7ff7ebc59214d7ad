import { readdirSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from "vitest/node";

/** Prints at the end of a run what was left out: tests whose program or server is missing here, and the slow tests. */
export default class LeftOut implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const vitest = this.#vitest;
    if (vitest === undefined) return;
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === "skipped").map(placeOf(vitest.config.root));
    const blocks = tests.flatMap((test) => test.annotations()).filter(({ type }) => type === "left-out");
    const lines = [
      ...[...counted(skipped)].map(([place, count]) => (count > 1 ? `${place}: ${count} tests` : place)),
      ...blocks.map(({ message }) => message),
    ];
    if (lines.length > 0) vitest.logger.log(section("Left out, for this machine has not what they need:", lines));
    if (vitest.projects.some(({ name }) => name === "slow")) return;
    const slow = readdirSync("test", { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".slow.test.ts"),
    );
    vitest.logger.log(
      section(
        "Left out, for they take minutes (npm run test:slow runs them):",
        slow.map((file) => `test/${file}`),
      ),
    );
  }
}

/** Names a skipped test by its file and outermost suite, whose name contains the reason. */
const placeOf =
  (root: string) =>
  (test: TestCase): string => {
    let one: TestCase | TestSuite = test;
    while (one.parent.type === "suite") one = one.parent;
    const { note } = { note: undefined, ...test.result() };
    return `${relative(root, test.module.moduleId)} > ${one.name}${note === undefined ? "" : ` (${note})`}`;
  };

const counted = (names: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};

const section = (heading: string, lines: readonly string[]): string =>
  [heading, ...lines.toSorted().map((line) => `  ${line}`), ""].join("\n");
