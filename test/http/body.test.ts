import fc from "fast-check";
import { expect, test } from "vitest";
import { BodyBuffer } from "../../src/http/body.ts";

const bytesOf = (size: number): Buffer => Buffer.from(Array.from({ length: size }, (_, at) => (at * 37) % 251));

test("a body is its pieces one after the other, up to the limit, however it is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9000), { maxLength: 12 }), fc.nat(30_000), (sizes, limit) => {
      const whole = bytesOf(sizes.reduce((sum, size) => sum + size, 0));
      const body = new BodyBuffer(limit);
      let at = 0;
      for (const size of sizes) body.push(whole.subarray(at, (at += size)));
      expect(body.bytes.equals(whole.subarray(0, limit))).toBe(true);
      expect(body.overflow).toBe(whole.length > limit);
    }),
  );
});

test("what is kept is not changed by the pieces that follow, nor are the pieces themselves", () => {
  const [first, second] = [Buffer.from("first"), Buffer.from("second")];
  const body = new BodyBuffer(100);
  body.push(first);
  body.push(second);
  expect(body.bytes.toString()).toBe("firstsecond");
  expect([first.toString(), second.toString()]).toEqual(["first", "second"]);
});
