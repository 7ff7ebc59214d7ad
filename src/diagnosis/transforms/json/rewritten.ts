import { keepStyle } from "../../../values/json-style.ts";
import type { JsonStyle } from "../../../values/json-style.ts";
import { readJson } from "../../../values/json-text.ts";
import type { JsonNode } from "../../../values/json-text.ts";
import { JsonDocument } from "../../../values/json-writer.ts";
import type { Body, BodyChange, Transform } from "../../types.ts";
import { combinations } from "./combinations.ts";
import type { Choices, Picks, Priced } from "./choices.ts";
import { stringChoices } from "./escapes.ts";
import { libraryStyles } from "./library-styles.ts";
import { numberChoices, numbersOf, printings } from "./numbers.ts";
import { orderChoices } from "./order.ts";
import { spacings } from "./spacing.ts";
import { stepsOf } from "./steps.ts";

/** Larger JSON is not written anew on trial. */
const maxJson = 3 * 1024 * 1024;
/** Styles tried of one document, the likeliest first. */
const maxStyles = 2500;
/** Of larger texts only single changes and the styles of libraries are tried. */
const largeText = 32_768;

/** JSON written in another style: blanks, key order, escapes, numbers, alone and together. */
export const rewrittenJson: Transform = {
  family: "json",
  layer: 2,
  *changes({ text, room }: Body): Iterable<BodyChange> {
    if (text === undefined || text.length > maxJson || !/^\ufeff?\s*[{["\d-]/.test(text)) return;
    const root = readJson(text);
    if (root === undefined) return;
    const document = new JsonDocument(text, root);
    for (const { cost, picks } of styles(text, root, document, room)) {
      const style = styleOf(picks);
      yield {
        cost,
        work: text.length * 3,
        bytes: () => document.write(style),
        steps: (before) => stepsOf(document, root, before, picks),
      };
    }
  },
};

const styleOf = (picks: Picks): JsonStyle => ({
  spacing: picks.spacing?.value ?? keepStyle.spacing,
  order: picks.order?.value ?? keepStyle.order,
  strings: picks.strings?.value ?? keepStyle.strings,
  numbers: picks.numbers?.value ?? keepStyle.numbers,
});

/** Every style worth a try, by cost. */
const styles = (text: string, root: JsonNode, document: JsonDocument, room: number): readonly Priced[] => {
  const numbers = numbersOf(root);
  const isCompound = root.kind === "object" || root.kind === "array";
  const effect = (style: Partial<JsonStyle>): string => document.write({ ...keepStyle, ...style }).toString("latin1");
  const seen = new Set([effect({})]);
  const isTelling = (style: Partial<JsonStyle>): boolean => {
    const made = effect(style);
    return !seen.has(made) && seen.add(made).size > 0;
  };
  const choices: Choices = {
    spacing: isCompound ? spacings.filter(({ value }) => isTelling({ spacing: value })) : [],
    order: orderChoices(root),
    strings: stringChoices(text).filter(({ value }) => isTelling({ strings: value })),
    numbers: numberChoices(numbers),
  };
  const all = [
    ...(text.length > largeText ? singles(choices) : combinations(choices, room)),
    ...(isCompound ? libraryStyles(choices, printings(numbers), effect) : []),
  ];
  return all
    .filter(({ cost }) => cost <= room)
    .toSorted((a, b) => a.cost - b.cost)
    .slice(0, maxStyles);
};

const singles = ({ spacing, order, strings, numbers }: Choices): readonly Priced[] => [
  ...spacing.map((one) => ({ cost: one.cost, picks: { spacing: one } })),
  ...order.map((one) => ({ cost: one.cost, picks: { order: one } })),
  ...strings.map((one) => ({ cost: one.cost, picks: { strings: one } })),
  ...numbers.map((one) => ({ cost: one.cost, picks: { numbers: one } })),
];
