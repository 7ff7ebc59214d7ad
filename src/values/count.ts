/** What may be chosen: `a, b or c`. */
export const oneOf = (names: readonly string[]): string => names.join(", ").replace(/, (?=[^,]*$)/, " or ");

/** A number with its noun: `1 event`, `2 events`; `many` where the plural is not made with an s. */
export const pluralize = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
