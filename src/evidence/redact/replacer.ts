/** Texts that are looked for, and what stands in place of each. */
interface Replacer {
  /** @param value at least `least` characters */
  set(value: string, replacement: string): void;
  values(): readonly string[];
  /** Puts it in, for the longest value that begins at each place. @param onReplace called for each */
  replace(text: string, onReplace: () => void): string;
}

/** What each value has at least, so that its beginning tells it from nearly all others. */
export const minLength = 8;

/** One pass over the text, however many values there are: a pattern of thousands of them would take hours. */
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
