import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BodyVariants } from "../../src/diagnosis/bodies.ts";
import { BudgetTracker } from "../../src/diagnosis/budget.ts";
import { transforms } from "../../src/diagnosis/transforms/index.ts";
import { change } from "../../src/diagnosis/types.ts";
import type { Body, Transform } from "../../src/diagnosis/types.ts";
import { utf8Text } from "../../src/request/request.ts";
import type { Choice } from "./choice.ts";
import { judged, platform, platforms, received } from "./support.ts";

const seed = 20_261_130;

const bodyOf = (bytes: Buffer, more: Partial<Body> = {}): Body => ({
  bytes,
  text: utf8Text(bytes),
  facts: { contentLength: bytes.length - 1, contentEncoding: "gzip, deflate, br", contentType: "text/plain" },
  room: 10,
  affords: () => true,
  ...more,
});

/** What a stranger sends to end a program: halves of surrogates, depth, length, figures, encodings cut short. */
const hostileTexts = [
  '{"a":"\\ud800"}',
  '{"\\udc00":"\\ud83d","b":"\\ud800\\u0041"}',
  '["\\ud800\\ud800"]',
  "a=%ud800&b=%",
  "payload=%7B%22a%22%3A%ED%A0%80",
  "a=b=c&&=&=d&%=%",
  "[".repeat(499) + "]".repeat(499),
  "[".repeat(100_000),
  '{"a":'.repeat(450) + "1" + "}".repeat(450),
  '{"__proto__":{"a":1},"constructor":null,"toString":"x"}',
  "1e999999",
  `{"a":1${"0".repeat(5000)}1,"b":-0.${"0".repeat(5000)}1,"c":1e-99999,"d":${"9".repeat(400)}}`,
  '{"":{"":{"":[]}},"a":[[],{},[{}]],"b":null}',
  `"${"\\u0000".repeat(3000)}"`,
  "'",
  '"',
  "b'",
  "b'\\x",
  "''",
  "ffffff\r\n",
  "0\r\n\r\n",
  "\ufeff",
  "\ufeff\ufeff[]",
  "{'a': None, 'b': 'c\\ud800'}",
  '{"type":"Buffer","data":[1,256,-1,1.5]}',
  "<Buffer 7b 2",
  "&#xd800;&#1114112;&#99999999999;&quot",
  "array(1) {\n  [",
  "{a=1, b={",
  "map[a:map[",
  "\\x7b\\x",
  "",
].map((text) => Buffer.from(text));

const hostileBytes = [
  ...hostileTexts,
  Buffer.from([0xff, 0xfe, 0x00]),
  Buffer.from([0xfe, 0xff, 0xd8, 0x00]),
  Buffer.from([0xff, 0xfe, 0x00, 0xd8]),
  Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d]),
  Buffer.alloc(3),
  gzipSync(Buffer.alloc(100_000, "a")),
  gzipSync("{}").subarray(0, 12),
  Buffer.from([0x78, 0x9c, 0x00]),
];

const mutated = fc
  .tuple(
    fc.constantFrom(...hostileBytes.filter(({ length }) => length < 4000)),
    fc.nat(),
    fc.uint8Array({ maxLength: 9 }),
    fc.nat(9),
  )
  .map(([body, place, put, cut]) => {
    const at = body.length === 0 ? 0 : place % body.length;
    return Buffer.concat([body.subarray(0, at), Buffer.from(put), body.subarray(at + cut)]);
  });

const anyBody = fc.oneof(
  mutated,
  fc.json({ maxDepth: 4, noUnicodeString: false }).map((text) => Buffer.from(text)),
  fc.string({ unit: "binary", maxLength: 80 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes)),
  fc.webQueryParameters().map((text) => Buffer.from(text)),
);

/** Makes every change, and tells it. */
const made = (transform: Transform, body: Body, most = Infinity): void => {
  let count = 0;
  for (const one of transform.changes(body)) {
    const after = one.bytes();
    if (after !== undefined) one.steps(body.bytes, after);
    if (++count >= most) return;
  }
};

const mega = 9_000_000;
const filled = (unit: string, around = ["", ""]): Buffer =>
  Buffer.from(`${around[0]}${unit.repeat(Math.floor(mega / Buffer.byteLength(unit)))}${around[1]}`);
const large: readonly (readonly [string, Buffer])[] = [
  ["letters", filled("a")],
  ["CRLF", filled("\r\n")],
  ["spaces", filled(" ")],
  ["base64", filled("QUJD")],
  ["a quoted text", filled("x", ["'", "'"])],
  ["a JSON string", filled("é/<", ['"', '"'])],
  ["a JSON list", filled("1,", ["[", "1]"])],
  ["a form", filled("a=b&")],
  ["percents", filled("%20", ["a=", ""])],
  ["chunks", filled("1\r\na\r\n")],
  ["escaped quotes", filled('\\"')],
  ["NUL", Buffer.alloc(mega)],
  ["what is no UTF-8", Buffer.alloc(mega, 0xff)],
  ["UTF-16", Buffer.from(`\ufeff${"x".repeat(mega / 2)}`, "utf16le")],
  ["entities", filled("&quot;")],
  ["a Python dict", filled("'a': 1, ", ["{", "}"])],
  ["a list of bytes", filled("12,", ["[", "1]"])],
  ["hex", filled("7b")],
  ["digits of one number", filled("10", ['{"a":', "}"])],
];

/** Every change on every body, so many times the usual number. */
export const total = (times: number, choose: Choice): void => {
  const each = transforms.map((one, at) => [`${one.family} ${one.layer}`, one, at] as const);
  describe.each(each)("%s", (_name, transform, turn) => {
    test("makes or leaves out each change of a hostile body", () => {
      for (const bytes of choose(hostileBytes, 3, turn % 3)) made(transform, bodyOf(bytes), 3000);
    });

    test("makes or leaves out each change of any body", () => {
      const each = fc.property(anyBody, (bytes) => made(transform, bodyOf(bytes), 400));
      fc.assert(each, { numRuns: 24 * times, seed });
    });

    test.each(choose(large, large.length, turn % large.length))("bears 9 MB of %s", (_kind, bytes) => {
      made(transform, bodyOf(bytes), 2);
    });
  });

  describe("the search", () => {
    test.each(choose(large, 9))("over 9 MB of %s ends at its budget and at its time", (_kind, body) => {
      const one = platform("10x");
      const request = received([["x-arjun-signature", `sha256=${"ab".repeat(32)}`]], body);
      const bytes = 50_000_000;
      const verdict = judged("10x", request, one.secret, { budget: { bytes } });
      expect(verdict.tried * body.length).toBeLessThanOrEqual(bytes);
      // Time passes with every look at the clock: what is dear lies between two looks.
      let time = 0;
      const late = judged("10x", request, one.secret, { budget: { ms: 8 }, now: () => time++ });
      expect(late.tried).toBeLessThanOrEqual(8);
      for (const { findings } of [verdict, late]) expect(findings.map(({ code }) => code)).toEqual(["unexplained"]);
    });

    test("bears any body with any platform, within its budget, and proves nothing", () => {
      const each = fc.property(fc.constantFrom(...platforms), anyBody, fc.nat(40), (one, body, tries) => {
        const headers = one.build({ secret: Buffer.from("nobody knows this one"), body });
        const verdict = judged(one.id, received(headers, body), one.secret, { budget: { tries, bytes: 3_000_000 } });
        expect(verdict.matchedSecret).toBeNull();
        for (const finding of verdict.findings)
          if (finding.certain) expect(finding.message).not.toMatch(/matches once/);
      });
      fc.assert(each, { numRuns: 60 * times, seed });
    });

    test("says which changes could not be tested, and rules nothing of them out", () => {
      const broken: Transform = {
        family: "broken",
        layer: 1,
        *changes() {
          yield change(1, { code: "body-bom", done: "it fails" }, () => {
            throw new RangeError("too long");
          });
          throw new URIError("malformed");
        },
      };
      const facts = { contentLength: undefined, contentEncoding: undefined, contentType: undefined };
      const variants = new BodyVariants(Buffer.from("{}"), facts, [broken, ...transforms]);
      const tracker = new BudgetTracker({ bytes: 1e8, tries: 1000, ms: 1000 }, undefined);
      const bodies = [0, 1, 2].flatMap((cost) => variants.at(cost, tracker));
      expect(bodies.map((one) => one.bytes()?.toString())).toContain("{}\n");
      expect([...variants.failed]).toEqual(["broken"]);
    });
  });
};
