/** A command line that bash, zsh and PowerShell read back as these words. */
export const shellLine = (words: readonly string[]): string => words.map(shellWord).join(" ");

/**
 * A word as the three shells take it. Plain means plain in all of them: PowerShell makes lists of commas and splits
 * `-x.y`. A word with both a quote and what double quotes would expand is written for bash and zsh.
 */
const shellWord = (word: string): string => {
  if (/^[\w./:+-][\w./:=@%+-]*$/.test(word) && !/^-\w[^=]*[.:]/.test(word)) return word;
  if (!word.includes("'")) return `'${word}'`;
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : `"${word}"`;
};
