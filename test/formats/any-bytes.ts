import fc from "fast-check";
import { expect, test } from "vitest";
import { captureRecord } from "../../src/formats/capture.ts";
import { toHar } from "../../src/formats/har-write.ts";
import { readRequest } from "../../src/formats/read.ts";
import { captureLine, toRaw } from "../support/requests.ts";
import { odd } from "./forms.ts";

const seeds = [
  captureLine(captureRecord(odd, { id: "req_1" }, 1e12)),
  JSON.stringify(toHar([captureRecord(odd, { id: "req_1" }, 1e12)], { version: "1" })),
  toRaw({ ...odd, headers: [...odd.headers, ["Transfer-Encoding", "chunked"]] }).toString("latin1"),
  `curl 'https://x.test/a' -H 'A: b' -d $'\\u00e9\\x41' --data-urlencode "a=\\"b"`,
  'curl ^"https://x.test/a^" ^\r\n -H ^"A: b^" -d ^"^{^\\^"a^\\^":1^}^"',
  JSON.stringify({
    rawPath: "/",
    headers: {},
    requestContext: { http: { method: "POST" } },
    body: "aa==",
    isBase64Encoded: true,
  }),
  JSON.stringify({ httpMethod: "POST", path: "/", headers: { a: "b" }, multiValueHeaders: { a: ["b"] }, body: "x" }),
];
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom(...Array.from("'\"\\^${}[]:,0a \r\n\0\xff")),
        fc.constantFrom("set", "insert", "delete", "cut"),
      ),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([seed, edits]) =>
    edits.reduce((text, [where, char, kind]) => {
      const at = text.length === 0 ? 0 : where % text.length;
      if (kind === "cut") return text.slice(0, at);
      return text.slice(0, at) + (kind === "delete" ? "" : char) + text.slice(kind === "insert" ? at : at + 1);
    }, seed),
  )
  .map((text) => Buffer.from(text, "latin1"));
const random = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const begun = fc
  .tuple(fc.constantFrom("curl ", "POST / HTTP/1.1\n", "{", "[", "\xef\xbb\xbf{"), random)
  .map(([start, rest]) => Buffer.concat([Buffer.from(start, "latin1"), rest]));

/** Random and damaged bytes, so many times. */
export const anyBytes = (runs: number): void => {
  test(`there is a request or a clear refusal, ${runs} times`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof({ arbitrary: mutated, weight: 3 }, random, begun), async (bytes) => {
        try {
          const request = await readRequest(bytes, "f");
          expect(Buffer.isBuffer(request.body)).toBe(true);
          expect(request.headers.every(([name, value]) => !/[^\0-\xff]/.test(name + value))).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ name: "HookproofError", message: expect.stringMatching(/^f/) });
        }
      }),
      { numRuns: runs },
    );
  });
};
