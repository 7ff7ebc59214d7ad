/** The `--secret` options of a suggested command: references as given, but never a literal secret. */
export const secretWords = (refs: readonly string[]): readonly string[] =>
  refs.flatMap((ref) => (/^(?:env|file|store):/.test(ref) ? ["--secret", ref] : []));
