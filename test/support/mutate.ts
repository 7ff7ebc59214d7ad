/** A seeded generator of numbers from 0 to below 1, the same on each run (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Strings that parsers tend to trip over. */
const odd: readonly string[] = [
  "\0",
  "\r",
  "\n",
  "\r\n\r\n",
  "\u2028",
  "\ufeff",
  "\ufffe",
  "\x1b[2J",
  "\u202e",
  "\\ud800",
  "\xff\xfe",
  "%",
  "%zz",
  "\\",
  "'",
  '"',
  "{",
  "}",
  "[",
  "]",
  "[[[[[[[[",
  '{"a":',
  ",",
  ":",
  "null",
  "true",
  "-0",
  "1e999",
  "-1e999",
  "9007199254740993",
  "99999999999999999999",
  "-1",
  "0.1",
  '""',
  "[]",
  "{}",
  '"__proto__":{}',
  '"__proto__":{"x":1},',
  '"constructor":1,',
  '"toString":1,',
  "+275761-01-01T00:00:00Z",
  "-271822-01-01T00:00:00Z",
  "0000-00-00T99:99:99Z",
  "NaN",
  "Infinity",
  "$(id)",
  "`id`",
  "file:",
  "env:",
  "store:",
  "../",
  "/dev/zero",
  "=",
  "==",
  "%25",
  "a".repeat(5000),
  "(".repeat(500),
];

const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T;

/** The bytes with one to six small random mutations. */
export const mutated = (bytes: Buffer, random: () => number): Buffer => {
  let result = bytes;
  for (let count = 1 + Math.floor(random() * 6); count > 0; count--) result = damaged(result, random);
  return result;
};

const damaged = (bytes: Buffer, random: () => number): Buffer => {
  const at = Math.floor(random() * (bytes.length + 1));
  const end = Math.min(bytes.length, at + 1 + Math.floor(random() ** 3 * bytes.length));
  const [before, piece, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
  const word = (): Buffer => Buffer.from(pick(odd, random), random() < 0.5 ? "utf8" : "latin1");
  switch (Math.floor(random() * 8)) {
    case 0:
      return before;
    case 1:
      return Buffer.concat([before, after]);
    case 2:
      return Buffer.concat([before, piece, piece, after]);
    case 3:
      return Buffer.concat([before, piece.toReversed(), after]);
    case 4: {
      const flipped = Buffer.from(bytes);
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      return flipped;
    }
    case 5:
      return afterToken(bytes, word(), random);
    default:
      return Buffer.concat([before, word(), bytes.subarray(at)]);
  }
};

/** Replaces a value with something odd: the text between two delimiters of JSON, headers or forms. */
const afterToken = (bytes: Buffer, word: Buffer, random: () => number): Buffer => {
  const text = bytes.toString("latin1");
  const values = [...text.matchAll(/(?<=[:=, [])[^:=, \]}\r\n]+/g)];
  const value = pick(values, random);
  if (value === undefined) return word;
  const quoted = random() < 0.5 ? Buffer.from(JSON.stringify(word.toString("latin1"))) : word;
  return Buffer.concat([bytes.subarray(0, value.index), quoted, bytes.subarray(value.index + value[0].length)]);
};
