/**
 * Text whose every character is one byte, as header pairs are kept. Text that has other characters
 * (a file written by a person, a browser's HAR) stands for its UTF-8 bytes.
 */
export const byteText = (text: string): string =>
  /[^\0-\xff]/.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
