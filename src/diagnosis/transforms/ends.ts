import { isWhitespace } from "../../values/whitespace.ts";
import { change } from "../types.ts";
import type { Body, BodyChange, Transform } from "../types.ts";

const blanksAt = (bytes: Buffer): readonly [leading: number, trailing: number] => {
  let leading = 0;
  while (leading < bytes.length && isWhitespace(bytes[leading])) leading++;
  let trailing = 0;
  while (trailing < bytes.length - leading && isWhitespace(bytes[bytes.length - 1 - trailing])) trailing++;
  return [leading, trailing];
};

const lastNot = (bytes: Buffer, byte: number): number => {
  let at = bytes.length - 1;
  while (at >= 0 && bytes[at] === byte) at--;
  return at;
};

const quoted = (bytes: Buffer): string => JSON.stringify(bytes.toString("latin1"));

const added = ["\n", "\r\n", " ", "\n\n", "\0", "\r", "\t", "  ", "\r\n\r\n", " \n"] as const;
const words: Readonly<Record<string, string>> = {
  "\n": "a newline",
  "\r\n": "a CRLF",
  "\n\n": "two newlines",
  " ": "a space",
  "\0": "a NUL byte",
  "\r": "a carriage return",
  "\t": "a tab",
  "  ": "two spaces",
  "\r\n\r\n": "an empty line with CRLF",
  " \n": "a space and a newline",
};

/** Removes or adds whitespace before and after the body. */
export const ends: Transform = {
  family: "ends",
  layer: 3,
  *changes({ bytes }: Body): Iterable<BodyChange> {
    const [leading, trailing] = blanksAt(bytes);
    if (trailing > 0) {
      yield change(2, removedStep(`the trailing ${quoted(bytes.subarray(bytes.length - trailing))} is removed`), () =>
        bytes.subarray(0, bytes.length - trailing),
      );
    }
    if (leading > 0) {
      yield change(2, removedStep(`the leading ${quoted(bytes.subarray(0, leading))} is removed`), () =>
        bytes.subarray(leading),
      );
    }
    if (leading > 0 && trailing > 0) {
      yield change(3, removedStep("the whitespace before and after the body is removed"), () =>
        bytes.subarray(leading, bytes.length - trailing),
      );
    }
    for (let cut = 1; cut < Math.min(trailing, 4); cut++) {
      yield change(3, removedStep(`the last ${cut} of the trailing whitespace characters are removed`), () =>
        bytes.subarray(0, bytes.length - cut),
      );
    }
    for (const [at, text] of added.entries()) {
      yield change(at === 0 ? 2 : at < 3 ? 3 : 4, addedStep(`${words[text]} is put back at the end of the body`), () =>
        Buffer.concat([bytes, Buffer.from(text, "latin1")]),
      );
    }
    for (const text of ["\n", " ", "\r\n"]) {
      yield change(4, addedStep(`${words[text]} is put back before the body`), () =>
        Buffer.concat([Buffer.from(text), bytes]),
      );
    }
    if (bytes.at(-1) === 0) {
      yield change(4, removedStep("the NUL bytes at its end are removed"), () =>
        bytes.subarray(0, lastNot(bytes, 0) + 1),
      );
    }
    if (bytes[0] === 0) yield change(4, removedStep("the NUL byte before it is removed"), () => bytes.subarray(1));
  },
};

/** The step that removes whitespace. */
export const removedStep = (done: string) =>
  ({
    code: "body-whitespace",
    done,
    culprit: "an editor that ends files with a newline, a shell's echo or here-document, or a template",
    places: 1,
  }) as const;

const addedStep = (done: string) =>
  ({
    code: "body-whitespace",
    done,
    culprit: "trim() in a handler, $(cat file) in a shell, or a parser that drops surrounding whitespace",
    places: 1,
  }) as const;

const bom = Buffer.from([0xef, 0xbb, 0xbf]);

/** The byte order mark. */
export const byteOrderMark: Transform = {
  family: "bom",
  layer: 3,
  *changes({ bytes }: Body): Iterable<BodyChange> {
    const code = "body-bom";
    if (bytes.subarray(0, 3).equals(bom)) {
      yield change(2, { code, done: "the byte order mark at its start is removed", places: 1 }, () =>
        bytes.subarray(3),
      );
    } else {
      yield change(2, { code, done: "a byte order mark (EF BB BF) is put back before the body", places: 1 }, () =>
        Buffer.concat([bom, bytes]),
      );
    }
  },
};

/**
 * Removes whitespace and byte order marks outside a wrapper, compression or charset, which must happen before those are
 * undone. Costs more than `ends`, so that a plain body gets the simpler explanation.
 */
export const outerEnds: Transform = {
  family: "outer-ends",
  layer: 1,
  *changes({ bytes }: Body): Iterable<BodyChange> {
    const [leading, trailing] = blanksAt(bytes);
    if (leading + trailing > 0) {
      yield change(3, removedStep("the whitespace around the body is removed"), () =>
        bytes.subarray(leading, bytes.length - trailing),
      );
    }
    if (bytes.subarray(0, 3).equals(bom)) {
      yield change(3, { code: "body-bom", done: "the byte order mark at its start is removed", places: 1 }, () =>
        bytes.subarray(3),
      );
    }
  },
};
