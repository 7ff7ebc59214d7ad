import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";

/**
 * The slowest test files, slowest first. In a fresh clone vitest orders by file size, but some of these are only a few
 * lines.
 */
const long = [
  "test/diagnosis/wrong-secret.slow.test.ts",
  "test/commands/listen-memory.slow.test.ts",
  "test/patterns.slow.test.ts",
  "test/diagnosis/acceptance/rewriters.slow.test.ts",

  "test/docs.test.ts",
  "test/dlq/amqp.test.ts",
  "test/check/crash.test.ts",
  "test/commands/completion.test.ts",
  "test/diagnosis/acceptance/acceptance.test.ts",
  "test/diagnosis/said.test.ts",
  "test/diagnosis/scheme.test.ts",
  "test/diagnosis/causes.test.ts",
  "test/diagnosis/total.test.ts",
  "test/inspector/live.test.ts",
  "test/check/odd.test.ts",
  "test/fuzz/readers.test.ts",
];

/** Starts the slowest files first, so that no core is idle at the end of a run. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = long.findIndex((file) => moduleId.endsWith(`/${file}`));
      return at === -1 ? long.length : at;
    };
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}
