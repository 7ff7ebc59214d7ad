/** A command line that bash and zsh read back as these words. */
export const shellLine = (words: readonly string[]): string =>
  words
    .map((word) => (/^[\w./:@%+,-][\w./:=@%+,-]*$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(" ");
