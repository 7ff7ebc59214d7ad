import { withoutEnd } from "../../values/cut.ts";
import { readJson } from "../../values/json-text.ts";
import type { JsonMember, JsonNode } from "../../values/json-text.ts";
import { change } from "../types.ts";
import type { Body, BodyChange, Transform } from "../types.ts";

/** Larger JSON is not searched for such values. */
const maxJson = 256 * 1024;
/** Parsing it costs as much as hashing it this many times. */
const readFactor = 80;
/** With at most this many empty values, each is also changed separately. */
const fewEmpty = 6;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** Values that frameworks substitute for each other: null, empty strings, empty lists and objects, and date formats. */
export const exchanged: Transform = {
  family: "values",
  layer: 1,
  // Afterwards, only styles that libraries use by default are tried.
  nested: 3,
  *changes({ text, affords }: Body): Iterable<BodyChange> {
    if (
      text === undefined ||
      text.length > maxJson ||
      !/^\s{0,99}[{[]/.test(text) ||
      !/null|""|\[\s*\]|\{\s*\}|\dT\d/.test(text)
    )
      return;
    const root = affords(text.length * readFactor) ? readJson(text) : undefined;
    if (root === undefined) return;
    const seen = valuesOf(root);
    const put = (cost: number, done: string, culprit: string, edits: readonly Edit[]): BodyChange =>
      change(cost, { code: "body-reserialized", done, culprit, places: edits.length }, () => edited(text, edits));
    const all = (nodes: readonly JsonNode[], by: string): readonly Edit[] =>
      nodes.map(({ start, end }) => ({ start, end, by }));
    const { nulls, texts, lists, objects } = seen;
    const php = "json_decode($body, true), which makes {} an empty array, and json_encode(), which writes [] for it";
    if (lists.length > 0) yield put(2, "each [] is changed back to {}", php, all(lists, "{}"));
    if (lists.length > 1 && lists.length <= fewEmpty)
      for (const [at, list] of lists.entries())
        yield put(3, `the ${ordinal(at)} [] is changed back to {}`, php, all([list], "{}"));
    if (objects.length > 0)
      yield put(
        3,
        "each {} is changed back to []",
        "Lua's cjson (OpenResty, Kong), which writes {} for an empty table",
        all(objects, "[]"),
      );
    if (nulls.length > 0) {
      yield put(
        3,
        'each null is changed back to ""',
        "Laravel's ConvertEmptyStringsToNull, or a form parser that turns empty values into null",
        all(nulls, '""'),
      );
    }
    const dropped = droppedNulls(text, root);
    if (dropped.length > 0) {
      yield put(
        3,
        "null members are removed",
        "deserializing into a class and serializing it again, which adds null for each missing field (Jackson, System.Text.Json, Pydantic)",
        dropped,
      );
    }
    if (texts.length > 0)
      yield put(
        4,
        'each "" is changed back to null',
        "a template or language that prints null as an empty string",
        all(texts, "null"),
      );
    for (const { done, spell } of dates) {
      const edits = seen.dates.flatMap(({ start, end, raw }) => {
        const by = spell(raw);
        return by === raw ? [] : [{ start, end, by }];
      });
      if (edits.length > 0) yield put(3, done, dateReaders, edits);
    }
  },
};

const dateReaders =
  "a parser that converts text into dates and prints them its own way (Newtonsoft's JObject.Parse(), Gson, Ruby's Time)";

const fraction = (digits: number) => (raw: string) =>
  raw.replace(/(T\d\d:\d\d:\d\d)(?:\.(\d+))?/, (_, time: string, had = "") => `${time}.${had.padEnd(digits, "0")}`);

/** How dates may have been written before a parser reformatted them. */
const dates: readonly { readonly done: string; readonly spell: (raw: string) => string }[] = [
  { done: "three fractional digits are added back to each timestamp", spell: fraction(3) },
  { done: "six fractional digits are added back to each timestamp", spell: fraction(6) },
  {
    done: "trailing zeros of fractional seconds are removed in each timestamp",
    spell: (raw) =>
      raw.replace(
        /(T\d\d:\d\d:\d\d)(\.\d+)/,
        (_, time: string, digits: string) => time + withoutEnd(withoutEnd(digits, "0"), "."),
      ),
  },
  { done: "each Z is changed back to +00:00", spell: (raw) => raw.replace(/Z"$/, '+00:00"') },
  { done: "each +00:00 is changed back to Z", spell: (raw) => raw.replace(/\+00:?00"$/, 'Z"') },
];

const ordinal = (at: number): string => ["first", "second", "third", "fourth", "fifth", "sixth"][at] ?? "last";

type Scalar = Extract<JsonNode, { readonly raw: string }>;

interface Values {
  readonly nulls: JsonNode[];
  readonly texts: JsonNode[];
  readonly lists: JsonNode[];
  readonly objects: JsonNode[];
  readonly dates: Scalar[];
}

const valuesOf = (root: JsonNode): Values => {
  const found: Values = { nulls: [], texts: [], lists: [], objects: [], dates: [] };
  const walk = (node: JsonNode): void => {
    if (node.kind === "array") {
      if (node.items.length === 0) found.lists.push(node);
      node.items.forEach(walk);
    } else if (node.kind === "object") {
      if (node.members.length === 0) found.objects.push(node);
      for (const { value } of node.members) walk(value);
    } else if (node.raw === "null") found.nulls.push(node);
    else if (node.raw === '""') found.texts.push(node);
    else if (node.kind === "string" && /^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(node.raw)) found.dates.push(node);
  };
  walk(root);
  return found;
};

/** The edits that remove every null member. */
const droppedNulls = (text: string, root: JsonNode): readonly Edit[] => {
  const edits: Edit[] = [];
  const isNull = ({ value }: JsonMember): boolean => "raw" in value && value.raw === "null";
  const keyStart = ({ rawKey, value }: JsonMember): number =>
    withoutEnd(text.slice(0, value.start), " \t\r\n:").length - rawKey.length;
  const walk = (node: JsonNode): void => {
    if (node.kind === "array") node.items.forEach(walk);
    if (node.kind !== "object") return;
    let isFirst = true;
    for (const [at, member] of node.members.entries()) {
      if (!isNull(member)) {
        isFirst = false;
        walk(member.value);
        continue;
      }
      const [before, after] = [node.members[at - 1], node.members[at + 1]];
      // Also removes the comma: the one before the member or, if no member before it is left, the one after it.
      const start = isFirst || before === undefined ? keyStart(member) : before.value.end;
      const end = isFirst && after !== undefined ? keyStart(after) : member.value.end;
      edits.push({ start, end, by: "" });
    }
  };
  walk(root);
  return edits;
};

const edited = (text: string, edits: readonly Edit[]): Buffer => {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, by } of edits) {
    parts.push(text.slice(from, start), by);
    from = end;
  }
  return Buffer.from(parts.join("") + text.slice(from));
};
