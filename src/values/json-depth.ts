/** Real events have less than a hundred levels; V8 takes seconds to parse JSON nested millions deep. */
const maxDepth = 10_000;
/** Shorter texts are fast to parse at any depth. */
const short = 64 * 1024;

const [quote, backslash, openArray, closeArray, openObject, closeObject] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/** Whether text is nested too deeply to be read as JSON in a reasonable time. */
export const isTooDeep = (text: string): boolean => {
  if (text.length <= short) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === openArray || code === openObject) {
      if (++depth > maxDepth) return true;
    } else if (code === closeArray || code === closeObject) depth--;
  }
  return false;
};

const endOfString = (text: string, start: number): number => {
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) break;
    if (code === backslash) at++;
  }
  return at;
};
