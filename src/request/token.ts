/** A token (RFC 9110, 5.6.2), as methods and header names must be; without anchors, for use in larger patterns. */
export const tokenChars = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

/** Matches a text that is one token. */
export const tokenPattern = new RegExp(`^${tokenChars}$`);

/** Whether a text can be a method or a header name. */
export const isToken = (text: string): boolean => tokenPattern.test(text);
