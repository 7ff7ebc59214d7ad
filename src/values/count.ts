/** A list of choices: `a, b or c`. */
export const oneOf = (names: readonly string[]): string => names.join(", ").replace(/, (?=[^,]*$)/, " or ");

/** A number with its noun: `1 event`, `2 events`; `many` is the plural if it isn't formed with an s. */
export const pluralize = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
