/** Finds what a pattern matches in a text, as a `RegExp` with the flags `giud` would. */
export interface Finder {
  readonly matchAll: (text: string) => Iterable<RegExpExecArray>;
}

/**
 * A pattern of the user's, run by RE2: whatever pattern and text are, the time is linear.
 * @throws Error saying what RE2 cannot read: lookaround, back references, a broken pattern
 */
export const linearFinder = async (pattern: string, caseSensitive = false): Promise<Finder> => {
  // A quarter of a megabyte, for those who have rules of their own.
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
