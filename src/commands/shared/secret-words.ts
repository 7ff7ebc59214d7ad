/** The `--secret` options of a command that is suggested: references as they were given, a literal secret never. */
export const secretWords = (refs: readonly string[]): readonly string[] =>
  refs.flatMap((ref) => (/^(?:env|file|store):/.test(ref) ? ["--secret", ref] : []));
