import { utf8Text } from "../../request/request.ts";
import { readJson, scalarText } from "../../values/json-text.ts";
import { isWhitespace } from "../../values/whitespace.ts";
import { change } from "../types.ts";
import type { Body, BodyChange, Transform } from "../types.ts";
import { removedStep } from "./ends.ts";

/** Removes what transports and careless code leave around a body. */
export const framingOff: Transform = {
  family: "framing",
  layer: 1,
  *changes({ bytes, text, facts }: Body): Iterable<BodyChange> {
    const chunks = dechunked(bytes);
    if (chunks !== undefined) {
      yield change(
        2,
        {
          code: "body-altered",
          done: "the leftover chunk sizes are removed",
          culprit: "a raw-socket reader or proxy that does not decode Transfer-Encoding: chunked",
        },
        () => chunks,
      );
    }
    const length = facts.contentLength;
    if (length !== undefined && length > 0 && length < bytes.length) {
      const isBlank = bytes.subarray(length).every((byte) => isWhitespace(byte));
      const done = "it is cut to the length in Content-Length";
      yield change(2, isBlank ? removedStep(`${done}, which removes only whitespace`) : altered(done), () =>
        bytes.subarray(0, length),
      );
    }
    const inner = text === undefined ? undefined : unquoted(text);
    if (inner !== undefined)
      yield change(2, stringified("the JSON string around it is removed"), () => Buffer.from(inner));
    const bare = text !== undefined && "'\"`".includes(text.charAt(0)) ? text.trimEnd() : "";
    if (bare.length > 1 && bare.endsWith(bare.charAt(0))) {
      yield change(3, quoted("the quotes around it are removed"), () => Buffer.from(bare.slice(1, -1)));
    }
    if (text !== undefined && isBase64(bytes)) {
      yield change(2, altered("its base64 is decoded"), () => Buffer.from(text, "base64"));
    }
    if (text !== undefined && text.includes('\\"')) {
      yield change(4, quoted('its \\" is written as "'), () => Buffer.from(text.replaceAll('\\"', '"')));
    }
  },
};

/** Adds the same framing, in case the signer signed it that way. */
export const framingOn: Transform = {
  family: "framing",
  layer: 3,
  isExpensive: true,
  *changes({ bytes, text }: Body): Iterable<BodyChange> {
    if (text !== undefined && bytes.length > 0) {
      yield change(2, stringified("it is written as a JSON string, as the signer did"), () =>
        Buffer.from(JSON.stringify(text)),
      );
      yield change(4, quoted("quotes are put around it"), () => Buffer.from(`"${text}"`));
      yield change(5, quoted("single quotes are put around it"), () => Buffer.from(`'${text}'`));
      yield change(5, quoted("Python's b'…' is put around it"), () => Buffer.from(`b'${text}'`));
      yield change(5, altered("null bytes and whitespace after its last bracket are removed"), () => {
        const end = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"));
        return end < 0 ? undefined : Buffer.from(text.slice(0, end + 1));
      });
      const start = /[{[]/.exec(text)?.index ?? 0;
      if (start > 0)
        yield change(5, altered("the text before its JSON is removed"), () => Buffer.from(text.slice(start)));
    }
    yield change(4, altered("it is encoded in base64, as the signer signed it"), () =>
      Buffer.from(bytes.toString("base64")),
    );
    yield change(5, { code: "body-altered", done: "it is framed as one chunk, as the signer signed it" }, () =>
      Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n0\r\n\r\n")]),
    );
  },
};

/** What a signer signs if a parser has already consumed the body. */
export const emptied: Transform = {
  family: "emptied",
  layer: 3,
  to: "received",
  *changes({ bytes }: Body): Iterable<BodyChange> {
    const culprit =
      "the signer read a stream that a body parser had already consumed, or signed a variable that was not yet set";
    const texts = [
      [2, "", "an empty body is signed"],
      [3, "{}", "an empty object {} is signed instead"],
      [
        3,
        "[object Object]",
        "the text [object Object] is signed instead: an object was turned into text, not into JSON",
      ],
      [4, "null", "the text null is signed instead"],
      [4, '""', 'an empty JSON string "" is signed instead'],
      [4, "undefined", "the text undefined is signed instead"],
      [4, "[]", "an empty list [] is signed instead"],
      [4, "None", "the text None is signed instead"],
    ] as const;
    for (const [cost, text, done] of texts) {
      if (bytes.toString("latin1", 0, 16) === text) continue;
      yield change(cost, { code: text === "[object Object]" ? "body-reserialized" : "body-empty", done, culprit }, () =>
        Buffer.from(text),
      );
    }
  },
};

const altered = (done: string) =>
  ({
    code: "body-altered",
    done,
    culprit: "a relay, a gateway (isBase64Encoded) or a logging step between sender and receiver",
  }) as const;

const stringified = (done: string) =>
  ({
    code: "body-reserialized",
    done,
    culprit:
      "JSON.stringify() of text that is already JSON, or a client library that encodes strings as JSON (axios, requests' json=)",
  }) as const;

const quoted = (done: string) =>
  ({
    code: "body-altered",
    done,
    culprit: "a shell, a .env file, a log or str(bytes) added the quotes",
  }) as const;

const unquoted = (text: string): string | undefined => {
  if (!text.startsWith('"') || !text.endsWith('"')) return undefined;
  const node = readJson(text);
  return node?.kind === "string" ? scalarText(node) : undefined;
};

/**
 * Whether the whole body is base64, possibly split into lines. Uses a loop because V8 fails on such a regular
 * expression for long texts.
 */
const isBase64 = (bytes: Buffer): boolean => {
  let end = bytes.length;
  while (end > 0 && isWhitespace(bytes[end - 1])) end--;
  for (let pads = 0; pads < 2 && bytes[end - 1] === 0x3d; pads++) end--;
  let digits = 0;
  for (let at = 0; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (isBase64Digit(byte)) digits++;
    else if (!isWhitespace(byte)) return false;
  }
  return digits >= 8;
};

const isBase64Digit = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x2f && byte <= 0x39) || byte === 0x2b;

/** Real messages don't have more chunks than this. */
const maxChunks = 100_000;

/** Decodes `Transfer-Encoding: chunked`. @returns undefined if the body isn't entirely chunked */
const dechunked = (bytes: Buffer): Buffer | undefined => {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length && parts.length < maxChunks;) {
    const line = bytes.indexOf("\r\n", at, "latin1");
    if (line < 0 || line - at > 64) return undefined;
    const size = /^([0-9a-f]{1,7})(?:;[^\r\n]*)?$/i.exec(bytes.toString("latin1", at, line))?.[1];
    if (size === undefined) return undefined;
    const length = Number.parseInt(size, 16);
    if (length === 0) return parts.length > 0 ? Buffer.concat(parts) : undefined;
    const end = line + 2 + length;
    if (end > bytes.length) return undefined;
    parts.push(bytes.subarray(line + 2, end));
    at = bytes.toString("latin1", end, end + 2) === "\r\n" ? end + 2 : bytes.length + 1;
  }
  return parts.length > 0 && utf8Text(bytes) !== undefined ? Buffer.concat(parts) : undefined;
};
