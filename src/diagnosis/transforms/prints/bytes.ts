import { blanks, withoutEnd } from "../../../values/cut.ts";
import { isWhitespace } from "../../../values/whitespace.ts";
import { change } from "../../types.ts";
import type { Body, BodyChange, Transform } from "../../types.ts";
import { bytesOf } from "./escapes.ts";

const maxPrint = 4 * 1024 * 1024;
/** Parsing a list of numbers costs as much as hashing it this many times. */
const readFactor = 50;

const fix =
  "Pass the bytes on, not a printed version of them: in Node, req.body.toString('utf8') or the Buffer itself. Verify them before anything else reads them.";

const restored = (cost: number, done: string, culprit: string, make: () => Buffer | undefined): BodyChange =>
  change(cost, { code: "body-reserialized", done, culprit, fix }, make);

/** Restores a raw body that was printed as a list, as hex or as a bytes literal instead of being passed on. */
export const unlisted: Transform = {
  family: "bytes-print",
  layer: 1,
  *changes({ text, affords }: Body): Iterable<BodyChange> {
    if (text === undefined || text.length < 2 || text.length > maxPrint) return;
    const head = text.slice(0, 64);
    const list = listStarts.find(({ start }) => start.test(head));
    if (list !== undefined && affords(text.length * readFactor)) {
      const made = list.keyed === true ? keyedBytes(text) : listedBytes(text, list.start);
      if (made !== undefined) yield restored(2, `the bytes that ${list.done} are restored`, list.culprit, () => made);
    }
    const hexStart = /^(?:\\x|0x|<Buffer |["']\\?\\?x?)?(?=[0-9a-fA-F]{2})/.exec(head)?.[0];
    if (hexStart !== undefined) {
      const made = hexBytes(text, hexStart.length);
      const [done, culprit] = hexStart.startsWith("<")
        ? [
            "the bytes Node printed as <Buffer …> are restored",
            "console.log(req.body) or a template with the Buffer of express.raw()",
          ]
        : [
            "its hex digits are decoded",
            "a binary column shown as text, .hex() or toString('hex') instead of the bytes",
          ];
      if (made !== undefined) yield restored(2, done, culprit, () => made);
    }
    const python = /^(?:bytearray\()?b(['"])/.exec(head);
    if (python !== null) {
      const end = text.trimEnd().replace(/\)$/, "");
      const quote = python[1] ?? "";
      if (end.endsWith(quote) && end.length > python[0].length) {
        yield restored(
          3,
          "Python's b'…' around it is removed and its escapes are decoded",
          "str(request.body) or an f-string, which print bytes, instead of request.body.decode()",
          () => bytesOf(end.slice(python[0].length, -1)),
        );
      }
    }
    const base64 = /^(?:"|data:[\w/+.-]{1,60}(?:;[\w=-]{1,40})?;base64,)(?=[A-Za-z0-9+/_-]{8})/.exec(head)?.[0];
    if (base64 !== undefined) {
      const inner = text.trimEnd().slice(base64.length).replace(/"$/, "");
      if (isBase64(inner))
        yield restored(
          3,
          base64 === '"' ? "the base64 inside its quotes is decoded" : "its data: URL is decoded",
          "a JSON writer, which writes a byte array as base64 (Go's []byte, .NET's and Jackson's byte[])",
          () => Buffer.from(inner, "base64"),
        );
    }
  },
};

interface ListStart {
  readonly start: RegExp;
  /** Completes "the bytes that … are restored". */
  readonly done: string;
  readonly culprit: string;
  /** Set if each byte has its index as a key. */
  readonly keyed?: true;
}

/** How printed lists of bytes start. */
const listStarts: readonly ListStart[] = [
  {
    start: /^\s*\{\s*"type"\s*:\s*"Buffer"\s*,\s*"data"\s*:\s*\[/,
    done: 'JSON.stringify() wrote as {"type":"Buffer","data":[…]}',
    culprit: "JSON.stringify(req.body) of the Buffer that express.raw() or bodyParser.raw() gives",
  },
  {
    start: /^\s*\{\s*"0"\s*:\s*\d{1,3}\s*,\s*"1"\s*:/,
    done: 'JSON.stringify() wrote as {"0":…,"1":…}',
    culprit: "JSON.stringify() of a Uint8Array",
    keyed: true,
  },
  {
    start: /^(?:Uint8Array\(\d+\) )?\[\s*-?\d{1,3}\s*[, ]/,
    done: "were printed as a list of numbers",
    culprit: "Arrays.toString(bytes) in Java, %v of a []byte in Go, list(bytes) in Python",
  },
  {
    start: /^(?=\d{1,3},\d{1,3},)/,
    done: "were printed as comma-separated numbers",
    culprit: "String(uint8Array), which a template or + '' calls",
  },
];

/** Parses a list of byte values; Java's range from -128. */
const listedBytes = (text: string, start: RegExp): Buffer | undefined => {
  const from = start.exec(text)?.[0].search(/-?\d{1,3}\s*[, ]?$|$/) ?? 0;
  const body = withoutEnd(text.slice(from), `${blanks}]}`);
  return numbersOf(body);
};

const numbersOf = (text: string): Buffer | undefined => {
  const bytes: number[] = [];
  const number = /\s*(-?\d{1,3})\s*(?:,|\s|$)/y;
  for (let at = 0; at < text.length; at = number.lastIndex) {
    number.lastIndex = at;
    const value = Number(number.exec(text)?.[1] ?? "256");
    if (value < -128 || value > 255) return undefined;
    bytes.push(value & 0xff);
  }
  return bytes.length > 1 ? Buffer.from(bytes) : undefined;
};

const keyedBytes = (text: string): Buffer | undefined => {
  const bytes: number[] = [];
  const member = /\s*[{,]\s*"(\d{1,7})"\s*:\s*(\d{1,3})(?=\s*[,}])/y;
  for (let at = 0; /[^\s}]/.test(text.charAt(at)); at = member.lastIndex) {
    member.lastIndex = at;
    const [, place, value] = member.exec(text) ?? [];
    if (Number(place) !== bytes.length || Number(value) > 255) return undefined;
    bytes.push(Number(value));
  }
  return Buffer.from(bytes);
};

const hexBytes = (text: string, from: number): Buffer | undefined => {
  const digits: number[] = [];
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isDigit = (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
    if (isDigit) digits.push(code);
    else if (!isWhitespace(code) && !(code === 0x3e || code === 0x22 || code === 0x27)) return undefined;
  }
  if (digits.length < 4 || digits.length % 2 !== 0) return undefined;
  return Buffer.from(Buffer.from(digits).toString("latin1"), "hex");
};

const isBase64 = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (!/[A-Za-z0-9+/=_-]/.test(text.charAt(at))) return false;
  return text.length >= 8;
};
