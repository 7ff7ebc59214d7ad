import { expect, test } from "vitest";
import { bodyPreview } from "../../src/cli/body-preview.ts";
import { makePaint } from "../../src/cli/paint.ts";

const plain = makePaint({ colour: false, width: 80, unicode: true });
const raw = makePaint({ colour: false, width: 80, unicode: true, raw: true });

test("JSON is indented, and every number, escape and key stays as it was sent", () => {
  const body = String.raw`{"b":1.0,"a":"\/é,{","e":{},"l":[1e3,true,[]],"n":{"x":null,"y":false}}`;
  expect(bodyPreview(body, plain)).toEqual([
    "{",
    '  "b": 1.0,',
    String.raw`  "a": "\/é,{",`,
    '  "e": {},',
    '  "l": [',
    "    1e3,",
    "    true,",
    "    []",
    "  ],",
    '  "n": {',
    '    "x": null,',
    '    "y": false',
    "  }",
    "}",
  ]);
  expect(bodyPreview(body, raw)).toEqual([body]);
});

test("keys alone are coloured", () => {
  const paint = makePaint({ colour: true, width: 80, unicode: true });
  expect(bodyPreview('{\n"a":"b"}', paint)[1]).toBe('  \u001b[36m"a"\u001b[39m: "b"');
});

test.each(["a=1&b=2", "{a}", '{"a":{"b":[1,2]}}', '{"a":1', "12", ""])(
  "%j, which is short or not JSON, is shown unchanged",
  (body) => {
    expect(bodyPreview(body, plain)).toEqual([body]);
  },
);

test("omissions are marked between values, and --verbose omits nothing", () => {
  const long = JSON.stringify({ text: "x".repeat(1500), list: Array.from({ length: 40 }, (_, at) => at) });
  const lines = bodyPreview(long, plain);
  expect(lines).toHaveLength(21);
  expect(lines[1]).toMatch(/^ {2}"text": "x{999}… \(502 more characters\),$/);
  expect(lines.at(-1)).toBe("… 25 more lines");
  expect(bodyPreview(long, plain, true).join("")).toContain("x".repeat(1500));
  expect(bodyPreview("y".repeat(1003), plain).at(-1)).toBe("… 3 more characters");
});

test("terminal control sequences are escaped", () => {
  expect(bodyPreview('{\n"\u202e":"\u009b31m"}', plain)[1]).toBe(String.raw`  "\u{202e}": "\x9b31m"`);
  expect(bodyPreview("\u001b[31m", plain)).toEqual([String.raw`\x1b[31m`]);
});

test("hostile nesting neither throws nor pushes everything off the screen", () => {
  const lines = bodyPreview("[".repeat(50_000) + "]".repeat(50_000), plain, true);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(100_001);
});
