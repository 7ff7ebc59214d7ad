import { utf8Text } from "../request/request.ts";
import type { KeyOrder } from "../values/json-style.ts";
import { readJson } from "../values/json-text.ts";
import type { JsonNode } from "../values/json-text.ts";
import { isInOrder } from "./transforms/json/order.ts";
import { unprinted } from "./transforms/prints/prints.ts";
import type { BodyFacts } from "./types.ts";

/** Larger bodies are unlikely to be printed values, and too expensive to scan here. */
const maxText = 256 * 1024;

/** A printed representation of a parsed body that lost data, and how to recognize it. */
interface LossyPrint {
  readonly shows: RegExp;
  /** Completes "the body looks like …". */
  readonly is: string;
}

const lossy: readonly LossyPrint[] = [
  {
    shows: /^[{[][\s\S]*(?:\[(?:Object|Array|Circular \*\d+)\]|\.\.\. \d+ more (?:items?|characters?))/,
    is: "an object printed by console.log(), with [Object] or … more items where it was shortened: log JSON.stringify(req.body), or better, the raw text",
  },
  {
    shows: /^<Buffer (?:[0-9a-f]{2} )+\.\.\. \d+ more bytes>/,
    is: "a Buffer printed by console.log(), which shows only 50 bytes: log req.body.toString()",
  },
  {
    shows: /^map\[[^\]:]{1,80}:/,
    is: "a map printed by Go's %v, which loses quotes and key order: log the bytes of the body",
  },
  {
    shows: /^\{[\w.$-]{1,80}=/,
    is: "a map printed by Java's Map.toString(), which loses quotes and types: log the body as a String before it is mapped",
  },
  {
    shows: /^(?:Array|\w+ Object)\r?\n\(\r?\n/,
    is: "data printed by PHP's print_r(), which loses types: log file_get_contents('php://input')",
  },
  {
    shows: /^(?:Object|Array|Some|Ok) ?[({[][\s\S]*(?:String|Number|Bool)\(/,
    is: "a serde_json Value printed by Rust's {:?}: log the bytes of the body",
  },
  {
    shows: /^#<[A-Z][\w:]* /,
    is: "an object printed by Ruby's inspect: log request.raw_post",
  },
];

const orders: readonly (readonly [order: KeyOrder, by: string])[] = [
  ["sorted", "sorted, as with Go maps, json.dumps(sort_keys=True), Elixir maps and serde_json"],
  ["length", "sorted by length, as in PostgreSQL's jsonb and MySQL's JSON"],
  ["java", "in Java HashMap order, as with org.json, fastjson, or Jackson with a Map"],
];

/** Six keys are in sorted order by chance in one of 720 cases. */
const minKeysForOrder = 6;

/** Recognizes printed or re-serialized bodies whose original can't be restored. These are hints, not proof. */
export const recognizedForms = (bytes: Buffer): readonly string[] => {
  const text = bytes.length > maxText ? undefined : utf8Text(bytes);
  if (text === undefined) return [];
  const print = lossy.find(({ shows }) => shows.test(text));
  if (print !== undefined) return [`the body looks like ${print.is}`];
  const [readable] = unprinted.changes({ bytes, text, facts: noFacts, room: 9, affords: () => true });
  const [step] = readable?.steps(bytes, bytes) ?? [];
  if (step !== undefined) {
    return [
      `the body is not JSON but a printed version of a parsed one (${step.culprit}): the original whitespace, escapes or key order may be lost`,
    ];
  }
  const root = readJson(text);
  const hasEnoughKeys = root !== undefined && largestKeyCount(root) >= minKeysForOrder;
  const order = hasEnoughKeys ? orders.find(([one]) => isInOrder(root, one)) : undefined;
  return order === undefined
    ? []
    : [
        `the body's keys are ${order[1]}: if the sender does not write them this way, the body was re-serialized and their order is lost`,
      ];
};

const noFacts: BodyFacts = { contentLength: undefined, contentEncoding: undefined, contentType: undefined };

/** The number of keys of the largest object. */
const largestKeyCount = (node: JsonNode): number => {
  if (node.kind === "array") return Math.max(0, ...node.items.slice(0, 100).map(largestKeyCount));
  if (node.kind !== "object") return 0;
  return Math.max(node.members.length, ...node.members.slice(0, 100).map(({ value }) => largestKeyCount(value)));
};
