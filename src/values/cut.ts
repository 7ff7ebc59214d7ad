// Used instead of patterns such as /\/+$/, which take quadratic time on long runs of slashes.

/** The characters that \s matches. */
export const blanks =
  " \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

/** Removes trailing characters of a set. */
export const withoutEnd = (text: string, characters: string): string => {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
};

/** Removes leading characters of a set. */
export const withoutStart = (text: string, characters: string): string => {
  let start = 0;
  while (start < text.length && characters.includes(text.charAt(start))) start++;
  return text.slice(start);
};

/** A text up to the first of some characters: a target without its query. */
export const before = (text: string, characters: string): string => {
  for (let at = 0; at < text.length; at++) if (characters.includes(text.charAt(at))) return text.slice(0, at);
  return text;
};
