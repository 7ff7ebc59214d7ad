import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { selectLines } from "../../src/evidence/logs/select.ts";
import { temporaryFolder } from "../support/run.ts";

const size = 1024 ** 3;

test("a log of any size is read once, in little memory", async () => {
  const path = join(temporaryFolder(), "access.log");
  const file = createWriteStream(path);
  const block =
    '198.51.100.7 - - [19/Jun/2026:11:00:00 +0000] "GET /assets/app.js HTTP/1.1" 200 31 "-" "Mozilla/5.0"\n'.repeat(
      10_000,
    );
  let written = 0;
  for (let half = 0; half < 2; half++) {
    for (const until = written + size / 2; written < until; written += block.length)
      if (!file.write(block)) await once(file, "drain");
    if (half === 0)
      file.write('198.51.100.7 - - [19/Jun/2026:12:00:00 +0000] "POST /hooks HTTP/1.1" 401 31 "-" "evt_1"\n');
  }
  file.end();
  await once(file, "close");
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  const { lines, linesRead } = await selectLines(
    path,
    "access.log",
    { eventId: "evt_1", path: "/hooks", hostname: null, times: [Date.parse("2026-06-19T12:00:00Z")], windowMs: 5000 },
    new AbortController().signal,
  );
  clearInterval(watch);
  expect(lines.filter(({ why }) => why === "id")).toHaveLength(1);
  expect(linesRead).toBeGreaterThan(written / 120);
  expect(peak - before).toBeLessThan(150 * 1024 * 1024);
});
