/** A token of RFC 9110 (5.6.2), which methods and header names are; without anchors, for larger patterns. */
export const tokenChars = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

/** The whole text is a token. */
export const tokenPattern = new RegExp(`^${tokenChars}$`);

/** Whether a text can be a method or a header name. */
export const isToken = (text: string): boolean => tokenPattern.test(text);
