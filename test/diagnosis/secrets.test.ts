import { describe, expect, test } from "vitest";
import { codes, judged, platform, received } from "./support.ts";

const body = Buffer.from('{"a":1}');

/** The verdict on a request signed with one secret where another text of it was given. */
const told = (id: string, signer: string | Buffer, given: string | Buffer, tries = 150_000) => {
  const headers = platform(id).build({ secret: Buffer.from(signer), body });
  return judged(id, received(headers, body), given, { budget: { tries } });
};

const whsec = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const plain = "tenx+secret/0123&456$789";
const accidents: readonly (readonly [name: string, signer: string | Buffer, given: string | Buffer, words: string])[] =
  [
    ["behind Bearer", plain, `Bearer ${plain}`, "the word before the secret"],
    ["behind a label", plain, `Signing secret: ${plain}`, "the word before the secret"],
    ["with HTML entities", plain, "tenx+secret/0123&amp;456$789", "HTML entities"],
    ["with numbered entities", "it's-a-secret-0123", "it&#39;s-a-secret-0123", "HTML entities"],
    ["percent-encoded", plain, encodeURIComponent(plain), "percent escapes"],
    ["percent-encoded outside ASCII", "geheimnis-ä-0123", encodeURIComponent("geheimnis-ä-0123"), "percent escapes"],
    ["as a JSON string", plain, '"tenx+secret\\/0123\\u0026456$789"', "JSON string"],
    ["as a JSON string without quotes", plain, "tenx+secret\\/0123\\u0026456$789", "JSON string"],
    ["with backslashes", "tenx!secret&0123$789", "tenx\\!secret\\&0123\\$789", "backslashes"],
    ["in typographic quotes", plain, `“${plain}”`, "typographic quotes around"],
    ["in German quotes", plain, `„${plain}“`, "typographic quotes around"],
    ["with a typographic apostrophe", "it's-a-secret-0123", "it’s-a-secret-0123", "typographic dashes"],
    ["with an en dash", "tenx-secret-0123", "tenx–secret-0123", "typographic dashes"],
    ["in angle brackets", plain, `<${plain}>`, "brackets"],
    ["in braces", plain, `{${plain}}`, "brackets"],
    ["with a comma", plain, `${plain},`, "comma"],
    ["with a comment", plain, `${plain} # test mode`, "comment"],
    ["with a no-break space at its end", plain, `${plain}\u00a0`, "no-break spaces"],
    ["with a zero-width space inside", plain, plain.replace("/", "\u200b/"), "no-break spaces"],
    ["with a byte order mark", plain, `\ufeff${plain}`, ""],
    ["decomposed", "geheimnis-é-0123", "geheimnis-e\u0301-0123", "Unicode form NFC"],
    ["composed", "geheimnis-e\u0301-0123", "geheimnis-é-0123", "Unicode form NFD"],
    ["in full-width letters", "tenx-secret-0123", "ｔｅｎｘ-secret-0123", "NFKC"],
    ["as Latin-1", "geheimnis-é-0123", Buffer.from("geheimnis-é-0123", "latin1"), "another charset"],
    ["read as Latin-1", "geheimnis-é-0123", Buffer.from("geheimnis-é-0123").toString("latin1"), "another charset"],
    ["with 0x, decoded from hex", Buffer.from("8899aabbccddeeff", "hex"), "0x8899aabbccddeeff", "0x is removed"],
    ["in quotes behind a name", plain, `WEBHOOK_SECRET="${plain}"`, "name and ="],
  ];

describe("a wrongly pasted secret is recognized, with a specific fix", () => {
  test.each(accidents)("%s", (_name, signer, given, words) => {
    const { findings } = told("10x", signer, given);
    const [first] = findings;
    expect(findings.map(({ code, certain }) => [code.replace(/-.*/, ""), certain])).toContainEqual(["secret", true]);
    expect(findings.every(({ code }) => code.startsWith("secret-"))).toBe(true);
    expect(first?.message).toContain(words);
    expect(first?.message).not.toContain("tenx");
  });

  test("fixes differ by what happened", () => {
    const fixes = new Set(accidents.map(([, signer, given]) => told("10x", signer, given).findings[0]?.fix));
    expect(fixes.size).toBeGreaterThan(10);
  });

  test.each([
    ["v1, before it", `v1,${whsec}`, "'v1,' is removed"],
    ["v1, before it and a newline", `v1,${whsec}\n`, ""],
    ["Bearer before it", `Bearer ${whsec}`, "the word before"],
    ["typographic quotes", `“${whsec}”`, "typographic quotes"],
    ["zero-width spaces", `\u200b${whsec}\u200b`, "zero-width"],
  ])("Standard Webhooks: %s", (_name, given, words) => {
    const verdict = told("standard-webhooks", whsec, given);
    expect(codes(verdict)[0]).toMatch(/^secret-/);
    expect(verdict.findings.every(({ certain }) => certain)).toBe(true);
    expect(verdict.findings[0]?.message).toContain(words);
  });

  test("two mistakes combined", () => {
    expect(codes(told("10x", plain, `“${plain}\u00a0”`))).toEqual(["secret-encoding", "secret-whitespace"]);
  });

  test("another secret in the same dress proves nothing", () => {
    for (const [, , given] of accidents) {
      const { matchedSecret, findings } = told("10x", "somebody else's secret", given, 3000);
      expect([matchedSecret, ...findings.filter(({ message }) => message.includes("matches once"))]).toEqual([null]);
    }
  });
});
