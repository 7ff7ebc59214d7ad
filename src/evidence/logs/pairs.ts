const isKeyStart = (code: number): boolean => isLetter(code) || code === 0x5f || code === 0x40;
const isKeyPart = (code: number): boolean =>
  isKeyStart(code) || (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2d;
const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;

/** The `key=value` pairs of a line; values may be quoted. Reads each character at most twice. */
export const pairsOf = (line: string): ReadonlyMap<string, string> => {
  const pairs = new Map<string, string>();
  // Once no closing quote is left, don't search for one again.
  let quotesEnd = false;
  for (let at = line.indexOf("="); at > 0; at = line.indexOf("=", at + 1)) {
    let start = at;
    while (start > 0 && at - start < 64 && isKeyPart(line.charCodeAt(start - 1))) start--;
    const before = start === 0 ? " " : line.charAt(start - 1);
    if (start === at || !isKeyStart(line.charCodeAt(start)) || !/[\s,[({]/.test(before)) continue;
    const key = line.slice(start, at);
    const quoted: number = line[at + 1] === '"' && !quotesEnd ? closingQuote(line, at + 2) : -1;
    if (quoted >= 0) {
      pairs.set(key, line.slice(at + 2, quoted));
      at = quoted;
      continue;
    }
    if (line[at + 1] === '"') quotesEnd = true;
    let end = at + 1;
    while (end < line.length && !/\s/.test(line.charAt(end))) end++;
    pairs.set(key, line.slice(at + 1, end).replace(/[,\])}]$/, ""));
    at = end - 1;
  }
  return pairs;
};

const closingQuote = (line: string, from: number): number => {
  for (let at = line.indexOf('"', from); at >= 0; at = line.indexOf('"', at + 1)) {
    let slashes = 0;
    while (at - 1 - slashes >= from && line[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
};
