import { styleString } from "../../../values/json-strings.ts";
import type { StringStyle } from "../../../values/json-strings.ts";
import { keepStyle } from "../../../values/json-style.ts";
import type { JsonStyle, Spacing } from "../../../values/json-style.ts";
import { readJson } from "../../../values/json-text.ts";
import type { JsonNode } from "../../../values/json-text.ts";
import { JsonDocument } from "../../../values/json-writer.ts";
import type { Body, BodyChange, Transform } from "../../types.ts";
import { combinations } from "./combinations.ts";
import type { Choice, Choices, StyleSelection, CostedStyle } from "./choices.ts";
import { stringChoices } from "./escapes.ts";
import { libraryStyles } from "./library-styles.ts";
import { numberChoices, numbersOf, numberFormats } from "./numbers.ts";
import { orderChoices } from "./order.ts";
import { spacings } from "./spacing.ts";
import { stepsOf } from "./steps.ts";

/** Larger JSON is not rewritten. */
const maxJson = 3 * 1024 * 1024;
/** The maximum number of styles tried per document, likeliest first. */
const maxStyles = 2500;
/** For larger texts, only single changes and library styles are tried. */
const largeText = 32_768;

// The cost of the operations below, as the number of times the text could be hashed instead.
/** Parsing a text and, if it is small, finding out which styles differ. */
const readFactor = 80;
/** Writing the document for the first time in a key order. */
const layoutFactor = 60;
const writing = 5;
/** Rewriting one character that has several spellings. */
const spellFactor = 120;

const unitPattern =
  /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|[\ud800-\udbff][\udc00-\udfff]|\\u[0-9a-fA-F]{4}|\\.|[/<>&'=+`\u007f-\uffff]/g;

/**
 * Every character or escape in the text that can be written differently, once each. Two styles that write these alike
 * write the whole text alike.
 */
const unitsOf = (text: string): readonly string[] => {
  const units = new Set<string>();
  for (const [unit] of text.matchAll(unitPattern)) units.add(unit);
  return [...units];
};

const specials = (text: string): number => {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7e || code === 0x5c || code === 0x2f || code === 0x3c || code === 0x3e || code === 0x26) count++;
  }
  return count;
};

/** Rewrites JSON in another style: spacing, key order, escapes and numbers, alone or combined. */
export const rewrittenJson: Transform = {
  family: "json",
  layer: 2,
  *changes({ text, room, affords }: Body): Iterable<BodyChange> {
    if (text === undefined || text.length > maxJson || !/^\ufeff?[ \t\r\n]{0,1000}[{["\d-]/.test(text)) return;
    const isLarge = text.length > largeText;
    const spelling = isLarge ? specials(text) * spellFactor : 0;
    if (!affords(text.length * readFactor + spelling)) return;
    const root = readJson(text);
    if (root === undefined) return;
    const document = new JsonDocument(text, root);
    const laid = new Set<string>();
    for (const { cost, picks } of styles(text, root, document, room, affords)) {
      const style = styleOf(picks);
      const layout = `${style.order} ${style.spacing.kind === "keep"}`;
      const isNew = isLarge && !laid.has(layout) && laid.add(layout).size > 0;
      yield {
        cost,
        work: text.length * (isNew ? layoutFactor : writing) + (picks.strings === undefined ? 0 : spelling),
        bytes: () => document.write(style),
        steps: (before) => stepsOf(document, root, before, picks),
      };
    }
  },
};

const styleOf = (picks: StyleSelection): JsonStyle => ({
  spacing: picks.spacing?.value ?? keepStyle.spacing,
  order: picks.order?.value ?? keepStyle.order,
  strings: picks.strings?.value ?? keepStyle.strings,
  numbers: picks.numbers?.value ?? keepStyle.numbers,
});

/** Every style to try, by cost. */
const styles = (
  text: string,
  root: JsonNode,
  document: JsonDocument,
  room: number,
  affords: Body["affords"],
): readonly CostedStyle[] => {
  const isLarge = text.length > largeText;
  const numbers = numbersOf(root);
  const isCompound = root.kind === "object" || root.kind === "array";
  const units = `"${unitsOf(text).join(" ")}"`;
  const spelling = (style: StringStyle | undefined): string =>
    style === undefined ? units : styleString(units, style);
  const seen = new Set([units]);
  const isNew = (made: string): boolean => !seen.has(made) && seen.add(made).size > 0;
  // Maps each spacing to the first one that writes this document the same way; undefined if it changes nothing.
  const same = new Map<Choice<Spacing>, Choice<Spacing> | undefined>();
  // In a large text, it costs less to try a style than to find out that it changes nothing.
  if (isCompound && !isLarge) {
    const written = new Map<string, Choice<Spacing> | undefined>([
      [document.write(keepStyle).toString("latin1"), undefined],
    ]);
    for (const one of spacings) {
      const made = document.write({ ...keepStyle, spacing: one.value });
      if (!affords(made.length)) break;
      const id = made.toString("latin1");
      if (!written.has(id)) written.set(id, one);
      same.set(one, written.get(id));
    }
  }
  const choices: Choices = {
    spacing: isCompound ? (isLarge ? spacings : spacings.filter((one) => same.get(one) === one)) : [],
    order: orderChoices(root, isLarge),
    strings: stringChoices(text).filter(({ value }) => isNew(spelling(value))),
    numbers: numberChoices(numbers),
  };
  const all = [
    ...(isLarge ? singles(choices) : combinations(choices, room)),
    ...(isCompound
      ? libraryStyles(choices, numberFormats(numbers), spelling, (one) => (isLarge ? one : same.get(one)))
      : []),
  ];
  return all
    .filter(({ cost }) => cost <= room)
    .toSorted((a, b) => a.cost - b.cost)
    .slice(0, maxStyles);
};

const singles = ({ spacing, order, strings, numbers }: Choices): readonly CostedStyle[] => [
  ...spacing.map((one) => ({ cost: one.cost, picks: { spacing: one } })),
  ...order.map((one) => ({ cost: one.cost, picks: { order: one } })),
  ...strings.map((one) => ({ cost: one.cost, picks: { strings: one } })),
  ...numbers.map((one) => ({ cost: one.cost, picks: { numbers: one } })),
];
