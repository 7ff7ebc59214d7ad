import { captureRecord } from "../../src/formats/capture.ts";
import type { CaptureRecord } from "../../src/formats/capture.ts";
import { toHar } from "../../src/formats/har-write.ts";
import type { WebhookRequest } from "../../src/request/request.ts";
import { captureLine, toRaw } from "../support/requests.ts";

/** A request whose headers and body each form must keep to the byte. */
export const odd: WebhookRequest = {
  method: "POST",
  target: "/hooks?x=1",
  httpVersion: "1.1",
  headers: [
    ["Host", "x.test"],
    ["X-Odd", "1"],
    ["x-odd", "caf\xe9"],
    ["X-Empty", ""],
  ],
  body: Buffer.from('{ "amount":1.0, "url":"https:\\/\\/x.test", "e":"\\u00e9" }'),
};

const record = (request: WebhookRequest): CaptureRecord => captureRecord(request, { id: "req_1" }, 1e12);
/** Every form that carries a request whole, and what writes it. */
export const forms: readonly (readonly [string, (request: WebhookRequest) => string | Buffer])[] = [
  ["capture lines", (request) => captureLine(record(request))],
  ["a capture file", (request) => `${captureLine(record(request))}\n`],
  ["capture lines as jq prints it", (request) => JSON.stringify(record(request), null, 2)],
  ["HAR", (request) => JSON.stringify(toHar([record(request)], { version: "1" }))],
  ["HAR as browsers lay it out", (request) => JSON.stringify(toHar([record(request)], { version: "1" }), null, 2)],
  ["raw HTTP", (request) => toRaw(request)],
  [
    "raw HTTP in chunks",
    (request) => toRaw({ ...request, headers: [...request.headers, ["Transfer-Encoding", "chunked"]] }),
  ],
];
