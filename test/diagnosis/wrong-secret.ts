import { createHash, createHmac } from "node:crypto";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HeaderPair } from "../../src/request/request.ts";
import type { Finding } from "../../src/signature/verdict.ts";
import type { Choice } from "./choice.ts";
import { judged, platforms, received } from "./support.ts";

// Requests that arrived as they were sent, signed with a secret that is not the given one: whatever
// their digest, length and encoding headers look like, nothing about them can be proved.

const text = '{"id":"evt_1","note":"Zoë wants 2€ + more","url":"https://x.test/a?b=1"}';
const form = "a=b+c&name=Zo%C3%AB+K&x=%2Fy";

const bodies: readonly (readonly [string, Buffer])[] = [
  ["JSON", Buffer.from(text)],
  ["indented JSON", Buffer.from(JSON.stringify(JSON.parse(text), null, 2))],
  ["JSON with CRLF", Buffer.from(JSON.stringify(JSON.parse(text), null, 2).replaceAll("\n", "\r\n"))],
  ["a form with +", Buffer.from(form)],
  ["a form with %20", Buffer.from(form.replaceAll("+", "%20"))],
  ["plain text", Buffer.from("line one\nline two\n")],
  ["Latin-1 text", Buffer.from("Zo\xeb: 5 \xb5m", "latin1")],
  ["the beginning of JSON", Buffer.from('{"a":[1,2,{"b":"c')],
  ["{}", Buffer.from("{}")],
  ["nothing", Buffer.alloc(0)],
  ["gzip", gzipSync(text)],
  ["? in words", Buffer.from('{"a":"caf? ?? ol?","b":1}')],
];

const hash = (name: string, body: Buffer): Buffer => createHash(name).update(body).digest();
const b64 = (bytes: Buffer): string => bytes.toString("base64");
const hex = (bytes: Buffer): string => bytes.toString("hex");

const digests: readonly (readonly [string, (body: Buffer) => readonly HeaderPair[]])[] = [
  ["no digest", () => []],
  ["Content-Digest", (body) => [["Content-Digest", `sha-256=:${b64(hash("sha256", body))}:`]]],
  [
    "Content-Digest of two algorithms",
    (body) => [["Content-Digest", `sha-512=:${b64(hash("sha512", body))}:, sha-256=:${b64(hash("sha256", body))}:`]],
  ],
  ["Content-Digest in hex", (body) => [["Content-Digest", `sha-256=:${hex(hash("sha256", body))}:`]]],
  ["Repr-Digest", (body) => [["Repr-Digest", `sha-256=:${b64(hash("sha256", body))}:`]]],
  ["Digest", (body) => [["Digest", `SHA-256=${b64(hash("sha256", body))}`]]],
  ["Digest in hex", (body) => [["Digest", `SHA-256=${hex(hash("sha256", body))}`]]],
  ["Digest in upper-case hex", (body) => [["Digest", `sha-256=${hex(hash("sha256", body)).toUpperCase()}`]]],
  ["Digest in base64url", (body) => [["Digest", `sha-256=${hash("sha256", body).toString("base64url")}`]]],
  ["Digest in base64 of hex", (body) => [["Digest", `sha-256=${b64(Buffer.from(hex(hash("sha256", body))))}`]]],
  ["Digest by SHA-512 in hex", (body) => [["Digest", `SHA-512=${hex(hash("sha512", body))}`]]],
  ["Digest by SHA-1", (body) => [["Digest", `sha=${b64(hash("sha1", body))}`]]],
  ["Digest of the decoded instance", (body) => [["Digest", `id-sha-256=${b64(hash("sha256", body))}`]]],
  ["Digest by an unknown algorithm", () => [["Digest", "unixsum=30637, crc32c=AAAAAA=="]]],
  ["Content-MD5", (body) => [["Content-MD5", b64(hash("md5", body))]]],
  ["Content-MD5 in hex", (body) => [["Content-MD5", hex(hash("md5", body))]]],
  ["x-amz-content-sha256", (body) => [["x-amz-content-sha256", hex(hash("sha256", body))]]],
  ["x-amz-content-sha256 that is none", () => [["x-amz-content-sha256", "UNSIGNED-PAYLOAD"]]],
  ["another checksum", () => [["X-Checksum", hex(hash("sha256", Buffer.from("a row of a table")))]]],
];

const lengths: readonly (readonly [string, (body: Buffer) => readonly HeaderPair[]])[] = [
  ["no length", () => []],
  ["its length", (body) => [["Content-Length", String(body.length)]]],
  ["its characters", (body) => [["Content-Length", String(body.toString("utf8").length)]]],
  ["a length as UTF-16", (body) => [["Content-Length", String(body.toString("utf8").length * 2)]]],
  [
    "a length with %20",
    (body) => [["Content-Length", String(Buffer.byteLength(body.toString("utf8").replaceAll("+", "%20")))]],
  ],
  [
    "a length before decoding",
    (body) => [["Content-Length", String(encodeURIComponent(body.toString("latin1")).length)]],
  ],
  [
    "a length with CRLF",
    (body) => [["Content-Length", String(Buffer.byteLength(body.toString("latin1").replace(/\r?\n/g, "\r\n")))]],
  ],
  ["one too many", (body) => [["Content-Length", String(body.length + 1)]]],
  ["two too few", (body) => [["Content-Length", String(Math.max(0, body.length - 2))]]],
  ["a length far off", () => [["Content-Length", "100000"]]],
  ["no number", () => [["Content-Length", "12, 12"]]],
  [
    "the length of the inflated body",
    () => [
      ["X-Uncompressed-Content-Length", "100"],
      ["Transfer-Encoding", "chunked"],
    ],
  ],
];

const encodings: readonly (readonly [string, readonly HeaderPair[]])[] = [
  ["no encoding", []],
  ["identity", [["Content-Encoding", "identity"]]],
  ["gzip", [["Content-Encoding", "gzip"]]],
  ["br", [["Content-Encoding", "br"]]],
  ["a charset", [["Content-Type", "text/plain; charset=iso-8859-1"]]],
  ["an unknown encoding", [["Content-Encoding", "zstd, x-own"]]],
];

/** Every digest, length and encoding header with every body. */
const rows = bodies.flatMap(([body, bytes], at) =>
  [...digests.keys()].map((turn) => {
    const [digest, digestHeaders] = digests[turn] ?? digests[0] ?? ["", () => []];
    const [length, lengthHeaders] = lengths[(turn * 5 + at) % lengths.length] ?? ["", () => []];
    const [encoding, encodingHeaders] = encodings[(turn * 7 + at) % encodings.length] ?? ["", []];
    return [
      `${body} with ${digest}, ${length}, ${encoding}`,
      bytes,
      [...digestHeaders(bytes), ...lengthHeaders(bytes), ...encodingHeaders],
    ] as const;
  }),
);

/** Findings that claim to be proved; what a secret's own text shows, and that a body is not UTF-8, is plain. */
const claims = (findings: readonly Finding[]): readonly string[] =>
  findings
    .filter(({ code, certain }) => certain && code !== "secret-unfit" && code !== "body-charset")
    .map(({ code, message }) => `${code}: ${message}`);

const secrets = [
  "the-secret-of-another-endpoint",
  "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
  "sk_test_51HxAbCdEfGhIjKlMnOpQrStUv",
  "${WEBHOOK_SECRET}",
  "we_1QxAbCdEfGhIjKlMn",
  "7c9e6679-7425-40de-944b-e07fc1f90ae7",
  "x",
];

const anyBody = fc.oneof(
  fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes)),
  fc.json({ maxDepth: 4 }).map((json) => Buffer.from(json)),
  fc.json({ maxDepth: 4 }).map((json) => Buffer.from(json.slice(0, Math.ceil(json.length / 2)))),
  fc.webQueryParameters().map((query) => Buffer.from(query)),
  fc.string({ unit: "binary", maxLength: 80 }).map((one) => Buffer.from(one)),
  fc.constantFrom(...bodies.map(([, bytes]) => bytes)),
  fc.json({ maxDepth: 3 }).map((json) => deflateSync(json)),
  fc.json({ maxDepth: 3 }).map((json) => brotliCompressSync(json)),
);

/** Wrong secrets: the table, and so many random requests. */
export const wrongSecret = (choose: Choice, runs: number): void => {
  describe("a wrong secret proves nothing", () => {
    test.each(choose(rows, 23))("of %s", (_name, body, headers) => {
      const signature = createHmac("sha256", "the real one").update(body).digest("hex");
      const request = received([["x-arjun-signature", `sha256=${signature}`], ...headers], body);
      const verdict = judged("10x", request, "another-secret");
      expect(claims(verdict.findings)).toEqual([]);
      expect([verdict.valid, verdict.matchedSecret]).toEqual([false, null]);
      expect(verdict.findings.at(-1)?.code).toBe("unexplained");
    });

    test(`of any of ${runs} random requests`, () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...platforms),
          anyBody,
          fc.constantFrom(...digests),
          fc.constantFrom(...lengths),
          fc.constantFrom(...encodings),
          fc.constantFrom(...secrets),
          (one, body, [, digest], [, length], [, encoding], secret) => {
            const headers = one.build({ secret: Buffer.from("whsec_bm9ib2R5IGtub3dzIHRoaXMgb25l"), body });
            const request = received([...headers, ...digest(body), ...length(body), ...encoding], body);
            const verdict = judged(one.id, request, secret, { budget: { tries: 1000, bytes: 12_000_000 } });
            expect(claims(verdict.findings)).toEqual([]);
            expect(verdict.matchedSecret).toBeNull();
          },
        ),
        { numRuns: runs, seed: 20_261_130 },
      );
    });
  });
};
