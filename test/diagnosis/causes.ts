import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { FindingCode } from "../../src/signature/verdict.ts";
import type { Choice } from "./choice.ts";
import { codes, judged, platform, platforms, received } from "./support.ts";

interface BodyCase {
  readonly name: string;
  readonly codes: readonly FindingCode[];
  readonly sent: Buffer;
  readonly received: Buffer;
}

interface SecretCase {
  readonly name: string;
  readonly code: FindingCode;
  /** The key the signer had, from the one that is given. */
  readonly signer: (secret: string) => string;
  readonly given: (secret: string) => string;
}

const value = {
  id: "evt_1",
  amount: 12,
  name: "Zoë",
  url: "https://x.test/a",
  list: [1, 2],
  nested: { b: true, a: null },
};
const compact = JSON.stringify(value);
const pretty = JSON.stringify(value, null, 2);
const python = compact.replace(/([,:])(?=["\d[{tn])/g, "$1 ").replace(/https: \/\//, "https://");
const escaped = (text: string): string =>
  text.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
const bytes = (text: string): Buffer => Buffer.from(text, "utf8");
const body = (name: string, list: readonly FindingCode[], sent: string | Buffer, came: string | Buffer): BodyCase => ({
  name,
  codes: list,
  sent: Buffer.from(sent),
  received: Buffer.from(came),
});

const bodyCases: readonly BodyCase[] = [
  body("pretty came compact", ["body-reserialized"], pretty, compact),
  body("compact came pretty", ["body-reserialized"], compact, pretty),
  body("compact came with 4 spaces", ["body-reserialized"], compact, JSON.stringify(value, null, 4)),
  body("compact came with tabs", ["body-reserialized"], compact, JSON.stringify(value, null, "\t")),
  body("tabs came compact", ["body-reserialized"], JSON.stringify(value, null, "\t"), compact),
  body("Python's separators came compact", ["body-reserialized"], python, compact),
  body("compact came with Python's separators", ["body-reserialized"], compact, python),
  body("sorted came unsorted", ["body-reserialized"], '{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}'),
  body("\\/ came as /", ["body-escapes"], compact.replaceAll("/", "\\/"), compact),
  body("/ came as \\/", ["body-escapes"], compact, compact.replaceAll("/", "\\/")),
  body("\\u00eb came as ë", ["body-escapes"], escaped(compact), compact),
  body("ë came as \\u00eb", ["body-escapes"], compact, escaped(compact)),
  body("upper-case escapes came raw", ["body-escapes"], compact.replace("ë", "\\u00EB"), compact),
  body("\\u003c came as <", ["body-escapes"], '{"a":"\\u003cb\\u003e \\u0026"}', '{"a":"<b> &"}'),
  body("< came as \\u003c", ["body-escapes"], '{"a":"<b> &"}', '{"a":"\\u003cb\\u003e \\u0026"}'),
  body("1.0 came as 1", ["body-numbers"], '{"a":1.0,"b":"x"}', '{"a":1,"b":"x"}'),
  body("1 came as 1.0", ["body-numbers"], '{"a":1,"b":"x"}', '{"a":1.0,"b":"x"}'),
  body("1e3 came as 1000", ["body-numbers"], '{"a":1e3,"b":7}', '{"a":1000,"b":7}'),
  body("one of several lost its .0", ["body-numbers"], '{"a":5,"b":1.0,"c":9}', '{"a":5,"b":1,"c":9}'),
  body("12.50 came as 12.5", ["body-numbers"], '{"a":12.50,"b":1}', '{"a":12.5,"b":1}'),
  body("-0 came as 0", ["body-numbers"], '{"a":-0,"b":1}', '{"a":0,"b":1}'),
  body("a newline was added", ["body-whitespace"], compact, `${compact}\n`),
  body("a newline was taken", ["body-whitespace"], `${compact}\n`, compact),
  body("CRLF was added", ["body-whitespace"], compact, `${compact}\r\n`),
  body("leading spaces were added", ["body-whitespace"], compact, `  ${compact}`),
  body("CRLF came as LF", ["body-line-endings"], pretty.replaceAll("\n", "\r\n"), pretty),
  body("LF came as CRLF", ["body-line-endings"], pretty, pretty.replaceAll("\n", "\r\n")),
  body("a BOM was added", ["body-bom"], compact, `\ufeff${compact}`),
  body("a BOM was taken", ["body-bom"], `\ufeff${compact}`, compact),
  body("UTF-8 came as mojibake", ["body-charset"], compact, Buffer.from(bytes(compact).toString("latin1"), "utf8")),
  body(
    "UTF-8 came as double mojibake",
    ["body-charset"],
    compact,
    Buffer.from(Buffer.from(bytes(compact).toString("latin1"), "utf8").toString("latin1"), "utf8"),
  ),
  body("gzip was left on", ["body-compressed"], compact, gzipSync(compact)),
  body(
    "the form field's JSON came",
    ["body-reserialized"],
    new URLSearchParams({ payload: '{"a":"b c"}' }).toString(),
    '{"a":"b c"}',
  ),
  body(
    "the JSON came in a form",
    ["body-reserialized"],
    '{"a":"b c"}',
    new URLSearchParams({ payload: '{"a":"b c"}' }).toString(),
  ),
  body("a form came decoded", ["body-escapes"], "text=a%2Fb&user=U1", "text=a/b&user=U1"),
  body(
    "chunk framing was left in",
    ["body-altered"],
    compact,
    `${Buffer.byteLength(compact).toString(16)}\r\n${compact}\r\n0\r\n\r\n`,
  ),
  body("a JSON string came for JSON", ["body-reserialized"], compact, JSON.stringify(compact)),
  body("the signer had an empty body", ["body-empty"], "", compact),
];

const secretCases: readonly SecretCase[] = [
  { name: "given with a newline", code: "secret-whitespace", signer: (one) => one, given: (one) => `${one}\n` },
  { name: "given with spaces around", code: "secret-whitespace", signer: (one) => one, given: (one) => ` ${one} ` },
  { name: "signed with a newline", code: "secret-whitespace", signer: (one) => `${one}\n`, given: (one) => one },
  { name: "given in quotes", code: "secret-encoding", signer: (one) => one, given: (one) => `"${one}"` },
  {
    name: "given as base64",
    code: "secret-encoding",
    signer: (one) => one,
    given: (one) => Buffer.from(one).toString("base64"),
  },
  {
    name: "given as hex",
    code: "secret-encoding",
    signer: (one) => one,
    given: (one) => Buffer.from(one).toString("hex"),
  },
];

const textKeyed = platforms.filter((one) => one.id !== "standard-webhooks");

const pairs = bodyCases.flatMap((a) => {
  const added: readonly (readonly [string, FindingCode, (came: Buffer) => Buffer])[] = [
    ["a newline added", "body-whitespace", (came) => Buffer.concat([came, Buffer.from("\n")])],
    ["a BOM added", "body-bom", (came) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), came])],
    ["gzip left on", "body-compressed", (came) => gzipSync(came)],
  ];
  return added
    .filter(
      ([, code]) =>
        !a.codes.includes(code) &&
        !a.codes.includes("body-empty") &&
        !a.codes.includes("body-altered") &&
        !(a.codes.includes("body-compressed") && code === "body-whitespace"),
    )
    .map(([name, code, damage], at) => [`${a.name}, then ${name}`, a, code, damage, at] as const);
});

/** Each cause alone, and in pairs. */
export const causes = (choose: Choice): void => {
  describe("each body cause alone", () => {
    describe.each(platforms.map((one, at) => [one.id, one, at] as const))("%s", (id, one, at) => {
      test.each(choose(bodyCases, 6, at % 6).map((each) => [each.name, each] as const))("%s", (_name, each) => {
        const headers = one.build({ secret: Buffer.from(one.secret), body: each.sent });
        const verdict = judged(id, received(headers, each.received), one.secret);
        expect({ codes: codes(verdict), certain: verdict.findings.every((finding) => finding.certain) }).toEqual({
          codes: each.codes,
          certain: true,
        });
      });
    });
  });

  describe("secret causes, alone and with each body cause", () => {
    describe.each(secretCases.map((each, at) => [each.name, each, at] as const))("%s", (_name, secret, turn) => {
      test.each(textKeyed.map((one) => [one.id, one] as const))("%s alone", (id, one) => {
        const sent = bytes(compact);
        const headers = one.build({ secret: Buffer.from(secret.signer(one.secret)), body: sent });
        expect(codes(judged(id, received(headers, sent), secret.given(one.secret)))).toEqual([secret.code]);
      });
      test.each(choose(bodyCases, 7, turn % 7).map((each, at) => [each.name, each, at] as const))(
        "and %s",
        (_body, each, at) => {
          for (const id of choose(["10x", "agentflow", "hubspot"], 3, at % 3)) {
            const one = platform(id);
            const headers = one.build({ secret: Buffer.from(secret.signer(one.secret)), body: each.sent });
            const verdict = judged(id, received(headers, each.received), secret.given(one.secret));
            expect([id, ...codes(verdict)]).toEqual([id, secret.code, ...each.codes]);
          }
        },
      );
    });
  });

  describe("two body causes", () => {
    test.each(choose(pairs, 5))("%s", (_name, each, code, damage, at) => {
      for (const id of choose(["10ex", "stripe"], 2, at % 2)) {
        const one = platform(id);
        const headers = one.build({ secret: Buffer.from(one.secret), body: each.sent });
        const verdict = judged(id, received(headers, damage(each.received)), one.secret);
        expect(new Set(codes(verdict))).toEqual(new Set([...each.codes, code]));
        expect(verdict.findings.every((finding) => finding.certain)).toBe(true);
      }
    });
  });
};
