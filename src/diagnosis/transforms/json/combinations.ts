import type { Choices, CostedStyle } from "./choices.ts";

/** Key orders above this cost are tried only in the styles of libraries that produce them. */
const usualOrder = 3;
/** The maximum number of combinations. */
const maxCombinations = 10_000;
/** If there are more number guesses than this, fewer styles are combined with them. */
const fewGuesses = 32;

/**
 * Combines choices. A combination costs less than its changes one after another, because a library that writes JSON
 * makes them all at once.
 */
export const combinations = (choices: Choices, room: number): readonly CostedStyle[] => {
  const all: CostedStyle[] = [];
  const withNone = <T extends { readonly cost: number }>(list: readonly T[]): readonly (T | undefined)[] => [
    undefined,
    ...list.filter((choice) => choice.cost <= room),
  ];
  const spacingWithStrings = choices.numbers.length > fewGuesses ? 2 : 3;
  for (const numbers of withNone(choices.numbers)) {
    // A guess about single numbers is combined only with likely styles; otherwise there would be thousands of
    // combinations.
    const isParticular = numbers !== undefined && "at" in numbers.value;
    for (const spacing of withNone(choices.spacing)) {
      if (isParticular && (spacing?.cost ?? 0) > 3) continue;
      for (const order of withNone(isParticular ? [] : choices.order.filter((one) => one.cost <= usualOrder))) {
        for (const strings of withNone(choices.strings)) {
          if (
            isParticular &&
            ((strings?.cost ?? 0) > 3 || (strings !== undefined && (spacing?.cost ?? 0) > spacingWithStrings))
          )
            continue;
          const cost = costOf(spacing?.cost ?? 0, order?.cost ?? 0, strings?.cost ?? 0, numbers?.cost ?? 0);
          if (cost === 0 || cost > room) continue;
          all.push({
            cost,
            picks: {
              ...(spacing === undefined ? {} : { spacing }),
              ...(order === undefined ? {} : { order }),
              ...(strings === undefined ? {} : { strings }),
              ...(numbers === undefined ? {} : { numbers }),
            },
          });
          if (all.length > maxCombinations) return all;
        }
      }
    }
  }
  return all;
};

const costOf = (...costs: readonly number[]): number => {
  const most = Math.max(...costs);
  const sum = costs.reduce((total, one) => total + (one === 0 ? 0 : Math.max(1, one - 1)), 0);
  return most === 0 ? 0 : sum - Math.max(1, most - 1) + most;
};
