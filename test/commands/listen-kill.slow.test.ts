import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCaptures } from "../../src/formats/capture-read.ts";
import { readRotated } from "../../src/formats/rotated-capture.ts";
import { rotatedOf } from "../../src/storage/rotated.ts";
import { temporaryFolder } from "../support/run.ts";
import { deliver, start } from "./listen-process.ts";

const all = { displayName: "captures", limit: 1e9 };

describe("killed with SIGKILL under load", () => {
  test.each([
    ["the capture", 50, []],
    ["the capture and what was set aside", 20, ["--rotate", "50kb"]],
  ])("every request that got its 2xx is in %s, after %d kills", async (_, kills, argv) => {
    const capture = join(temporaryFolder(), "captures.ndjson");
    const answered: string[] = [];
    for (let round = 0; round < kills; round++) {
      const child = await start(capture, argv);
      let alive = true;
      const sender = async (lane: number): Promise<void> => {
        for (let at = 0; alive; at++) {
          const id = `evt_${round}_${lane}_${at}`;
          if (await deliver(child.url, id)) answered.push(id);
          else return;
        }
      };
      const before = answered.length;
      const senders = Array.from({ length: 20 }, async (_, lane) => sender(lane));
      // Killed after another number of answers each round, so that it meets another moment.
      while (answered.length < before + 50 + round * 37) await new Promise((resolve) => setImmediate(resolve));
      child.process.kill("SIGKILL");
      expect((await child.ended).signal).toBe("SIGKILL");
      alive = false;
      await Promise.all(senders);
    }
    const { records } = readCaptures(await readRotated(capture, rotatedOf(capture), all, () => undefined), "captures");
    const kept = new Set(records.map((record) => record.eventId));
    expect(rotatedOf(capture).length > 0).toBe(argv.length > 0);
    expect(answered.length).toBeGreaterThan(kills * 50);
    expect(answered.filter((id) => !kept.has(id))).toEqual([]);
    expect(records.every((record) => record.verdict?.valid === true)).toBe(true);
  });
});
