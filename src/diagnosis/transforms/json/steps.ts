import type { JsonStyle } from "../../../values/json-style.ts";
import { keepStyle } from "../../../values/json-style.ts";
import { readJson } from "../../../values/json-text.ts";
import type { JsonNode } from "../../../values/json-text.ts";
import type { JsonDocument } from "../../../values/json-writer.ts";
import { firstDifference } from "../../types.ts";
import type { Step } from "../../types.ts";
import type { StyleSelection, StringPart } from "./choices.ts";

/** The steps of a style, one for each part of it that changes the text. */
export const stepsOf = (
  document: JsonDocument,
  root: JsonNode,
  before: Buffer,
  picks: StyleSelection,
): readonly Step[] => {
  const alone = (style: Partial<JsonStyle>): { readonly firstByte: number | null; readonly made: Buffer } => {
    const made = document.write({ ...keepStyle, ...style });
    return { firstByte: firstDifference(before, made), made };
  };
  const rewritten = (): readonly Step[] => {
    const { firstByte, made } = alone({
      ...(picks.spacing === undefined ? {} : { spacing: picks.spacing.value }),
      ...(picks.order === undefined ? {} : { order: picks.order.value }),
    });
    if (firstByte === null) return [];
    if (withoutBreaks(made).equals(before)) {
      return [{ code: "body-line-endings", done: "its removed line breaks are restored", firstByte }];
    }
    const done = [picks.spacing, picks.order].flatMap((choice) => (choice === undefined ? [] : [choice.done]));
    return [{ code: "body-reserialized", done: done.join(" and "), firstByte }];
  };
  const escaped = (parts: readonly StringPart[]): readonly Step[] => {
    const changing = parts.filter((part) => alone({ strings: part.value }).firstByte !== null);
    if (changing.length === 0) return [];
    const { firstByte, made } = alone({ strings: Object.assign({}, ...parts.map((part) => part.value)) });
    const done = changing.map((part) => part.done).join(", ");
    return firstByte === null ? [] : [{ code: "body-escapes", done, firstByte, places: differing(root, made) }];
  };
  const spelled = (): readonly Step[] => {
    if (picks.numbers === undefined) return [];
    const { firstByte, made } = alone({ numbers: picks.numbers.value });
    if (firstByte === null) return [];
    return [{ code: "body-numbers", done: picks.numbers.done, firstByte, places: differing(root, made) }];
  };
  const strings = picks.strings?.parts ?? [];
  const escapes = [
    ...escaped(strings.filter((part) => part.value.slash !== undefined)),
    ...escaped(strings.filter((part) => part.value.slash === undefined)),
  ];
  return [...rewritten(), ...escapes.toSorted((a, b) => (a.firstByte ?? 0) - (b.firstByte ?? 0)), ...spelled()];
};

/** Removes line breaks, as `curl -d @file` does. */
const withoutBreaks = (bytes: Buffer): Buffer =>
  bytes.includes(0x0a) ? Buffer.from(bytes.toString("latin1").replace(/[\r\n]/g, ""), "latin1") : Buffer.alloc(0);

/** Counts the scalars and keys that are written differently in another version of the document. */
const differing = (root: JsonNode, made: Buffer): number => {
  const other = readJson(made.toString("utf8"));
  if (other === undefined) return 1;
  let count = 0;
  const escapes = (a: string, b: string): number => Math.max(1, Math.abs(tokens(a) - tokens(b)));
  const walk = (a: JsonNode, b: JsonNode): void => {
    if (a.kind === "object" && b.kind === "object") {
      for (const [at, member] of a.members.entries()) {
        const twin = b.members[at];
        if (twin === undefined) continue;
        if (twin.rawKey !== member.rawKey) count += escapes(twin.rawKey, member.rawKey);
        walk(member.value, twin.value);
      }
    } else if (a.kind === "array" && b.kind === "array") {
      for (const [at, item] of a.items.entries()) {
        const twin = b.items[at];
        if (twin !== undefined) walk(item, twin);
      }
    } else if ("raw" in a && "raw" in b && a.raw !== b.raw) {
      count += a.kind === "string" ? escapes(a.raw, b.raw) : 1;
    }
  };
  walk(root, other);
  return count;
};

const tokens = (raw: string): number => raw.match(/\\u[0-9a-fA-F]{4}|\\\//g)?.length ?? 0;
