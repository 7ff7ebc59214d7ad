/** Whether a byte or character code is a space, tab, newline or carriage return: what JSON treats as whitespace. */
export const isWhitespace = (code: number | undefined): boolean =>
  code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
