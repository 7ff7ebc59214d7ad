import { utf8Text } from "../../request/request.ts";
import { change } from "../types.ts";
import type { Body, BodyChange, Transform } from "../types.ts";

/** Decoding and encoding the body in all these ways costs as much as hashing it this many times. */
const rewriteFactor = 10;

const isAscii = (bytes: Buffer): boolean => {
  for (const byte of bytes) if (byte > 0x7f) return false;
  return true;
};

/** Undoes reading text in one charset and writing it in another. */
export const charset: Transform = {
  family: "charset",
  layer: 1,
  *changes({ bytes, text, affords }: Body): Iterable<BodyChange> {
    const code = "body-charset";
    if (bytes.length > 1 && bytes.length % 2 === 0 && (bytes[0] === 0 || bytes[1] === 0 || (bytes[0] ?? 0) >= 0xfe)) {
      yield change(3, { code, done: "its UTF-16 is written as UTF-8" }, () => Buffer.from(fromUtf16(bytes), "utf8"));
    }
    if (isAscii(bytes) || !affords(bytes.length * rewriteFactor)) return;
    if (text === undefined) {
      yield change(2, { code, done: "its Latin-1 is written as UTF-8" }, () =>
        Buffer.from(bytes.toString("latin1"), "utf8"),
      );
      yield change(3, { code, done: "its Windows-1252 is written as UTF-8" }, () =>
        Buffer.from(readWindows(bytes), "utf8"),
      );
      yield change(3, { code, done: "bytes that are not UTF-8 are replaced by U+FFFD, as the signer did" }, () =>
        Buffer.from(bytes.toString("utf8"), "utf8"),
      );
      return;
    }
    const once = "UTF-8 that was read as Latin-1 and written as UTF-8 again (Ã© for é) is restored";
    const single = unmix(text);
    if (single !== undefined) {
      yield change(2, { code, done: once }, () => single);
      const inner = utf8Text(single);
      const double = inner === undefined ? undefined : unmix(inner);
      if (double !== undefined) {
        yield change(3, { code, done: `${once}, twice` }, () => double);
      }
    }
    const windows = writeWindows(text);
    if (windows !== undefined && utf8Text(windows) !== undefined) {
      yield change(3, { code, done: once.replace("Latin-1", "Windows-1252") }, () => windows);
    }
    if (!/[^\0-\xff]/.test(text)) {
      yield change(3, { code, done: "its UTF-8 is written as Latin-1" }, () => Buffer.from(text, "latin1"));
    }
    if (windows !== undefined) yield change(4, { code, done: "its UTF-8 is written as Windows-1252" }, () => windows);
    yield change(3, { code, done: "each non-ASCII byte is encoded as UTF-8 again, as the signer did (é as Ã©)" }, () =>
      Buffer.from(bytes.toString("latin1"), "utf8"),
    );
    for (const form of ["NFC", "NFD"] as const) {
      yield change(4, { code, done: `its text is normalized to Unicode form ${form}` }, () =>
        Buffer.from(text.normalize(form), "utf8"),
      );
    }
    yield change(5, { code, done: "each character outside ASCII is replaced by ?, as the signer did" }, () =>
      Buffer.from(text.replace(/[^\0-\x7f]/gu, "?"), "utf8"),
    );
  },
};

/** The bytes that give this text when decoded as Latin-1. @returns undefined if they aren't UTF-8 */
const unmix = (text: string): Buffer | undefined => {
  if (/[^\0-\xff]/.test(text)) return undefined;
  const bytes = Buffer.from(text, "latin1");
  return utf8Text(bytes) === undefined ? undefined : bytes;
};

const fromUtf16 = (bytes: Buffer): string => {
  const isBig = bytes[0] === 0xfe || bytes[0] === 0;
  return (isBig ? Buffer.from(bytes).swap16() : bytes).toString("utf16le").replace(/^\ufeff/, "");
};

// 0x80 to 0x9f of Windows-1252 (WHATWG Encoding Standard).
const windows = Array.from("€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ");
const windowsByte = new Map(windows.map((char, at) => [char, String.fromCharCode(0x80 + at)] as const));

const readWindows = (bytes: Buffer): string =>
  bytes.toString("latin1").replace(/[\x80-\x9f]/g, (char) => windows[char.charCodeAt(0) - 0x80] ?? char);

const writeWindows = (text: string): Buffer | undefined => {
  if (!/[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/.test(text)) return undefined;
  const latin = text.replace(/[^\0-\xff]/gu, (char) => windowsByte.get(char) ?? char);
  return /[^\0-\xff]/.test(latin) ? undefined : Buffer.from(latin, "latin1");
};
