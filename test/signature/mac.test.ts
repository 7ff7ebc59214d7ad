import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { macBytes, macMatches } from "../../src/signature/mac.ts";

const hmac = { kind: "hmac", hash: "sha256", key: "text" } as const;

// RFC 4231, test case 2; keys longer than a block: test case 6.
test.each([
  ["Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"],
  [
    Buffer.alloc(131, 0xaa),
    "Test Using Larger Than Block-Size Key - Hash Key First",
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  ],
])("an HMAC is that of RFC 4231", (key, content, right) => {
  expect(macBytes(hmac, Buffer.from(key), Buffer.from(content))).toEqual(Buffer.from(right, "hex"));
});

test("a signature of any other length does not match, and does not throw", () => {
  const [secret, content] = [randomBytes(20), Buffer.from("content")];
  const right = macBytes(hmac, secret, content);
  if (!Buffer.isBuffer(right)) throw new Error(right.unusable);
  expect(macMatches(hmac, secret, content, right)).toBe(true);
  for (const length of [0, 1, 31]) expect(macMatches(hmac, secret, content, right.subarray(0, length))).toBe(false);
  expect(macMatches(hmac, secret, content, Buffer.concat([right, right]))).toBe(false);
});

test("a secret that is not in the form of its scheme cannot sign, however often it is asked", () => {
  const unfit = Buffer.from("not hex");
  for (let time = 0; time < 3; time++)
    expect(macBytes({ ...hmac, key: "hex" }, unfit, Buffer.from("x"))).toEqual({ unusable: "the secret is not hex" });
});
