import { utf8Text } from "../request/request.ts";

/** A possible charset conversion, with the received body converted back. */
interface Recoding {
  readonly message: string;
  readonly bytes: Buffer;
}

/** Possible charset conversions of a received body, likeliest first. */
export function* recodings(sent: Buffer, received: Buffer): Generator<Recoding> {
  const text = utf8Text(received);
  if (received.length > 1 && received.length % 2 === 0 && isUtf16(received)) {
    yield { message: "UTF-8 was written as UTF-16", bytes: fromUtf16(received) };
  }
  if (text === undefined) {
    yield { message: "UTF-8 was written as Latin-1", bytes: Buffer.from(received.toString("latin1"), "utf8") };
  } else if (isAscii(received)) {
    if (!isAscii(sent) && !text.includes("\\u")) yield* replacedCharacters(sent, text, "?");
  } else {
    for (const [name, decode] of [
      ["Latin-1", fromLatin1],
      ["Windows-1252", fromWindows1252],
    ] as const) {
      const bytes = decode(text);
      if (bytes !== undefined && utf8Text(bytes) !== undefined) {
        yield { message: `UTF-8 was read as ${name} and written as UTF-8 again (é became Ã©)`, bytes };
      }
    }
    const once = fromLatin1(utf8Text(sent) ?? "\ufffd");
    if (once !== undefined && !isAscii(once) && utf8Text(once) !== undefined) {
      yield {
        message: "double-encoded UTF-8 arrived as plain UTF-8",
        bytes: Buffer.from(received.toString("latin1"), "utf8"),
      };
    }
    if (text.includes("\ufffd")) yield* replacedCharacters(sent, text, "\ufffd");
  }
}

/**
 * Recognizes replaced characters: if replacing them in the sent body too gives the received one, nothing else changed.
 */
function* replacedCharacters(sent: Buffer, text: string, mark: string): Generator<Recoding> {
  const decoded = mark === "?" ? sent.toString("utf8").replace(/[^\0-\x7f]/gu, "?") : sent.toString("utf8");
  if (decoded === text) {
    yield {
      message: `what is not ${mark === "?" ? "ASCII" : "UTF-8"} was replaced by ${mark}; the bytes are lost`,
      bytes: sent,
    };
  }
}

const isAscii = (bytes: Buffer): boolean => !bytes.some((byte) => byte > 0x7f);

const isUtf16 = (bytes: Buffer): boolean =>
  bytes[0] === 0 || bytes[1] === 0 || /^(?:fffe|feff)/.test(bytes.toString("hex", 0, 2));

const fromUtf16 = (bytes: Buffer): Buffer => {
  const isBig = bytes[0] === 0xfe || bytes[0] === 0;
  const little = isBig ? Buffer.from(bytes).swap16() : bytes;
  return Buffer.from(little.toString("utf16le").replace(/^\ufeff/, ""), "utf8");
};

const fromLatin1 = (text: string): Buffer | undefined =>
  /[^\0-\xff]/.test(text) ? undefined : Buffer.from(text, "latin1");

// 0x80 to 0x9f of Windows-1252, which Latin-1 leaves to control characters (WHATWG Encoding Standard).
const windows = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";
const windowsByte = new Map(Array.from(windows, (char, index) => [char, String.fromCharCode(0x80 + index)] as const));

const fromWindows1252 = (text: string): Buffer | undefined =>
  /[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/.test(text)
    ? fromLatin1(text.replace(/[^\0-\xff]/gu, (char) => windowsByte.get(char) ?? char))
    : undefined;
