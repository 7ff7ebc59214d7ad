import { expect, test } from "vitest";
import { constantTimeEqual } from "../../src/values/constant-time-equal.ts";

const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, at) => (at * 151 + length) % 256));

test("MACs are equal when every byte is", () => {
  expect(constantTimeEqual(bytes(32), bytes(32))).toBe(true);
  expect(constantTimeEqual(Buffer.alloc(0), Buffer.alloc(0))).toBe(true);
});

test("MACs are not equal when one bit of any byte differs", () => {
  for (let at = 0; at < 32; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const other = bytes(32);
      other.writeUInt8(other.readUInt8(at) ^ (1 << bit), at);
      expect(constantTimeEqual(bytes(32), other)).toBe(false);
    }
  }
});

test("MACs of different lengths are not equal, and comparing them does not throw", () => {
  expect(constantTimeEqual(bytes(32), Buffer.concat([bytes(32), Buffer.alloc(1)]))).toBe(false);
  expect(constantTimeEqual(bytes(32), bytes(32).subarray(0, 31))).toBe(false);
  expect(constantTimeEqual(bytes(32), Buffer.alloc(0))).toBe(false);
});
