import { createHmac } from "node:crypto";

/** Gives out tokens: equal values get equal tokens, under a key that leaves the machine with nobody. */
interface Tokens {
  /** `[redacted:email:7f3a]`; a value keeps the rule name it was first masked under. */
  of(rule: string, value: string): string;
}

/** What a token looks like; text that is one already is not masked again. */
export const tokenPattern = /\[redacted:[a-z][a-z0-9-]{0,30}:[0-9a-f]{4,64}\]/g;

/** @param key random bytes, of this bundle alone */
export const makeTokens = (key: Buffer): Tokens => {
  const tokens = new Map<string, string>();
  const usedTokens = new Set<string>();
  return {
    of(rule, value) {
      const digest = createHmac("sha256", key).update(value, "utf8").digest("hex");
      const existing = tokens.get(digest);
      if (existing !== undefined) return existing;
      // Four digits read well; where two values would share them, the later one gets more.
      let length = 4;
      while (usedTokens.has(digest.slice(0, length))) length++;
      usedTokens.add(digest.slice(0, length));
      const token = `[redacted:${rule}:${digest.slice(0, length)}]`;
      tokens.set(digest, token);
      return token;
    },
  };
};
