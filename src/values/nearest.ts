/** The only candidate that starts with the word, else the closest by edit distance, if close enough. */
export const nearest = (word: string, candidates: readonly string[]): string | undefined => {
  const [longer, another] = word.replace(/^-+/, "").length < 2 ? [] : candidates.filter((one) => one.startsWith(word));
  if (longer !== undefined && another === undefined) return longer;
  const [best] = candidates
    .map((candidate) => ({ candidate, edits: distance(word, candidate) }))
    .toSorted((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
};

/** Levenshtein's distance, a row at a time. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? a.length;
};
