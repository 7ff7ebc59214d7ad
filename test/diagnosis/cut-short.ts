import { describe, expect, test } from "vitest";
import type { Verdict } from "../../src/signature/verdict.ts";
import type { Choice } from "./choice.ts";
import { codes, judged, platforms, received } from "./support.ts";

const body = Buffer.from('{"id":"evt_1","amount":12,"note":"a/b"}');
/** Bytes that are left of 32; five of them may match by chance. */
const lengths = [
  [8, "is signature-truncated"],
  [16, "is signature-truncated"],
  [31, "is signature-truncated"],
  [5, "proves nothing"],
] as const;

/** A signature of which the beginning is left, on every platform. */
export const cutShort = (choose: Choice): void => {
  describe.each(platforms.map((one, at) => [one.id, one, at] as const))("of %s", (id, one, at) => {
    const cutTo = (length: number): Verdict => {
      const write = (mac: Buffer): string => mac.subarray(0, length).toString(one.encoding);
      return judged(id, received(one.build({ secret: Buffer.from(one.secret), body, write }), body), one.secret);
    };

    test.each(choose(lengths, lengths.length, at % lengths.length))("cut to %i bytes %s", (length, what) => {
      const verdict = cutTo(length);
      const proved = verdict.findings.filter(({ code, certain }) => code === "signature-truncated" && certain);
      if (what === "proves nothing") expect(proved).toEqual([]);
      else expect([...codes(verdict), proved.length]).toEqual(["signature-truncated", 1]);
    });
  });
};
