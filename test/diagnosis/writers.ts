import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Choice } from "./choice.ts";
import { judged, platform, received } from "./support.ts";

/**
 * What real writers made of one document (Node 20, Python 3.11, orjson, ujson, simplejson, PHP 8.2, Ruby 3.1, Go 1.19,
 * Perl 5.36, Lua's cjson, Jackson 2.14, Gson 2.10, org.json of Android, json-simple 2.3), and what real languages
 * printed of another.
 */
const fixtures = JSON.parse(readFileSync(new URL("../fixtures/writers.json", import.meta.url), "utf8")) as {
  readonly document: string;
  readonly writers: readonly { readonly writer: string; readonly text: string }[];
  readonly printed: string;
  readonly prints: readonly { readonly writer: string; readonly text: string }[];
};

const told = (sent: string, came: string, tries = 150_000) => {
  const { secret, build } = platform("10x");
  const headers = build({ secret: Buffer.from(secret), body: Buffer.from(sent) });
  return judged("10x", received(headers, Buffer.from(came)), secret, { budget: { tries } });
};

const doc = JSON.parse(fixtures.printed) as Record<string, unknown>;
/** Go prints a map by its keys' order. */
const sorted = JSON.stringify(doc, (_, value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value,
);
/** print_r() tells true from 1 and null from nothing no more. */
const untyped = JSON.stringify({
  ...doc,
  paid: 1,
  none: "",
  data: { object: { id: "cus_9", email: "", tags: ["a", "b"] } },
});

const bodyCodes = /^body-(?:reserialized|escapes|numbers|whitespace)$/;

/** What real writers wrote, and what they printed. */
export const writers = (choose: Choice): void => {
  describe("what a real writer wrote and JavaScript wrote again is found again", () => {
    test.each(choose(fixtures.writers, 7).map(({ writer, text }) => [writer, text] as const))("%s", (_writer, text) => {
      const { findings } = told(text, JSON.stringify(JSON.parse(text)));
      for (const { code, certain } of findings)
        expect([code, certain]).toEqual([expect.stringMatching(bodyCodes), true]);
    });
  });

  describe("what a language printed of a parsed body, or of its bytes, is read back", () => {
    test.each(choose(fixtures.prints, 3).map(({ writer, text }) => [writer, text] as const))("%s", (writer, text) => {
      const sent = writer.startsWith("Go's %#v") ? sorted : writer.includes("print_r") ? untyped : JSON.stringify(doc);
      const { findings } = told(sent, text);
      expect(findings[0]).toMatchObject({ code: "body-reserialized", certain: true });
      expect(findings[0]?.message).toMatch(/is converted back to JSON|the bytes|hex digits|b'…'|base64/);
    });
  });

  describe("what cannot be read back is named, and nothing is proved", () => {
    const lines = JSON.stringify({ id: "evt_1", data: { a: { b: { c: 1 } } }, list: [1] });
    const ordered = { id: 1, object: 2, type: 3, created: 4, livemode: 5, amount: 6, customer: 7 };
    const keys = (order: string): string => JSON.stringify(Object.fromEntries(order.split(" ").map((key) => [key, 1])));
    test.each([
      ["{ id: 'evt_1', data: { a: { b: [Object] } }, list: [ 1 ] }", "an object printed by console.log()"],
      ["{\n  list: [\n    1, 2,\n    ... 30 more items\n  ]\n}", "more items"],
      [`<Buffer ${"7b ".repeat(50)}... 10 more bytes>`, "a Buffer printed by"],
      ["map[data:map[a:1] id:evt_1 list:[1 2]]", "Go's %v"],
      ["{id=evt_1, ok=true}", "Java's Map.toString()"],
      ["Array\n(\n    [id] => evt_1\n    [ok] => 1\n)\n", "PHP's print_r()"],
      ['Object {"id": String("evt_1"), "n": Number(1)}', "Rust's {:?}"],
      ["#<Stripe::Event id=evt_1>", "Ruby's inspect"],
      ["{'id': 'evt_1', 'ok': True}", "a printed version of a parsed one (str(data)"],
      [
        JSON.stringify(Object.fromEntries(Object.entries(ordered).toSorted(([a], [b]) => (a < b ? -1 : 1)))),
        "keys are sorted, as with Go maps",
      ],
      [keys("id type amount object created customer livemode"), "sorted by length"],
      [keys("amount created livemode id type object customer"), ""],
    ])("%s", (came, words) => {
      const { findings, matchedSecret } = told(`${lines} and more`, came, 500);
      expect(matchedSecret).toBeNull();
      expect(findings.map(({ code, certain }) => [code, certain])).toEqual([["unexplained", false]]);
      expect(findings[0]?.message).toContain(words);
    });
  });

  describe("key orders of writers are restored", () => {
    test("HashMap of Java", () => {
      const sent = fixtures.writers.find(({ writer }) => writer === "json-simple 2.3")?.text ?? "";
      const { findings } = told(sent, JSON.stringify(JSON.parse(fixtures.document)));
      expect(findings[0]).toMatchObject({ code: "body-reserialized", certain: true });
      expect(findings[0]?.message).toContain("HashMap");
    });

    test("jsonb of PostgreSQL", () => {
      const sent = '{"a": 1, "id": "evt_1", "data": {"b": [1, 2], "aa": null}, "type": "x"}';
      const { findings } = told(sent, '{"id":"evt_1","type":"x","data":{"aa":null,"b":[1,2]},"a":1}');
      expect(findings[0]).toMatchObject({ code: "body-reserialized", certain: true });
      expect(findings[0]?.message).toContain("jsonb");
    });
  });

  describe("values that frameworks put in each other's place are put back", () => {
    test.each([
      ['{"a":{},"b":[1]}', '{"a":[],"b":[1]}', "each [] is changed back to {}"],
      ['{"a":{},"b":[],"c":[]}', '{"a":[],"b":[],"c":[]}', "the first [] is changed back to {}"],
      ['{"a":[],"b":1}', '{"a":{},"b":1}', "each {} is changed back to []"],
      ['{"a":"","b":1}', '{"a":null,"b":1}', 'each null is changed back to ""'],
      ['{"a":1,"c":{"d":2}}', '{"z":null,"a":1,"b":null,"c":{"d":2,"e":null,"f":null}}', "null members are removed"],
      ['{"c":{}}', '{"c":{"e":null}, "f":null}', "null members are removed"],
      ['{ "a": 1, "c": 2 }', '{"a":1,"b":null,"c":2}', "null members are removed"],
      ['{"at":"2025-06-15T12:00:00.000Z"}', '{"at":"2025-06-15T12:00:00Z"}', "three fractional digits"],
      ['{"at":"2025-06-15T12:00:00Z"}', '{"at":"2025-06-15T12:00:00.000Z"}', "trailing zeros"],
      ['{"at":"2025-06-15T12:00:00.1Z"}', '{"at":"2025-06-15T12:00:00.100Z"}', "trailing zeros"],
      ['{"at":"2025-06-15T12:00:00+00:00"}', '{"at":"2025-06-15T12:00:00Z"}', "is changed back to +00:00"],
      ['{"id":1234567890123456789}', '{"id":1234567890123456800}', "is changed back to 1234567890123456789"],
      [
        '{"user":{"id":90071992547409931},"id":90071992547409931}',
        '{"user":{"id":90071992547409940},"id":90071992547409940}',
        "rounded",
      ],
      ['{"a":"<b> & \\"c\\""}', '{"a":"&lt;b&gt; &amp; \\"c\\""}', "HTML entities"],
      ['{"a":"x"}', "{&quot;a&quot;:&quot;x&quot;}", "HTML entities"],
      ['{"a":"x"}', "{&amp;quot;a&amp;quot;:&amp;quot;x&amp;quot;}", "decoded twice"],
      ['{"a":"é"}', "\\x7b2261223a22c3a9227d", "hex digits"],
      ['{"a":"é"}', '"eyJhIjoiw6kifQ=="', "base64 inside its quotes"],
      ['{"a":"é"}', "data:application/json;base64,eyJhIjoiw6kifQ==", "data: URL"],
      ['{"a":"é"}', "[123, 34, 97, 34, 58, 34, -61, -87, 34, 125]", "list of numbers"],
      ['{"id": "a"}', '%{"id" => "a"}', "Elixir's inspect()"],
      ['{"id":"a","n":null}', '{"id" => "a", "n" => nil}', "Ruby's inspect"],
      ['{"id":"a","n":[1,2]}', '{id: "a", n: [1, 2]}', "is converted back to JSON"],
      ['{"id":"a","n":[1,2]}', "[\n  'id' => 'a',\n  'n' => [1, 2],\n]", "PHP's var_export()"],
    ])("%s came as %s", (sent, came, words) => {
      const { findings } = told(sent, came);
      expect(findings.every(({ certain }) => certain)).toBe(true);
      expect(findings.map(({ message }) => message).join(" ")).toContain(words);
    });
  });
};
