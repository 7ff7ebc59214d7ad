import { createHash, createHmac } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";

/** The module as a new process has it, and how often it asked for `node:crypto`. */
const fresh = async () => {
  vi.resetModules();
  const asked = vi.spyOn(process, "getBuiltinModule");
  const digest = await import("../../src/values/digest.ts");
  return { ...digest, asked };
};

afterEach(() => vi.restoreAllMocks());

const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, at) => (at * 151 + length) % 256));
const expectedMac = (key: Buffer, content: Buffer): Buffer => createHmac("sha256", key).update(content).digest();
const expectedHash = (content: Buffer): Buffer => createHash("sha256").update(content).digest();

describe("the first hashes of a process", () => {
  const lengths = [...Array(301).keys(), 511, 512, 513, 1023, 1024, 1025, 1919, 1920];

  test("are those of node:crypto, and do without it", async () => {
    for (const length of lengths) {
      const one = await fresh();
      expect(one.digestOf("sha256", bytes(length))).toEqual(expectedHash(bytes(length)));
      const other = await fresh();
      expect(other.hmacOf("sha256", bytes(20), bytes(length))).toEqual(expectedMac(bytes(20), bytes(length)));
      expect(other.asked).not.toHaveBeenCalled();
    }
  });

  test.each([0, 1, 31, 32, 33, 63, 64, 65, 127, 128, 129, 300])("take a key of %i bytes", async (length) => {
    const { hmacOf, asked } = await fresh();
    expect(hmacOf("sha256", bytes(length), bytes(100))).toEqual(expectedMac(bytes(length), bytes(100)));
    expect(asked).not.toHaveBeenCalled();
  });

  test("leave what they are given as it is", async () => {
    const { hmacOf } = await fresh();
    const [key, content] = [bytes(80), bytes(200)];
    hmacOf("sha256", key, content);
    expect([key, content]).toEqual([bytes(80), bytes(200)]);
  });
});

describe("node:crypto hashes", () => {
  test.each([1983, 1984, 1985, 2047, 2048, 2049, 65_536, 1_000_000])(
    "a content of %i bytes rightly",
    async (length) => {
      const { hmacOf, digestOf, asked } = await fresh();
      expect(hmacOf("sha256", bytes(20), bytes(length))).toEqual(expectedMac(bytes(20), bytes(length)));
      expect(digestOf("sha256", bytes(length))).toEqual(expectedHash(bytes(length)));
      expect(asked).toHaveBeenCalled();
    },
  );

  test("whatever follows a larger content", async () => {
    const { digestOf, asked } = await fresh();
    digestOf("sha256", bytes(5000));
    expect(asked).toHaveBeenCalledTimes(1);
    expect(digestOf("sha256", bytes(1))).toEqual(expectedHash(bytes(1)));
  });

  test("what follows many small contents", async () => {
    const { digestOf, asked } = await fresh();
    for (let count = 0; count < 100; count++) {
      expect(digestOf("sha256", bytes(count))).toEqual(expectedHash(bytes(count)));
    }
    expect(asked).toHaveBeenCalledTimes(1);
  });

  test.each(["sha1", "sha384", "sha512"] as const)("every %s", async (hash) => {
    const { digestOf, hmacOf } = await fresh();
    expect(digestOf(hash, bytes(10))).toEqual(createHash(hash).update(bytes(10)).digest());
    expect(hmacOf(hash, bytes(5), bytes(10))).toEqual(createHmac(hash, bytes(5)).update(bytes(10)).digest());
  });
});

describe.each([
  ["before node:crypto is loaded", 0],
  ["after it", 5000],
] as const)("MACs compared %s", (_, before) => {
  const compare = async () => {
    const { digestOf, sameMac } = await fresh();
    digestOf("sha256", bytes(before));
    return sameMac;
  };

  test("are the same where every byte is", async () => {
    const sameMac = await compare();
    expect(sameMac(bytes(32), bytes(32))).toBe(true);
    expect(sameMac(Buffer.alloc(0), Buffer.alloc(0))).toBe(true);
  });

  test("are not where one bit of any byte differs", async () => {
    const sameMac = await compare();
    for (let at = 0; at < 32; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const other = bytes(32);
        other.writeUInt8(other.readUInt8(at) ^ (1 << bit), at);
        expect(sameMac(bytes(32), other)).toBe(false);
      }
    }
  });

  test("are not where one goes on", async () => {
    const sameMac = await compare();
    expect(sameMac(bytes(32), Buffer.concat([bytes(32), Buffer.alloc(1)]))).toBe(false);
    expect(sameMac(bytes(32), bytes(32).subarray(0, 31))).toBe(false);
  });
});
