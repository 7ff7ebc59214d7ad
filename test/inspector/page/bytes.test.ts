import { expect, test } from "vitest";
import { decodeBytes, hexRows, prettyLines, rawParts, withSpacesSeen } from "../../../src/inspector/page/bytes.ts";
import type { Part, Range } from "../../../src/inspector/page/bytes.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (lines: readonly (readonly Part[])[] | undefined): string | undefined =>
  lines?.map((line) => line.map(({ text }) => text).join("")).join("\n");
const hitsOf = (text: string, ranges: readonly Range[]): readonly string[] =>
  prettyLines(bytes(text), ranges)
    ?.flat()
    .filter(({ hit }) => hit)
    .map(({ text: hit }) => hit) ?? [];

test("JSON is indented, and every number, escape and duplicate key stays as it is written", () => {
  const body = '{"a":1.0,"a":1e3,"u":"\\u00e9\\/","deep":[{},[],[true,null]],"n":-0}';
  expect(textOf(prettyLines(bytes(body), []))).toBe(
    '{\n  "a": 1.0,\n  "a": 1e3,\n  "u": "\\u00e9\\/",\n  "deep": [\n    {},\n    [],\n    [\n      true,\n      null\n    ]\n  ],\n  "n": -0\n}',
  );
});

test("what is not JSON is not indented", () => {
  expect(prettyLines(bytes("{'a':1}"), [])).toBeUndefined();
  expect(prettyLines(bytes(""), [])).toBeUndefined();
});

test("bytes that differ are marked in indented JSON, counted in bytes of UTF-8", () => {
  const body = '{"who":"Zoë","n":1,"end":true}';
  const at = bytes('{"who":"Zoë","n":').length;
  expect(hitsOf(body, [{ from: at, to: at + 1 }])).toEqual(["1"]);
});

test("where bytes are missing a mark without text shows the place and what was signed there", () => {
  const parts = prettyLines(bytes('{"n":1,"b":2}'), [{ from: 6, to: 6, expected: ".0" }])?.flat() ?? [];
  expect(parts.filter(({ hit }) => hit)).toEqual([{ text: "", hit: true, kind: "plain", expected: ".0" }]);
});

test("white space that differs marks the token behind it", () => {
  expect(hitsOf('{"n": 1}', [{ from: 5, to: 6 }])).toEqual(["1"]);
});

test("raw text is cut where it starts and stops to differ, and loses nothing", () => {
  const parts = rawParts(bytes("abcdef"), [
    { from: 1, to: 2 },
    { from: 4, to: 4 },
  ]);
  expect(parts.map(({ text, hit }) => (hit ? `[${text}]` : text)).join("")).toBe("a[b]cd[]ef");
});

test("a hex dump marks the bytes that differ and shows no control character", () => {
  const [row, next] = hexRows(
    Uint8Array.from({ length: 18 }, (_, index) => index + 0x1b),
    [{ from: 17, to: 18 }],
    10,
  );
  expect(row?.cells.map(({ char }) => char).join("")).toBe("····· !\"#$%&'()*");
  expect(next?.cells).toEqual([
    { hex: "2b", char: "+", hit: false },
    { hex: "2c", char: ",", hit: true },
  ]);
});

test("bytes come as text or as base64", () => {
  expect([...decodeBytes({ encoding: "base64", data: "AP8=" })]).toEqual([0, 255]);
  expect([...decodeBytes({ encoding: "utf8", data: "é" })]).toEqual([0xc3, 0xa9]);
});

test("spaces that differ are seen", () => {
  expect([" ", "   ", ".0, ", "a"].map(withSpacesSeen)).toEqual(["a space", "3 spaces", ".0,␣", "a"]);
});
