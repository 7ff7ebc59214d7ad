import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareRequests } from "../../src/compare/compare.ts";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";

const request = (body: string | Buffer, headers: readonly HeaderPair[] = [["Host", "x.test"]]): WebhookRequest => ({
  method: "POST",
  target: "/hooks",
  headers,
  body: Buffer.from(body),
});
const compare = (sent: string | Buffer, received: string | Buffer, headers?: readonly HeaderPair[]) =>
  compareRequests(request(sent, headers), request(received, headers));
const codes = (sent: string | Buffer, received: string | Buffer, headers?: readonly HeaderPair[]): readonly string[] =>
  compare(sent, received, headers).findings.map(({ code }) => code);

describe("the body of smee's well-known damage", () => {
  const sent = '{ "amount":1.0, "url":"https:\\/\\/x.test", "e":"\\u00e9" }';
  const received = '{"amount":1,"url":"https://x.test","e":"é"}';

  test("has all four causes named", () => {
    expect(compare(sent, received).findings.map(({ code, message, firstByte }) => ({ code, message, firstByte })))
      .toMatchInlineSnapshot(`
      [
        {
          "code": "body-reserialized",
          "firstByte": 1,
          "message": "the JSON was re-serialized: it was irregularly spaced and is now compact",
        },
        {
          "code": "body-numbers",
          "firstByte": 10,
          "message": "numbers are written differently: 1 place at amount, 1.0 became 1",
        },
        {
          "code": "body-escapes",
          "firstByte": 18,
          "message": "escapes of the slash changed (\\/ and /): 1 place at url, "https:\\/\\/x.test" became "https://x.test"",
        },
        {
          "code": "body-escapes",
          "firstByte": 39,
          "message": "escapes of non-ASCII characters changed (\\u00e9 and é): 1 place at e, "\\u00e9" became "é"",
        },
      ]
    `);
  });

  test("has its places in step again after each difference", () => {
    expect(compare(sent, received).body).toMatchInlineSnapshot(`
      {
        "firstByte": 1,
        "identical": false,
        "placeCount": 4,
        "places": [
          {
            "received": "",
            "receivedAt": 1,
            "receivedLength": 0,
            "sent": " ",
            "sentAt": 1,
            "sentLength": 1,
          },
          {
            "received": ",",
            "receivedAt": 11,
            "receivedLength": 1,
            "sent": ".0, ",
            "sentAt": 12,
            "sentLength": 4,
          },
          {
            "received": "/",
            "receivedAt": 25,
            "receivedLength": 1,
            "sent": "\\/\\",
            "sentAt": 29,
            "sentLength": 3,
          },
          {
            "received": ""e":"é"",
            "receivedAt": 35,
            "receivedLength": 8,
            "sent": " "e":"\\u00e9" ",
            "sentAt": 41,
            "sentLength": 14,
          },
        ],
        "receivedLength": 44,
        "receivedSha256": "7c2744a09c91ca63a5126ac5de72d452dbde5b4965ff9b7c8ac1df78fd7baf72",
        "sentLength": 56,
        "sentSha256": "d3a5fd8d93f9d7d0d536be8c3a4c1b2f1f67520a196908bd128f0c7b5941178e",
      }
    `);
  });
});

describe("each cause is named", () => {
  const compact = '{"a":1.5,"b":"x y","c":[true,null]}';
  const pretty = JSON.stringify(JSON.parse(compact), null, 2);
  const text = '{"name":"Zoë","city":"Köln"}';
  const form = "a=1%202&b=x%2Fy&c=%C3%A9";
  test.each<[string, string | Buffer, string | Buffer, string[]]>([
    ["pretty to compact", pretty, compact, ["body-reserialized"]],
    ["compact to Python's separators", compact, '{"a": 1.5, "b": "x y", "c": [true, null]}', ["body-reserialized"]],
    ["compact to tabs", compact, JSON.stringify(JSON.parse(compact), null, "\t"), ["body-reserialized"]],
    ["sorted keys", '{"b":1,"a":{"d":1,"c":2}}', '{"a":{"c":2,"d":1},"b":1}', ["body-reserialized"]],
    ["sorted keys and spaces", '{"b":1,"a":2}', '{"a": 2, "b": 1}', ["body-reserialized"]],
    ["a duplicate key dropped", '{"a":1,"a":2}', '{"a":2}', ["body-reserialized"]],
    ["pretty to compact with its last newline gone", `${pretty}\n`, compact, ["body-reserialized"]],
    ["JSON in a JSON string", compact, JSON.stringify(compact), ["body-reserialized"]],
    ["slashes", '{"u":"a\\/b"}', '{"u":"a/b"}', ["body-escapes"]],
    ["slashes put in", '{"u":"a/b"}', '{"u":"a\\/b"}', ["body-escapes"]],
    ["unicode escapes", text, '{"name":"Zo\\u00eb","city":"K\\u00f6ln"}', ["body-escapes"]],
    ["surrogate pairs", '{"a":"😀"}', '{"a":"\\ud83d\\ude00"}', ["body-escapes"]],
    ["upper hex", '{"a":"\\u00eb"}', '{"a":"\\u00EB"}', ["body-escapes"]],
    ["HTML-safe escapes", '{"a":"<b>&"}', '{"a":"\\u003cb\\u003e\\u0026"}', ["body-escapes"]],
    ["escapes in keys", '{"a\\/b":1}', '{"a/b":1}', ["body-escapes"]],
    ["1.0 to 1", '{"a":1.0}', '{"a":1}', ["body-numbers"]],
    ["exponents", '{"a":1e3,"b":1E-2}', '{"a":1000,"b":0.01}', ["body-numbers"]],
    ["precision lost", '{"a":12345678901234567890}', '{"a":12345678901234567000}', ["body-numbers"]],
    ["-0", '{"a":-0}', '{"a":0}', ["body-numbers"]],
    ["a newline added", compact, `${compact}\n`, ["body-whitespace"]],
    ["a newline dropped", `${compact}\r\n`, compact, ["body-whitespace"]],
    ["spaces in front", "plain", "  plain", ["body-whitespace"]],
    ["CRLF to LF", "a\r\nb\r\n", "a\nb\n", ["body-line-endings"]],
    ["LF to CRLF in pretty JSON", pretty, pretty.replaceAll("\n", "\r\n"), ["body-line-endings"]],
    ["line endings and a last newline", "a\r\nb\r\n", "a\nb", ["body-line-endings", "body-whitespace"]],
    ["a byte order mark put in front", compact, `\ufeff${compact}`, ["body-bom"]],
    [
      "a byte order mark stripped, and the JSON written again",
      `\ufeff${pretty}`,
      compact,
      ["body-bom", "body-reserialized"],
    ],
    ["mojibake", text, Buffer.from(Buffer.from(text).toString("latin1"), "utf8"), ["body-charset"]],
    [
      "mojibake through Windows-1252",
      '{"a":"€ “q”"}',
      Buffer.from(new TextDecoder("windows-1252").decode(Buffer.from('{"a":"€ “q”"}'))),
      ["body-charset"],
    ],
    ["mojibake, written again", '{ "name":"Zoë" }', '{"name":"ZoÃ«"}', ["body-charset", "body-reserialized"]],
    ["mojibake repaired", Buffer.from(Buffer.from(text).toString("latin1"), "utf8"), text, ["body-charset"]],
    ["Latin-1", text, Buffer.from(text, "latin1"), ["body-charset"]],
    ["UTF-16", text, Buffer.from(`\ufeff${text}`, "utf16le"), ["body-charset"]],
    ["bytes that are not UTF-8 replaced", Buffer.from([0x61, 0xff, 0x62]), Buffer.from("a\ufffdb"), ["body-charset"]],
    ["question marks", "Zoë", "Zo?", ["body-charset"]],
    ["gzip taken off", gzipSync(compact), compact, ["body-compressed"]],
    ["gzip put on", compact, gzipSync(compact), ["body-compressed"]],
    ["deflate taken off, and written again", deflateSync(pretty), compact, ["body-compressed", "body-reserialized"]],
    ["packed again", gzipSync(compact, { level: 1 }), gzipSync(compact, { level: 0 }), ["body-compressed"]],
    ["nothing came", compact, "", ["body-empty"]],
    ["a part came", compact, compact.slice(0, 20), ["body-truncated"]],
    ["a value changed", compact, compact.replace("x y", "x z"), ["body-altered"]],
    [
      "a value changed, and written again",
      pretty,
      compact.replace("x y", "x z"),
      ["body-reserialized", "body-altered"],
    ],
    ["a key added", '{"a":1}', '{"a":1,"b":2}', ["body-altered"]],
    ["an item dropped", "[1,2]", "[1]", ["body-altered"]],
    ["a type changed", '{"a":1}', '{"a":"1"}', ["body-altered"]],
    ["a number changed", '{"a":1.0}', '{"a":1.1}', ["body-altered"]],
    ["plain text changed", "abc", "abd", ["body-altered"]],
    ["a body where none was", "", "x", ["body-altered"]],
    ["chunk sizes left in", "hello", "5\r\nhello\r\n0\r\n\r\n", ["body-altered"]],
    ["base64 left on", compact, Buffer.from(compact).toString("base64"), ["body-altered"]],
    ["a form's escapes", form, "a=1+2&b=x/y&c=%c3%a9", ["body-escapes"]],
    ["a form decoded", form, "a=1 2&b=x/y&c=é", ["body-escapes"]],
    ["a form as JSON", form, '{"a":"1 2","b":"x/y","c":"é"}', ["body-reserialized"]],
    [
      "numbers and escapes and spacing",
      '{"a":1.0,"u":"\\/"}',
      '{"a": 1, "u": "/"}',
      ["body-reserialized", "body-numbers", "body-escapes"],
    ],
  ])("%s", (_name, sent, received, expected) => {
    expect(codes(sent, received)).toEqual(expected);
  });

  test("brotli by its header", () => {
    expect(codes(brotliCompressSync("hello hello hello"), "hello hello hello", [["content-encoding", "br"]])).toEqual([
      "body-compressed",
    ]);
  });

  test("a changed value is named by its path", () => {
    const [found] = compare('{"a":{"b":[1,{"c":"x"}]}}', '{"a":{"b":[1,{"c":"é"}]}}').findings;
    expect(found).toMatchObject({
      code: "body-altered",
      certain: true,
      message: 'a value changed: a.b.1.c was "x" and is "é"',
      firstByte: 18,
    });
  });
});

describe("headers", () => {
  const pairs = (text: string): readonly HeaderPair[] =>
    text.split("|").map((line): HeaderPair => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]);
  const changes = (sent: string, received: string): readonly string[] =>
    compareRequests(request("", pairs(sent)), request("", pairs(received))).headers.map(
      ({ kind, name, sent: before, received: after, offset }) =>
        `${kind} ${name}: ${before.join("|")} > ${after.join("|")}${offset === null ? "" : ` at ${offset}`}`,
    );
  test.each([
    ["A:1|B:2", "A:1|B:2", []],
    ["A:1", "A:1|Via:p", ["added Via:  > p"]],
    ["A:1|B:2", "A:1", ["removed B: 2 > "]],
    ["A:abc", "A:abd", ["value A: abc > abd at 2"]],
    ["Content-Type:a", "content-type:a", ["case Content-Type: Content-Type > content-type at 0"]],
    ["A:1|B:2|C:3", "C:3|A:1|B:2", ["moved C: 3 > 1"]],
    ["A:1|a:2", "A:1, 2", ["merged A: 1|2 > 1, 2"]],
    ["A:1|A:2", "A:2", ["lost A: 1|2 > 2"]],
    ["A:1, 2", "A:1|A:2", ["split A: 1, 2 > 1|2"]],
    ["A:1|A:2", "A:2|A:1", ["moved A: 1 > 2"]],
    ["A:1|A:2|B:3", "A:2|B:3|A:1", ["moved A: 1 > 3"]],
    ["A:1|a:2", "a:1|A:2", ["case A: A > a at 0", "case a: a > A at 0"]],
    ["A:1|A:2", "A:2|A:3", ["value A: 1 > 2 at 0", "value A: 2 > 3 at 0"]],
  ])("%s to %s", (sent, received, expected) => {
    expect(changes(sent, received)).toEqual(expected);
  });
  const culprits = (sent: string, received: string) =>
    compareRequests(request("", pairs(sent)), request("", pairs(received))).headers.map(({ culprit }) => culprit);
  test.each([
    ["Content-Encoding:gzip", "A:1", /decompressed/],
    ["A:1", "A:1|Content-Encoding:br", /compressed/],
    ["Content-Length:3", "A:1", /needs no length/],
    ["X-Signature:a", "X-Signature:b", /re-signs/],
  ])("%s to %s names who does it", (sent, received, culprit) => {
    expect(culprits(sent, received).join("; ")).toMatch(culprit);
  });
});

test("the request line is compared too", () => {
  const sent = request("x");
  expect(compareRequests(sent, { ...sent, method: "GET", target: "/api/hooks" })).toMatchObject({
    identical: false,
    method: { sent: "POST", received: "GET" },
    target: { sent: "/hooks", received: "/api/hooks", offset: 1 },
    findings: [],
  });
  expect(compareRequests(sent, { ...sent, receivedAt: 5, url: "https://y.test" }).identical).toBe(true);
});

describe("whatever the bytes", () => {
  const edited = fc
    .tuple(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.json().map((json) => Buffer.from(json)),
      ),
      fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.uint8Array({ maxLength: 4 })), { maxLength: 5 }),
    )
    .map(([bytes, edits]) => {
      const sent = Buffer.from(bytes);
      const received = edits.reduce((body, [where, drop, put]) => {
        const at = where % (body.length + 1);
        return Buffer.concat([body.subarray(0, at), put, body.subarray(at + drop)]);
      }, sent);
      return [sent, received] as const;
    });

  test("applying the differences turns the sent body into the received one, and a cause is named only if they differ", () => {
    fc.assert(
      fc.property(edited, ([sent, received]) => {
        const { body, findings, identical } = compare(sent, received);
        expect(identical).toBe(sent.equals(received));
        expect(findings.length > 0).toBe(!identical);
        if (body.placeCount === null || body.placeCount > body.places.length) return;
        let at = 0;
        const parts = body.places.flatMap((place) => {
          const same = sent.subarray(at, place.sentAt);
          at = place.sentAt + place.sentLength;
          return [same, received.subarray(place.receivedAt, place.receivedAt + place.receivedLength)];
        });
        expect(Buffer.concat([...parts, sent.subarray(at)]).equals(received)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ["a megabyte of duplicate keys", Buffer.from(`{${'"a":1,'.repeat(2e5)}"a":1}`), Buffer.from('{"a":1}')],
    ["a megabyte of numbers", Buffer.from(`[${"1.0,".repeat(2e5)}1]`), Buffer.from(`[${"1,".repeat(2e5)}1]`)],
    ["deep JSON", Buffer.from("[".repeat(2e5)), Buffer.from(" ".repeat(2e5))],
    ["a bomb", gzipSync(Buffer.alloc(300 * 1024 * 1024)), Buffer.from("x")],
  ])("it does not take long: %s", (_name, sent, received) => {
    expect(compare(sent, received).identical).toBe(false);
  });
});

test("a form that is decoded or written as JSON has a form's culprit, not one of JSON", () => {
  const form = "text=a%2Fb+c&user=U1&e=%C3%A9";
  for (const [received, message] of [
    ["text=a%2fb%20c&user=U1&e=%c3%a9", "the form's fields are percent-encoded differently"],
    ["text=a/b c&user=U1&e=é", "the form was percent-decoded"],
    ['{"text":"a/b c","user":"U1","e":"é"}', "the form was turned into JSON"],
  ] as const) {
    const [found] = compare(form, received).findings;
    expect(found).toMatchObject({ message, culprit: expect.stringMatching(/form|fields/) });
  }
});

test("a place that differs is shown in whole characters", () => {
  const { places } = compare('{"a":"Zoë"}', Buffer.from(Buffer.from('{"a":"Zoë"}').toString("latin1"))).body;
  expect(places).toMatchObject([{ sentAt: 8, sent: "ë", received: "Ã«" }]);
});

test.each([
  ["GET", /redirect/],
  ["PUT", /creates a new request/],
])("a POST that came as %s names who does it", (method, culprit) => {
  expect(compareRequests(request(""), { ...request(""), method }).method?.culprit).toMatch(culprit);
});
