/** A command line that bash, zsh and PowerShell read back as these words. */
export const shellLine = (words: readonly string[]): string => words.map(shellWord).join(" ");

/**
 * A word quoted for all three shells. It is only left unquoted if it is plain in all of them: PowerShell treats commas
 * as lists and splits `-x.y`. A word with both a single quote and something that double quotes would expand is written
 * for bash and zsh.
 */
const shellWord = (word: string): string => {
  if (/^[\w./:+-][\w./:=@%+-]*$/.test(word) && !/^-\w[^=]*[.:]/.test(word)) return word;
  if (!word.includes("'")) return `'${word}'`;
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : `"${word}"`;
};
