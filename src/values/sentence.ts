/**
 * Capitalizes the first letter, unless the first word is a name that people search for: `env:S`, `x-arjun-signature`.
 */
export const capitalized = (text: string): string =>
  /^(?:re-)?[a-z]+(?:'[a-z]+)?(?=[\s,;:.)]|$)(?!:\S)(?!\.\w)/.test(text)
    ? text.charAt(0).toUpperCase() + text.slice(1)
    : text;
