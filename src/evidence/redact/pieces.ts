import type { Finder } from "./user-pattern.ts";

/** Text that has been cut into what is decided and what is not. */
export interface TextPiece {
  readonly text: string;
  /** Fixed text is a token, or kept by wish. */
  readonly fixed: boolean;
}

/** Cuts text at matches; what `replace` returns stands in the match's place, fixed; undefined leaves it. */
export const split = (
  text: string,
  pattern: RegExp | Finder,
  replace: (match: string, groups: RegExpExecArray) => string | undefined,
): readonly TextPiece[] => {
  if (pattern instanceof RegExp && text.search(pattern) < 0) return [{ text, fixed: false }];
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const match of pattern instanceof RegExp ? text.matchAll(pattern) : pattern.matchAll(text)) {
    const replaced = replace(match[0], match);
    if (replaced === undefined) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), fixed: false });
    pieces.push({ text: replaced, fixed: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), fixed: false });
  return pieces;
};
