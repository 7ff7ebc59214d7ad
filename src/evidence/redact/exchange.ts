/** Texts that are looked for, and what stands in place of each. */
interface Exchange {
  /** @param value at least `least` characters */
  set(value: string, shown: string): void;
  values(): readonly string[];
  /** Puts it in, for the longest value that begins at each place. @param tell called for each */
  exchange(text: string, tell: () => void): string;
}

/** What each value has at least, so that its beginning tells it from nearly all others. */
export const least = 8;

/** One pass over the text, however many values there are: a pattern of thousands of them would take hours. */
export const makeExchange = (): Exchange => {
  const shownFor = new Map<string, string>();
  const byBeginning = new Map<string, string[]>();
  return {
    set(value, shown) {
      if (!shownFor.has(value)) {
        const beginning = value.slice(0, least);
        const same = [...(byBeginning.get(beginning) ?? []), value];
        byBeginning.set(
          beginning,
          same.toSorted((a, b) => b.length - a.length),
        );
      }
      shownFor.set(value, shown);
    },
    values: () => [...shownFor.keys()],
    exchange(text, tell) {
      if (shownFor.size === 0) return text;
      let out = "";
      let from = 0;
      for (let at = 0; at + least <= text.length; at++) {
        const value = byBeginning.get(text.slice(at, at + least))?.find((one) => text.startsWith(one, at));
        if (value === undefined) continue;
        out += text.slice(from, at) + (shownFor.get(value) ?? "");
        from = at + value.length;
        at = from - 1;
        tell();
      }
      return out + text.slice(from);
    },
  };
};
