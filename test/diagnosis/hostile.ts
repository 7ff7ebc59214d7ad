import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJson } from "../../src/values/json-text.ts";
import { keepStyle } from "../../src/values/json-style.ts";
import type { JsonStyle } from "../../src/values/json-style.ts";
import { JsonDocument } from "../../src/values/json-writer.ts";
import { judged, platform, platforms, received } from "./support.ts";

/** Small searches, so that thousands of them take seconds. */
const budget = { tries: 200, bytes: 2_000_000 };

const anyBody = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
  fc.string({ unit: "binary", maxLength: 120 }).map((text) => Buffer.from(text)),
  fc
    .constantFrom(
      "[".repeat(2000),
      '{"a":'.repeat(600),
      "1e999999",
      "-0.0e-0",
      '{"a":1e400,"a":9007199254740993}',
      '"\\ud800"',
      '{"\\u0000":"\0"}',
      "\ud800",
      "{}",
      "",
      "%",
      "%zz=%",
      "a=b&c",
    )
    .map((text) => Buffer.from(text)),
  fc.json().map((text) => gzipSync(text).subarray(0, 40)),
);

const anyText = fc.oneof(
  fc.string({ maxLength: 90 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.stringMatching(/^(?:sha256=|v1=|t=1,v1=|v1,)?[0-9a-fA-F]{0,70}$/),
  fc.base64String({ maxLength: 100 }),
);

const written = (text: string, style: JsonStyle): string | undefined => {
  const root = readJson(text);
  return root && new JsonDocument(text, root).write(style).toString("utf8");
};

/** Random requests and texts, so many times the usual number. */
export const hostile = (times: number): void => {
  describe("hostile and random requests", () => {
    test("never crash the search and never prove anything, however they look", () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...platforms),
          anyBody,
          anyText,
          anyText,
          fc.uint8Array({ maxLength: 40 }),
          (one, body, signature, other, secret) => {
            const headers = one
              .build({ secret: Buffer.from("x"), body })
              .map(([name], index, all): [string, string] => [name, index === all.length - 1 ? signature : other]);
            const verdict = judged(
              one.id,
              received(
                [...headers, ["Content-Length", other.slice(0, 3)], ["Content-Encoding", "gzip"], ["Forwarded", other]],
                body,
              ),
              Buffer.from(secret),
              { budget },
            );
            expect(verdict.valid).toBe(false);
            // What is certain was seen in the request; nothing may claim a match.
            expect(verdict.matchedSecret).toBeNull();
            for (const finding of verdict.findings)
              if (finding.certain) expect(finding.message).not.toMatch(/matches once/);
          },
        ),
        { numRuns: 80 * times },
      );
    });

    test("signed with a secret nobody knows are never proved", () => {
      fc.assert(
        fc.property(fc.constantFrom(...platforms), anyBody, (one, body) => {
          const headers = one.build({ secret: Buffer.from(`whsec_${randomBytes(24).toString("base64")}`), body });
          const verdict = judged(one.id, received(headers, body), one.secret, { budget });
          expect(verdict.matchedSecret).toBeNull();
          expect(
            verdict.findings.filter((finding) => finding.certain && !/^body-(?:empty|charset)/.test(finding.code)),
          ).toEqual([]);
        }),
        { numRuns: 60 * times },
      );
    });

    test("correctly signed are valid whatever their bytes", () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...platforms.filter((one) => one.id !== "agentflow")),
          fc.uint8Array({ maxLength: 300 }),
          (one, bytes) => {
            const body = Buffer.from(bytes);
            expect(
              judged(one.id, received(one.build({ secret: Buffer.from(one.secret), body }), body), one.secret).valid,
            ).toBe(true);
          },
        ),
        { numRuns: 200 * times },
      );
    });

    test("an empty secret proves nothing", () => {
      for (const secret of ["", "\n", "  ", '""', "whsec_"]) {
        const body = Buffer.from('{"a":1}');
        const one = platform("10x");
        const verdict = judged("10x", received(one.build({ secret: Buffer.from(one.secret), body }), body), secret);
        const codes = verdict.findings.map((finding) => finding.code);
        expect([secret, ...codes]).toEqual([secret, "secret-unfit", "unexplained"]);
        expect(verdict.findings[1]?.message).toContain("nothing is ruled out");
      }
    });

    test("a search that its budget ended says no more than what it tried to be ruled out", () => {
      const body = Buffer.from('{"a":1}');
      const one = platform("10x");
      const request = received(one.build({ secret: Buffer.from("another"), body }), body);
      const messageWith = (tries: number): string =>
        judged("10x", request, one.secret, { budget: { tries } }).findings[0]?.message ?? "";
      expect(messageWith(1)).toContain(
        "Ruled out: 1 secret in 1 encoding, 1 way to compute the signature (1 algorithm, 1 signed content), and the body as received. Not ruled out: most combinations",
      );
      expect(messageWith(100_000)).toMatch(/1 secret in \d\d encodings, \d{2,3} ways .* and in \d{3,4} changed forms/);
    });
  });

  describe("JSON styles", () => {
    test("keep every byte where nothing is to change", () => {
      fc.assert(
        fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom("", " ", "\n", "\ufeff"), (text, end) => {
          const padded = (end === "\ufeff" ? end : "") + text + (end === "\ufeff" ? "" : end);
          expect(written(padded, keepStyle)).toBe(padded);
        }),
        { numRuns: 400 * times },
      );
    });

    test("compact and JavaScript's order, numbers and escapes are what JSON.stringify makes", () => {
      fc.assert(
        fc.property(fc.json({ maxDepth: 5, noUnicodeString: false }), (text) => {
          const pretty = JSON.stringify(JSON.parse(text), null, 2);
          const made = written(pretty, {
            spacing: { kind: "flat", item: ",", colon: ":", pad: "" },
            order: "js",
            strings: {},
            numbers: { kind: "js" },
          });
          expect(made).toBe(JSON.stringify(JSON.parse(pretty)));
        }),
        { numRuns: 400 * times },
      );
    });
  });
};
