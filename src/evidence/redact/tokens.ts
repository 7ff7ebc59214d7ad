import { createHmac } from "node:crypto";

/** Creates tokens: equal values get equal tokens, computed with a key that never leaves this machine. */
interface Tokens {
  /** `[redacted:email:7f3a]`; a value keeps the rule name it was first masked under. */
  of(rule: string, value: string): string;
}

/** Matches a token; tokens aren't masked again. */
export const tokenPattern = /\[redacted:[a-z][a-z0-9-]{0,30}:[0-9a-f]{4,64}\]/g;

/** @param key random bytes, used for this bundle only */
export const makeTokens = (key: Buffer): Tokens => {
  const tokens = new Map<string, string>();
  const usedTokens = new Set<string>();
  return {
    of(rule, value) {
      const digest = createHmac("sha256", key).update(value, "utf8").digest("hex");
      const existing = tokens.get(digest);
      if (existing !== undefined) return existing;
      // Four digits are readable; if two values would share them, the later one gets more digits.
      let length = 4;
      while (usedTokens.has(digest.slice(0, length))) length++;
      usedTokens.add(digest.slice(0, length));
      const token = `[redacted:${rule}:${digest.slice(0, length)}]`;
      tokens.set(digest, token);
      return token;
    },
  };
};
