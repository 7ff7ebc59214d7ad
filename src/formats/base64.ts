/** Decodes base64 of either alphabet; undefined for anything else. */
export const fromBase64 = (body: Buffer): Buffer | undefined => {
  const text = body.toString("latin1").replaceAll(/\s/g, "");
  const end = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const digits = text.length - end;
  if (digits <= 0 || digits % 4 === 1 || /[^A-Za-z0-9+/_-]/.test(text.slice(0, digits))) return undefined;
  // Mixing the two alphabets is invalid.
  return /[+/]/.test(text) && /[_-]/.test(text) ? undefined : Buffer.from(text, "base64");
};
