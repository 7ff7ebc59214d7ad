import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isCaptureRecord, parseCaptureLine, readCaptures } from "../../src/formats/capture-read.ts";
import { captureRecord, requestOf } from "../../src/formats/capture.ts";
import type { WebhookRequest } from "../../src/request/request.ts";
import { captureLine } from "../support/requests.ts";

const request: WebhookRequest = {
  method: "POST",
  target: "/hooks?x=1",
  httpVersion: "1.1",
  headers: [
    ["Host", "127.0.0.1:8787"],
    ["X-ArJuN-Signature", "sha256=00"],
    ["x-two", "a"],
    ["X-Two", "b"],
    ["x-latin", "caf\u00e9"],
  ],
  body: Buffer.from('{ "amount":1.0, "url":"https:\\/\\/x.test", "e":"\\u00e9" }'),
  receivedAt: 1_781_870_400_123,
};

const again = (of: WebhookRequest): WebhookRequest => {
  const read = parseCaptureLine(captureLine(captureRecord(of, { id: "req_1" })), "test line 1");
  if (!isCaptureRecord(read)) throw new Error("no record");
  return requestOf(read);
};

describe("capture lines", () => {
  test("keeps order, case, duplicates and bytes", () => {
    expect(again(request)).toEqual(request);
  });

  test("is one line of JSON with the time in ISO 8601 and the body as text where it is text", () => {
    expect(
      captureLine(captureRecord(request, { id: "req_1", remote: "127.0.0.1:5", provider: "10x" })),
    ).toMatchInlineSnapshot(
      `"{"type":"request","id":"req_1","receivedAt":"2026-06-19T12:00:00.123Z","method":"POST","target":"/hooks?x=1","httpVersion":"1.1","headers":[["Host","127.0.0.1:8787"],["X-ArJuN-Signature","sha256=00"],["x-two","a"],["X-Two","b"],["x-latin","café"]],"body":{"encoding":"utf8","data":"{ \\"amount\\":1.0, \\"url\\":\\"https:\\\\/\\\\/x.test\\", \\"e\\":\\"\\\\u00e9\\" }"},"remote":"127.0.0.1:5","provider":"10x"}"`,
    );
  });

  test.each([
    ["empty", Buffer.alloc(0)],
    ["binary", Buffer.from([0, 255, 254, 10, 13, 0x80])],
    ["a byte order mark", Buffer.from("\ufeff{}")],
    ["U+2028 and NUL", Buffer.from("a\u2028b\0c\r\n")],
    ["an encoded surrogate, which is not UTF-8", Buffer.from([0xed, 0xa0, 0x80])],
  ])("carries a body that is %s", (_name, body) => {
    expect(again({ ...request, body }).body.equals(body)).toBe(true);
  });

  test("carries any bytes and any Latin-1 header", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(
          fc.tuple(
            fc.stringMatching(/^[A-Za-z-]+$/),
            fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("latin1")),
          ),
        ),
        (body, headers) => {
          const sent = { ...request, headers, body: Buffer.from(body) };
          expect(again(sent)).toEqual(sent);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["{", /^log line 7 is not JSON/],
    ['{"id":"req_1"}', /^log line 7 is not a captured request: .* at type$/],
    ['{"type":"request","id":"x"}', /at receivedAt$/],
    [
      '{"type":"request","id":"x","receivedAt":"2026-06-19T12:00:00Z","method":"POST","target":"/","headers":[["a"]],"body":{"encoding":"utf8","data":""}}',
      /at headers\.0/,
    ],
    [
      '{"type":"request","id":"x","receivedAt":"2026-06-19T12:00:00Z","method":"POST","target":"/","headers":[],"body":{"encoding":"base64","data":"=a=="}}',
      /not base64 at body\.data$/,
    ],
    ["[1]", /not a captured request/],
    ["null", /not a captured request/],
  ])("is refused with its place: %s", (line, message) => {
    expect(() => parseCaptureLine(line, "log line 7")).toThrow(
      expect.objectContaining({ code: "input-malformed", message: expect.stringMatching(message) }),
    );
  });
});

describe("a capture file", () => {
  const line = captureLine(captureRecord(request, { id: "req_1" }));

  test("keeps the lines it does not know", () => {
    const read = readCaptures(
      Buffer.from(`${line}\n{"type":"response","requestId":"req_1","status":200}\n\n{"type":"later"}\r\n`),
      "log",
    );
    expect(read.records.map(({ id }) => id)).toEqual(["req_1"]);
    expect(read.others).toEqual([{ type: "response", requestId: "req_1", status: 200 }, { type: "later" }]);
    expect(read.tornLines).toEqual([]);
  });

  test("tells a torn last line and goes on without it", () => {
    const read = readCaptures(Buffer.from(`${line}\n${line.slice(0, 40)}`), "log");
    expect(read).toMatchObject({ records: [{ id: "req_1" }], tornLines: [2] });
  });

  test("goes on behind a line that was torn before another run went on with the file, wherever the cut is", () => {
    const long = captureLine(
      captureRecord({ ...request, body: Buffer.from('{"a":"\\u00e9 é\n","b":null}') }, { id: "req_0" }),
    );
    const bytes = Buffer.from(long);
    for (let at = 9; at < bytes.length; at++) {
      const read = readCaptures(Buffer.concat([bytes.subarray(0, at), Buffer.from(`\n${line}\n`)]), "log");
      expect([at, read.records.map(({ id }) => id), read.tornLines]).toEqual([at, ["req_1"], [1]]);
    }
  });

  test("names a broken line in the middle", () => {
    expect(() => readCaptures(Buffer.from(`${line}\n{]\n${line}\n`), "log.ndjson")).toThrow(
      /^log\.ndjson line 2 is not JSON: unexpected text at line 1, column 2$/,
    );
  });
});
