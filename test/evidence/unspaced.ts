import { expect, test } from "vitest";
import { makeRedactor } from "../../src/evidence/redact/redactor.ts";
import { Secret } from "../../src/values/secret.ts";

const hostileUnits = [
  "a",
  "ab1B",
  "%4",
  "%41",
  '\\"',
  "-",
  "{",
  "[",
  '["',
  '{"a":',
  '"a","b",',
  "&#",
  "&#6;",
  "&amp;",
  "\\\\u",
  "\\u0041",
  "\0",
  "=41",

  "-u",
  "--token ",
  "--a-token-",
  'name="pin"\n',
  '"key":"x",',
  "value: x, ",
  "mysql -",
  "password is ",
  "AUTH x ",
  "zip -P",

  "12, ",
  "7a ",
  "7a:",
  "+1 ",
  "DE12 ",
  "4242-",
  "a@b.",
  "a:",
  "a=",
  "a://b:",
  "?a=b&",
  "#a=",
  "A_KEY",
  "otp ",
  "phone ",
  "sk-a-",

  "-----BEGIN PRIVATE KEY-----",
  `${"A".repeat(64)}\n`,
  `${"A".repeat(64)}\\n`,
  "-----END PRIVATE KEY-----\n",
  "a.webhook.",
  "/hooks/",
];

/** Texts of so many characters that patterns could go through again and again. */
export const unspaced = (length: number): void => {
  test(`${length} characters without an end of what they begin take no time to speak of`, () => {
    const secrets = [new Secret("s", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
    const redactor = makeRedactor({ key: Buffer.alloc(32, 7), secrets });
    for (const unit of hostileUnits)
      expect(redactor.text(unit.repeat(length / unit.length), { file: "f", place: "p" })).not.toBe("");
  });
};
