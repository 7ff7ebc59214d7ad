/** Texts to find and their replacements. */
interface Replacer {
  /** @param value at least `least` characters */
  set(value: string, replacement: string): void;
  values(): readonly string[];
  /** Replaces the longest matching value at each position. @param onReplace called for each */
  replace(text: string, onReplace: () => void): string;
}

/** The minimum length of values, so that prefixes are selective. */
export const minLength = 8;

/** Replaces all values in one pass: a pattern of thousands of alternatives would take hours. */
export const makeReplacer = (): Replacer => {
  const replacements = new Map<string, string>();
  const byBeginning = new Map<string, string[]>();
  return {
    set(value, replacement) {
      if (!replacements.has(value)) {
        const beginning = value.slice(0, minLength);
        const same = [...(byBeginning.get(beginning) ?? []), value];
        byBeginning.set(
          beginning,
          same.toSorted((a, b) => b.length - a.length),
        );
      }
      replacements.set(value, replacement);
    },
    values: () => [...replacements.keys()],
    replace(text, onReplace) {
      if (replacements.size === 0) return text;
      let out = "";
      let from = 0;
      for (let at = 0; at + minLength <= text.length; at++) {
        const value = byBeginning.get(text.slice(at, at + minLength))?.find((one) => text.startsWith(one, at));
        if (value === undefined) continue;
        out += text.slice(from, at) + (replacements.get(value) ?? "");
        from = at + value.length;
        at = from - 1;
        onReplace();
      }
      return out + text.slice(from);
    },
  };
};
