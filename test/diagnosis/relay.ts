import { describe, expect, test } from "vitest";
import { compareRequests } from "../../src/compare/compare.ts";
import type { Choice } from "./choice.ts";
import { codes, judged, platform, received } from "./support.ts";

const escapes = String.raw`"https:\/\/x.test"`;

/** JSON as people and databases write it, which a relay such as smee.io parses and rewrites. */
const sentBodies = {
  "a space after { and before }": String.raw`{ "amount":1.0, "url":${escapes}, "e":"\u00e9" }`,
  "written as JavaScript objects are": String.raw`{ "amount": 1.0, "url": ${escapes}, "e": "\u00e9" }`,
  "with another integer besides": String.raw`{ "amount":1.0, "count":3, "url":${escapes}, "e":"\u00e9" }`,
  "with an exponent": String.raw`{ "amount":1e3, "url":${escapes}, "e":"\u00e9" }`,
  "with upper-case digits": String.raw`{ "amount":1.0, "url":${escapes}, "e":"\u00E9" }`,
  "as MongoDB's shell prints it": String.raw`{ "amount" : 1.0, "url" : ${escapes}, "e" : "\u00e9" }`,
  "as PostgreSQL builds it": String.raw`{"amount" : 1.0, "url" : ${escapes}, "e" : "\u00e9"}`,
};

const four = ["body-reserialized", "body-escapes", "body-escapes", "body-numbers"];

const ids = ["10x", "stripe", "standard-webhooks", "hubspot"];
const cases = Object.entries(sentBodies).map(([name, sent], at) => ({ name, sent, at }));

/** Bodies that a relay parsed and wrote again. */
export const relayed = (choose: Choice): void => {
  describe.each(cases)("a body that a relay parsed and wrote again: $name", ({ sent, at }) => {
    const came = Buffer.from(JSON.stringify(JSON.parse(sent)));

    test.each(choose(ids, 2 * ids.length, at))("is found again with all four causes: %s", (id) => {
      const { secret, build } = platform(id);
      const headers = build({ secret: Buffer.from(secret), body: Buffer.from(sent) });
      const verdict = judged(id, received(headers, came), secret);
      expect(codes(verdict)).toEqual(four);
      expect(verdict.findings.every(({ certain }) => certain)).toBe(true);
    });

    test("is told with all four causes where both sides are known", () => {
      const { findings } = compareRequests(received([], Buffer.from(sent)), received([], came));
      expect(findings.map(({ code }) => code).toSorted()).toEqual(four.toSorted());
    });
  });

  test("what cannot be found again is unexplained, and re-serialization is not ruled out", () => {
    const sent = String.raw`{  "amount":1.0,"url":${escapes} ,  "e":"\u00e9" }`;
    const { secret, build } = platform("10x");
    const headers = build({ secret: Buffer.from(secret), body: Buffer.from(sent) });
    const verdict = judged("10x", received(headers, Buffer.from(JSON.stringify(JSON.parse(sent)))), secret);
    expect(codes(verdict)).toEqual(["unexplained"]);
    expect(verdict.findings[0]?.message).toMatch(/Not ruled out: re-serialization/);
  });
};
