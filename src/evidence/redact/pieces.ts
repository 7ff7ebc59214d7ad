import type { Finder } from "./user-pattern.ts";

/** A piece of text, either final or still to be processed. */
export interface TextPiece {
  readonly text: string;
  /** Whether it is final: a token, or text to keep. */
  readonly fixed: boolean;
}

/**
 * Splits text at matches. What `replace` returns replaces the match as fixed text; undefined leaves the match
 * unchanged.
 */
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
