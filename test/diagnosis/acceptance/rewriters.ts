import { describe, expect, test } from "vitest";
import type { Choice } from "../choice.ts";
import { numbers, odd, parse } from "./documents.ts";
import { diagnosed, parting, proved, told, turn } from "./judging.ts";
import { platforms } from "./platforms.ts";
import { differences, stacks } from "./stacks.ts";

// ed25519 signatures are checked, not recomputed: fewer explanations are within reach.
const recomputed = platforms.filter((one) => one.keyed !== "ed25519");

const written = Object.entries(odd).flatMap(([name, text]) => {
  const doc = parse(text);
  return stacks.flatMap((sender) =>
    stacks.flatMap((relay) => {
      const [sent, came] = [sender.write(doc), relay.write(doc)];
      if (sent === came || (sender.rare === true && relay.rare === true)) return [];
      // A relay that sorts keys takes their order away for good.
      if (relay.sorts === true && JSON.stringify(JSON.parse(sent)) !== JSON.stringify(JSON.parse(came))) return [];
      return [{ name: `${name}: ${sender.name} came as ${relay.name}`, sent, came }];
    }),
  );
});
// Many stacks write the same: a pair of texts is tried once, under the names of the last two that write it.
const writings = [...new Map(written.map((one) => [`${one.sent}\0${one.came}`, one])).values()];

/** Documents that one stack wrote and another wrote again. */
export const rewritings = (choose: Choice): void => {
  describe("a document that one stack wrote and another wrote again is told", () => {
    test.each(choose(writings, 127).map((one, at) => [one.name, one, turn(recomputed, at)] as const))(
      "%s",
      (_name, { sent, came }, platform) => {
        const expected = differences(sent, came);
        const verdict = diagnosed(platform, Buffer.from(sent), Buffer.from(came));
        expect(told(verdict)).toEqual(proved(expected));
        if (expected.length === 1) {
          expect(verdict.findings[0]?.firstByte).toBe(parting(Buffer.from(sent), Buffer.from(came)));
        }
      },
    );
  });

  describe("a number that a parser printed again is told", () => {
    test.each(
      Object.entries(numbers).flatMap(([name, sent]) =>
        choose(recomputed, 13).map((platform) => [`${name} to ${platform.name}`, sent, platform] as const),
      ),
    )("%s", (_name, sent, platform) => {
      const came = JSON.stringify(JSON.parse(sent));
      const verdict = diagnosed(platform, Buffer.from(sent), Buffer.from(came));
      expect(told(verdict)).toEqual(proved(["body-numbers"]));
      expect(verdict.findings[0]?.firstByte).toBe(parting(Buffer.from(sent), Buffer.from(came)));
    });
  });
};
