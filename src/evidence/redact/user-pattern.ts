/** Finds a pattern's matches in a text, like a `RegExp` with the flags `giud`. */
export interface Finder {
  readonly matchAll: (text: string) => Iterable<RegExpExecArray>;
}

/**
 * Compiles a user's pattern with RE2, which takes linear time for any pattern and text.
 * @throws Error saying what RE2 doesn't support: lookaround, backreferences, invalid syntax
 */
export const linearFinder = async (pattern: string, caseSensitive = false): Promise<Finder> => {
  // Loaded on demand: it is 250 kB and only needed for users' own rules.
  const { RE2JS } = await import("re2js");
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern), caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE);
  const hasValue = "value" in compiled.namedGroups();
  return {
    *matchAll(text) {
      const matcher = compiled.matcher(text);
      while (matcher.find()) {
        const [start, end] = [matcher.start(), matcher.end()];
        const value = hasValue ? matcher.group("value") : null;
        const match: [string] = [text.slice(start, end)];
        const found = Object.assign(match, { index: start, input: text });
        if (value === null) yield found;
        else {
          const place: [number, number] = [matcher.start("value"), matcher.end("value")];
          const whole: [[number, number]] = [[start, end]];
          yield Object.assign(found, {
            groups: { value },
            indices: Object.assign(whole, { groups: { value: place } }),
          });
        }
      }
    },
  };
};
