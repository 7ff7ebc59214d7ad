export const lower = (name: string): string => name.toLowerCase();

export const upper = (name: string): string => name.toUpperCase();

/** An unusual spelling such as `x-SiGnAtUrE`, which no receiver hard-codes. */
export const alternating = (name: string): string =>
  name.replace(/(.)(.?)/g, (_, even: string, odd: string) => even.toLowerCase() + odd.toUpperCase());

/** Splits the body into three parts of about the same length. */
export const thirds = (body: Buffer): readonly Buffer[] => {
  const [first, second] = [Math.floor(body.length / 3), Math.floor((2 * body.length) / 3)];
  return [body.subarray(0, first), body.subarray(first, second), body.subarray(second)].filter(
    ({ length }) => length > 0,
  );
};

/** Splits the body inside its first and its last multi-byte character. */
export const splitInsideCharacters = (body: Buffer): readonly Buffer[] => {
  const isLead = (byte: number): boolean => byte >= 0xc0;
  const [first, last] = [body.findIndex(isLead) + 1, body.findLastIndex(isLead) + 1];
  return [body.subarray(0, first), body.subarray(first, last), body.subarray(last)].filter(({ length }) => length > 0);
};
