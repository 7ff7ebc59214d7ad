import { describe, expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../src/values/duration.ts";
import { escapeBlock, escapeControls, safeJson } from "../../src/values/escape.ts";
import { parseInstant } from "../../src/values/instant.ts";
import { nodeAt, readJson, scalarText, setJson } from "../../src/values/json-text.ts";
import { parseRate } from "../../src/values/rate.ts";
import { Secret } from "../../src/values/secret.ts";
import { formatSize, parseSize } from "../../src/values/size.ts";

describe("durations", () => {
  test.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["5m", 300_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
    ["1.5s", 1500],
    ["5", 5000],
    [" 0.5 ", 500],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(["5.5.5", "-1h", "2y", "", "h", "1h30m", "1e3s"])("'%s' is refused", (text) => {
    expect(() => parseDuration(text)).toThrow("is not a duration");
  });

  test.each([
    [40, "40ms"],
    [1200, "1.2s"],
    [303_000, "5m 3s"],
    [95_760_000, "1d 2h"],
    [7_200_000, "2h"],
    [-90_000, "-1m 30s"],
  ])("%d ms is shown as %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe("points in time", () => {
  const now = Date.UTC(2026, 5, 19, 12);
  test.each([
    ["2026-06-19T12:00:00Z", now],
    ["2026-06-19T14:00:00+02:00", now],
    ["2026-06-19 12:00", now],
    ["2026-06-19", Date.UTC(2026, 5, 19)],
    ["1781870400", 1_781_870_400_000],
    ["2h", now - 7_200_000],
    ["2h ago", now - 7_200_000],
    ["now", now],
  ])("%s", (text, ms) => {
    expect(parseInstant(text, now)).toBe(ms);
  });

  test.each(["yesterday", "2026-13-01", "12:00", "2026-06-19T12:00:00X", ""])("'%s' is refused", (text) => {
    expect(() => parseInstant(text, now)).toThrow("is not a point in time");
  });
});

test.each([
  ["10mb", 10 * 1024 * 1024],
  ["512", 512],
  ["64kb", 65_536],
  ["1GiB", 1024 ** 3],
])("%s is %d bytes", (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test("sizes are shown in the unit that reads best", () => {
  expect([812, 1536, 10 * 1024 ** 2].map(formatSize)).toEqual(["812 B", "1.5 kB", "10 MB"]);
});

test.each([
  ["50/s", 50],
  ["50", 50],
  ["300/m", 5],
])("%s is %d events a second", (text, rate) => {
  expect(parseRate(text)).toBe(rate);
});

describe("text from outside", () => {
  test("every control character is shown, C1, bidi and lone surrogates too", () => {
    expect(escapeControls("a\u001b[2Jb\u009bc\u202ed\ud800e\u2028f\u007f")).toBe(
      "a\\x1b[2Jb\\x9bc\\u{202e}d\\u{d800}e\\u{2028}f\\x7f",
    );
  });

  test("a block keeps its lines, and no line can pass for a runner's command", () => {
    expect(escapeBlock("a\n::error::x\n  ##[group]\u001b")).toBe("a\n\\::error::x\n  #\\#[group]\\x1b");
  });

  test("JSON goes out without raw controls and parses back to the same", () => {
    const value = { text: "\u007f\u009b\u202e\u2028\ud800 é 😀" };
    const json = safeJson(value);
    expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(JSON.parse(json)).toEqual(value);
  });

  test("a secret never shows itself", () => {
    const secret = new Secret("env:S", "hunter2");
    const shown = [String(secret), JSON.stringify({ secret }), `${secret}`].join(" ");
    expect(shown).not.toContain("hunter2");
    expect(shown).toContain("env:S (fingerprint f52fbd32)");
  });
});

describe("lossless JSON", () => {
  const text = `{ "amount":1.0, "url":"https:\\/\\/x.test", "e":"\\u00e9", "a":1, "a":[true, null] }`;

  test("numbers, escapes and duplicate keys keep their text", () => {
    const root = readJson(text);
    expect(root?.kind === "object" && root.members.map((member) => member.key)).toEqual([
      "amount",
      "url",
      "e",
      "a",
      "a",
    ]);
    expect(root && scalarText(nodeAt(root, "amount"))).toBe("1.0");
    expect(root && scalarText(nodeAt(root, "url"))).toBe("https://x.test");
    expect(root && nodeAt(root, "a.0")).toMatchObject({ kind: "literal", raw: "true" });
  });

  test("setting a value leaves every other byte", () => {
    expect(setJson(text, "amount", "2")).toBe(text.replace("1.0", "2"));
    expect(setJson(text, "extra", '"x"')).toBe(text.replace(" }", `,"extra":"x" }`));
    expect(setJson(`{}`, "a.b", "1")).toBe(`{"a":{"b":1}}`);
    expect(setJson(`[1]`, "a", "1")).toBeUndefined();
  });

  test.each(["", "{", "[1,]", "{'a':1}", "01", "1 2", '"\u0001"', "nul", '{"a" 1}'])("%j is not JSON", (bad) => {
    expect(readJson(bad)).toBeUndefined();
  });

  test("deep nesting is refused, not crashed on", () => {
    expect(readJson("[".repeat(100_000))).toBeUndefined();
  });

  test("a string of fifty million characters is read", () => {
    const long = `{"a":"${"x".repeat(50_000_000)}"}`;
    expect(readJson(long)?.end).toBe(long.length);
  });
});
