/**
 * Converts text to one character per byte, as header pairs are kept. Text with characters above U+00FF (a hand-written
 * file, a browser's HAR) is encoded as UTF-8.
 */
export const byteText = (text: string): string =>
  /[^\0-\xff]/.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
