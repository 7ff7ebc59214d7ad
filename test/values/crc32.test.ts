import { crc32 as nodes } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32 } from "../../src/values/crc32.ts";

test("the CRC-32 of bytes is zlib's", () => {
  expect(crc32(Buffer.from("123456789"))).toBe(0xcb_f4_39_26);
  fc.assert(fc.property(fc.uint8Array(), (bytes) => crc32(bytes) === nodes(bytes)));
});
