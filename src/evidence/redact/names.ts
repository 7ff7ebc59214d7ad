/** Whether a name is one of a list: any case, `*` stands for anything. */
export type NameTest = (name: string) => boolean;

/** Header names: any case. */
export const headerNames = (patterns: readonly string[]): NameTest => tester(patterns, (name) => name.toLowerCase());

/** Keys of JSON, forms and logs: `api_key`, `apiKey`, `API-Key` and `api key` are one name. */
export const keyNames = (patterns: readonly string[]): NameTest =>
  tester(patterns, (name) => name.toLowerCase().replace(/[-_ .]/g, ""));

const tester = (patterns: readonly string[], normal: (name: string) => string): NameTest => {
  const exact = new Set<string>();
  const globs: RegExp[] = [];
  for (const pattern of patterns.map(normal)) {
    if (!pattern.includes("*")) exact.add(pattern);
    else globs.push(new RegExp(`^${pattern.split("*").map(escapeRegExp).join(".*")}$`, "s"));
  }
  return (name) => {
    const wanted = normal(name);
    return exact.has(wanted) || globs.some((glob) => glob.test(wanted));
  };
};

/** Escapes text for use in a regular expression. */
export const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
