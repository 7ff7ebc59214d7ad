import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { headerValue, utf8Text } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { firstDifference } from "./byte-diff.ts";
import { dechunk } from "../formats/chunked.ts";
import { recodings } from "./charset.ts";
import { formCause } from "./form.ts";
import { jsonCauses } from "./json.ts";
import { finding } from "./words.ts";
import type { CompareFinding } from "./words.ts";
import { bytesExcerpt } from "../formats/bytes-excerpt.ts";
import { pluralize } from "../values/count.ts";

/** Larger bodies are only compared as bytes: parsing JSON losslessly takes a second per 6 MB. */
const maxJson = 12_000_000;
const maxInflated = 256 * 1024 * 1024;

/** Finds what was done to a body, outermost change first; each step is undone before looking for the next. */
export const bodyCauses = (sent: WebhookRequest, received: WebhookRequest): readonly CompareFinding[] => {
  const state = { sent: sent.body, received: received.body };
  const found: CompareFinding[] = [];
  if (state.received.length === 0)
    return [finding("body-empty", `the body was dropped: ${state.sent.length} bytes were sent, none arrived`, 0)];
  if (state.sent.length === 0) {
    return [finding("body-altered", `a body of ${state.received.length} bytes arrived, but none was sent`, 0)];
  }
  for (const step of [compression, framing, byteOrderMark, charset]) {
    const done = step(state.sent, state.received, sent, received);
    if (done === undefined) continue;
    found.push(done.finding);
    state.sent = done.sent;
    state.received = done.received;
    if (state.sent.equals(state.received)) return found;
  }
  return [...found, ...textCauses(state.sent, state.received)];
};

interface Undone {
  readonly finding: CompareFinding;
  readonly sent: Buffer;
  readonly received: Buffer;
}

type StepOf = (
  sent: Buffer,
  received: Buffer,
  sentRequest: WebhookRequest,
  receivedRequest: WebhookRequest,
) => Undone | undefined;

const compression: StepOf = (sent, received, sentRequest, receivedRequest) => {
  const [before, after] = [decompressed(sent, sentRequest), decompressed(received, receivedRequest)];
  if (before === undefined && after === undefined) return undefined;
  if (before !== undefined && after !== undefined) {
    const message = `both are compressed (${before.form}, ${after.form}) but with different compressors`;
    return { finding: finding("body-compressed", message, 0), sent: before.bytes, received: after.bytes };
  }
  const message =
    before === undefined
      ? `the body was compressed on the way (${after?.form ?? ""}, ${sent.length} bytes to ${received.length})`
      : `the body was sent as ${before.form} and decompressed on the way (${sent.length} bytes to ${received.length})`;
  return {
    finding: finding("body-compressed", message, 0),
    sent: before?.bytes ?? sent,
    received: after?.bytes ?? received,
  };
};

interface Decompressed {
  readonly form: string;
  readonly bytes: Buffer;
}

const decompressed = (body: Buffer, { headers }: WebhookRequest): Decompressed | undefined => {
  const encoding = (headerValue(headers, "content-encoding") ?? "").toLowerCase();
  const isGzip = body[0] === 0x1f && body[1] === 0x8b;
  const isZlib = body[0] === 0x78 && body.length > 2 && body.readUInt16BE(0) % 31 === 0;
  const forms = [
    ...(isGzip ? [["gzip", gunzipSync] as const] : []),
    ...(isZlib ? [["deflate", inflateSync] as const] : []),
    ...(encoding === "deflate" && !isZlib ? [["deflate", inflateRawSync] as const] : []),
    ...(encoding === "br" ? [["br", brotliDecompressSync] as const] : []),
  ];
  for (const [form, unpack] of forms) {
    try {
      return { form, bytes: unpack(body, { maxOutputLength: maxInflated }) };
    } catch {
      // Not compressed after all.
    }
  }
  return undefined;
};

/** Chunk sizes or base64 left in the body, or the text wrapped into a JSON string. */
const framing: StepOf = (sent, received) => {
  if (/^[0-9a-f]{1,8}\r\n/i.test(received.toString("latin1", 0, 12))) {
    const bytes = withoutChunks(received);
    if (bytes?.equals(sent) === true) {
      return {
        finding: finding("body-altered", "chunk sizes were left in the body", 0),
        sent,
        received: bytes,
      };
    }
  }
  const start = received.toString("latin1", 0, 64);
  if (/^[A-Za-z0-9+/=\s]+$/.test(start) && received.length > sent.length) {
    const bytes = Buffer.from(received.toString("latin1"), "base64");
    if (bytes.equals(sent)) {
      return {
        finding: finding("body-altered", "the body arrived as base64 (Lambda: isBase64Encoded says so)", 0),
        sent,
        received: bytes,
      };
    }
  }
  if (start.startsWith('"')) {
    const text = utf8Text(received);
    const inner = text === undefined ? undefined : stringIn(text);
    if (inner !== undefined && /^\s*[{[]/.test(inner) && sent[0] !== 0x22) {
      return {
        finding: finding(
          "body-reserialized",
          "the JSON text was encoded as a JSON string: quoted and escaped again",
          0,
        ),
        sent,
        received: Buffer.from(inner),
      };
    }
  }
  return undefined;
};

const withoutChunks = (bytes: Buffer): Buffer | undefined => {
  try {
    return dechunk(bytes, "body");
  } catch {
    return undefined;
  }
};

const stringIn = (text: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
};

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

const byteOrderMark: StepOf = (sent, received) => {
  const [before, after] = [sent.subarray(0, 3).equals(mark), received.subarray(0, 3).equals(mark)];
  if (before === after) return undefined;
  const message = before ? "the leading byte order mark was removed" : "a leading byte order mark was added (EF BB BF)";
  return {
    finding: finding("body-bom", message, 0),
    sent: before ? sent.subarray(3) : sent,
    received: after ? received.subarray(3) : received,
  };
};

const charset: StepOf = (sent, received) => {
  for (const { message, bytes } of recodings(sent, received)) {
    const rest = textCauses(sent, bytes);
    // Report the conversion only if undoing it also explains all values; otherwise the body was altered.
    if (bytes.equals(sent) || rest.every(({ code }) => code !== "body-altered" && code !== "body-truncated")) {
      return { finding: finding("body-charset", message, firstHigh(received)), sent, received: bytes };
    }
  }
  return undefined;
};

const firstHigh = (bytes: Buffer): number => {
  const at = bytes.findIndex((byte) => byte > 0x7f || byte === 0);
  return Math.max(at, 0);
};

/** Checks line endings, outer whitespace, then JSON or form; anything else is different content. */
const textCauses = (sent: Buffer, received: Buffer): readonly CompareFinding[] => {
  if (sent.equals(received)) return [];
  const at = firstDifference(sent, received);
  const [before, after] = [sent.toString("latin1"), received.toString("latin1")];
  const [lfBefore, lfAfter] = [before.replaceAll("\r\n", "\n"), after.replaceAll("\r\n", "\n")];
  const [crlfBefore, crlfAfter] = [before.length - lfBefore.length, after.length - lfAfter.length];
  const endings =
    crlfBefore === crlfAfter ? undefined : finding("body-line-endings", endingsMessage(crlfBefore, crlfAfter), at);
  if (endings !== undefined && lfBefore === lfAfter) return [endings];
  if (trimmed(before) === trimmed(after)) return [finding("body-whitespace", blanksMessage(before, after), at)];
  if (endings !== undefined && trimmed(lfBefore) === trimmed(lfAfter)) {
    return [endings, finding("body-whitespace", blanksMessage(lfBefore, lfAfter), at)];
  }
  const isLarge = sent.length + received.length > 2 * maxJson;
  const json = isLarge ? undefined : jsonCauses(sent, received);
  if (json !== undefined) return json;
  if (before.startsWith(after)) {
    return [
      finding(
        "body-truncated",
        `the body was cut off: ${received.length} of ${sent.length} bytes arrived`,
        received.length,
      ),
    ];
  }
  const form = isLarge ? undefined : formCause(sent, received, at);
  if (form !== undefined) return [form];
  const change = `${bytesExcerpt(sent.subarray(at), 24)} became ${bytesExcerpt(received.subarray(at), 24)}`;
  return [
    ...(endings === undefined ? [] : [endings]),
    finding("body-altered", `the content differs, first at byte ${at}: ${change}`, at),
  ];
};

const endingsMessage = (before: number, after: number): string => {
  const count = Math.abs(after - before);
  const places = pluralize(count, "line end");
  return after > before ? `LF became CRLF at ${places}` : `CRLF became LF at ${places}`;
};

const trimmed = (text: string): string => text.replace(/^[ \t\r\n]+/, "").replace(/(?<![ \t\r\n])[ \t\r\n]+$/, "");

const blanksMessage = (before: string, after: string): string => {
  const end = (text: string): string =>
    text.slice(text.length - (text.length - text.replace(/(?<![ \t\r\n])[ \t\r\n]+$/, "").length));
  const start = (text: string): string => /^[ \t\r\n]*/.exec(text)?.[0] ?? "";
  const parts = [
    start(before) === start(after)
      ? ""
      : `at the start ${JSON.stringify(start(before).slice(0, 12))} became ${JSON.stringify(start(after).slice(0, 12))}`,
    end(before) === end(after)
      ? ""
      : `at the end ${JSON.stringify(end(before).slice(-12))} became ${JSON.stringify(end(after).slice(-12))}`,
  ].filter((part) => part !== "");
  return `whitespace around the body changed: ${parts.join(", ")}`;
};
