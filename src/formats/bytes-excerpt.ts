import { utf8Text } from "../request/request.ts";
import { escapeControls } from "../values/escape.ts";

/** The beginning of some bytes as text that is safe to show; bytes that aren't valid UTF-8 appear as `\xff`. */
export const bytesExcerpt = (bytes: Buffer, limit = 32): string => {
  const cut = bytes.length > limit;
  const head = bytes.subarray(0, cut ? wholeEnd(bytes, limit) : bytes.length);
  const text = utf8Text(head);
  const shown =
    text === undefined
      ? escapeControls(head.toString("latin1")).replace(
          /[\x80-\xff]/g,
          (char) => `\\x${char.charCodeAt(0).toString(16)}`,
        )
      : escapeControls(text);
  return cut ? `${shown}…` : shown;
};

const wholeEnd = (bytes: Buffer, end: number): number => {
  let at = end;
  while (at > end - 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return at;
};
