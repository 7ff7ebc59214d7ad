/** Ways to read unquoted scalars: text that looks like a number, boolean or null is either that value or a string. */
export type Scalars = keyof typeof scalars;

const isNumber = (text: string): boolean => /^-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?$/.test(text);

export const scalars = {
  typed: (text: string): string => (isNumber(text) || /^(?:true|false|null)$/.test(text) ? text : JSON.stringify(text)),
  "typed, nothing as null": (text: string): string => (text === "" ? "null" : scalars.typed(text)),
  text: (text: string): string => JSON.stringify(text),
} as const satisfies Readonly<Record<string, (text: string) => string>>;

export const ways = ["typed", "typed, nothing as null", "text"] as const satisfies readonly Scalars[];
