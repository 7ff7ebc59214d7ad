import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "vitest";
import type { Claim, Dlq } from "../../src/dlq/dlq.ts";
import { fileDlq } from "../../src/dlq/file/file.ts";
import { entryLine } from "../../src/dlq/record.ts";
import { temporaryFolder } from "../support/run.ts";
import { sampleEntry } from "./contract.ts";

const processInfo = { host: hostname(), pid: process.pid, exists: () => true };
const open = (path: string): Dlq => fileDlq({ path, processInfo, now: () => Date.UTC(2026, 0, 1), randomBytes });

/** All that can be seen of a queue. */
const seen = async (dlq: Dlq) => {
  const listed = [];
  for await (const summary of dlq.list({})) listed.push(summary);
  const entries = await Promise.all(listed.map(({ id }) => dlq.get(id)));
  return { listed, entries, stats: await dlq.stats({}), problems: dlq.problems };
};

const step = fc.record({
  who: fc.nat({ max: 1 }),
  does: fc.constantFrom(
    "add",
    "claim",
    "acknowledge",
    "keep",
    "requeue",
    "release",
    "discard",
    "byHand",
    "torn",
    "look",
  ),
  many: fc.integer({ min: 1, max: 4 }),
});

test("two writers of one file see what a new reader sees, whoever wrote last", async ({ expect }) => {
  const { attempts } = sampleEntry(0);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const path = join(temporaryFolder(), "dlq.ndjson");
      const writers = [open(path), open(path)] as const;
      const held: readonly Claim[][] = [[], []];
      let count = 0;
      for (const { who, does, many } of steps) {
        const dlq = writers[who] ?? writers[0];
        const mine = held[who] ?? [];
        const settle = async (how: (claim: Claim) => Promise<void>): Promise<void> => {
          await Promise.all(mine.splice(0, many).map(how));
        };
        if (does === "add") await Promise.all(Array.from({ length: many }, () => dlq.add(sampleEntry(count++))));
        else if (does === "claim") mine.push(...(await dlq.claim({}, many)));
        else if (does === "acknowledge") await settle((claim) => claim.acknowledge(attempts));
        else if (does === "keep") await settle((claim) => claim.acknowledge(attempts, true));
        else if (does === "requeue") await settle((claim) => claim.requeue(attempts));
        else if (does === "release") await settle((claim) => claim.requeue([]));
        else if (does === "byHand") {
          const id = `dlq_${String(count).padStart(16, "0")}`;
          appendFileSync(path, `${entryLine({ ...sampleEntry(count++), id })}\n`);
        } else if (does === "torn") appendFileSync(path, '{"type":"done","id":"');
        else if (does === "discard") {
          const [first] = (await seen(dlq)).listed;
          if (first !== undefined) await dlq.discard([first.id], "test");
        } else {
          // Without the problems: a line that was torn when the writer read it is another to a new reader.
          const { problems: _, ...known } = await seen(dlq);
          expect(await seen(open(path))).toMatchObject(known);
        }
      }
      for (const dlq of writers) {
        const { problems: _, ...known } = await seen(dlq);
        expect(await seen(open(path))).toMatchObject(known);
      }
      await Promise.all(writers.map((dlq) => dlq.close()));
    }),
    { numRuns: 15 },
  );
});
