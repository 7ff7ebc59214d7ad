import type { NumberStyle } from "./json-numbers.ts";
import type { StringStyle } from "./json-strings.ts";
import type { JsonMember } from "./json-text.ts";

/** The spaces between tokens. `keep` leaves them as they were read. */
export type Spacing =
  | { readonly kind: "keep" }
  /** On one line: the text between items, between key and value, and inside brackets. */
  | {
      readonly kind: "flat";
      readonly item: string;
      readonly colon: string;
      readonly pad: string;
      /** Spaces inside array brackets, if they differ from those inside braces. */
      readonly arrayPad?: string;
    }
  /** One item per line. */
  | {
      readonly kind: "indent";
      readonly unit: string;
      readonly eol: string;
      readonly colon: string;
      /** Arrays stay on one line, as Jackson's default printer writes them. */
      readonly flatArrays?: boolean;
      /** The text inside empty objects and arrays; a newline is followed by indentation. */
      readonly empty?: readonly [object: string, array: string];
    };

/**
 * `sorted`: by code unit, deep. `js`: as JSON.parse and JSON.stringify leave them: integers first, the last of
 * duplicates. `length`: short ones first (jsonb of PostgreSQL, JSON of MySQL). `java`: as a HashMap keeps strings.
 */
export type KeyOrder = "keep" | "sorted" | "js" | "length" | "java";

/** How a document is written; `keep` means byte for byte as read. */
export interface JsonStyle {
  readonly spacing: Spacing;
  readonly order: KeyOrder;
  readonly strings: StringStyle;
  readonly numbers: NumberStyle;
}

/** Leaves everything as it was read. */
export const keepStyle: JsonStyle = {
  spacing: { kind: "keep" },
  order: "keep",
  strings: {},
  numbers: { kind: "keep" },
};

/** An object's members in a given order. */
export const orderedMembers = (members: readonly JsonMember[], order: KeyOrder): readonly JsonMember[] => {
  switch (order) {
    case "keep":
      return members;
    case "sorted":
      return members.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    case "length":
      return lastOnes(members)
        .map((member) => ({ member, key: Buffer.from(member.key) }))
        .toSorted((a, b) => a.key.length - b.key.length || a.key.compare(b.key))
        .map(({ member }) => member);
    case "java":
      return hashed(lastOnes(members));
    case "js": {
      const last = lastOnes(members);
      const integers = last.filter((member) => isIndex(member.key));
      return [
        ...integers.toSorted((a, b) => Number(a.key) - Number(b.key)),
        ...last.filter((member) => !isIndex(member.key)),
      ];
    }
  }
};

// A Map keeps the first place of a key and takes its last value, as objects do.
const lastOnes = (members: readonly JsonMember[]): readonly JsonMember[] => [
  ...new Map(members.map((member) => [member.key, member])).values(),
];

/** The order of java.util.HashMap: by bucket, of which there are sixteen, doubled whenever three quarters are full. */
const hashed = (members: readonly JsonMember[]): readonly JsonMember[] => {
  let buckets = 16;
  while (members.length > buckets * 0.75) buckets *= 2;
  const bucketOf = ({ key }: JsonMember): number => {
    let hash = 0;
    for (let at = 0; at < key.length; at++) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  return members
    .map((member) => ({ member, bucket: bucketOf(member) }))
    .toSorted((a, b) => a.bucket - b.bucket)
    .map(({ member }) => member);
};

// Array indices of ECMAScript, 0 to 2^32 - 2: the keys that objects put first.
const isIndex = (key: string): boolean => /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;
