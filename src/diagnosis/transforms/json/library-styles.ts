import type { StringStyle } from "../../../values/json-strings.ts";
import type { Spacing } from "../../../values/json-style.ts";
import { combined } from "./choices.ts";
import type { Choice, Choices, CostedStyle, StringChoice } from "./choices.ts";
import { libraries } from "./libraries.ts";
import { printed } from "./numbers.ts";
import type { Printing } from "./numbers.ts";

/**
 * Documents as one library writes them. Spacing, escapes and numbers together cost about as much as one change, because
 * one library makes them all. Libraries that write this document's strings the same way count as one.
 * @param spelling the document's strings in a given style
 * @param spaced the spacing to use instead of one that writes this document the same way; undefined if it changes
 *   nothing
 */
export const libraryStyles = (
  choices: Choices,
  printings: readonly Printing[],
  spelling: (style: StringStyle | undefined) => string,
  spaced: (spacing: Choice<Spacing>) => Choice<Spacing> | undefined,
): readonly CostedStyle[] => {
  const spellings = new Map<string, StringChoice | undefined>([[spelling(undefined), undefined]]);
  for (const choice of choices.strings) spellings.set(spelling(choice.value), choice);
  const all = new Map<string, CostedStyle>();
  for (const library of libraries) {
    const spelled = combined(2, library.strings);
    const id = spelling(spelled.value);
    if (!spellings.has(id)) spellings.set(id, spelled);
    const strings = spellings.get(id);
    const place = [...spellings.keys()].indexOf(id);
    const orders = choices.order.filter(({ value }) => library.orders?.includes(value) === true);
    const numbers = library.numbers.flatMap((one) => (printings.includes(one) ? [printed[one]] : []));
    for (const spacing of new Set([undefined, ...library.spacings.map(spaced)])) {
      for (const order of [undefined, ...orders]) {
        for (const number of [undefined, ...numbers]) {
          const picks = {
            ...(strings === undefined ? {} : { strings }),
            ...(spacing === undefined ? {} : { spacing }),
            ...(order === undefined ? {} : { order }),
            ...(number === undefined ? {} : { numbers: number }),
          };
          const more = [spacing, order, number].filter((one) => one !== undefined);
          const key = [place, ...[spacing, order, number].map((one) => one?.done ?? "")].join("|");
          if (Object.keys(picks).length > 0 && !all.has(key)) all.set(key, { cost: 2 + more.length, picks });
        }
      }
    }
  }
  return [...all.values()];
};
