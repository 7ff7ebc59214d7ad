import { createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import { test } from "vitest";
import type { Hash } from "../../src/providers/profile.ts";
import { HmacKey } from "../../src/signature/hmac.ts";
import { macBytes, macText } from "../../src/signature/mac.ts";

const hashes: readonly Hash[] = ["sha1", "sha256", "sha384", "sha512"];

test.for(hashes)("%s signs as Node's own HMAC, whatever key and content", (hash, { expect }) => {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 16_000, maxLength: 17_000 }));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(bytes, { minLength: 1, maxLength: 4 }), (key, contents) => {
      const hmac = new HmacKey(hash, Buffer.from(key));
      for (const content of contents.map((one) => Buffer.from(one))) {
        const right = createHmac(hash, key).update(content).digest();
        expect(hmac.bytes(content)).toEqual(right);
        expect(hmac.text(content, "hex")).toBe(right.toString("hex"));
        expect(hmac.text(content, "base64")).toBe(right.toString("base64"));
      }
    }),
    { numRuns: 50 },
  );
});

test("a secret that signs again and again signs the same, and so does another in between", ({ expect }) => {
  const [one, other] = [randomBytes(20), randomBytes(20)];
  const content = Buffer.from("content");
  const mac = { kind: "hmac", hash: "sha256", key: "text" } as const;
  for (const secret of [one, one, one, other, one, one, other, other]) {
    const right = createHmac("sha256", secret).update(content).digest();
    expect(macBytes(mac, secret, content)).toEqual(right);
    expect(macText(mac, secret, content, "base64")).toBe(right.toString("base64"));
  }
  const unfit = Buffer.from("not hex");
  for (let time = 0; time < 3; time++)
    expect(macText({ ...mac, key: "hex" }, unfit, content, "hex")).toEqual({ unusable: "the secret is not hex" });
});
