import { HookproofError } from "../errors.ts";

/**
 * Parses a rate that a user typed: `50/s`, `50`, `300/m`.
 * @returns events per second
 * @throws HookproofError `usage`
 */
export const parseRate = (text: string): number => {
  const [, amount, per] = /^(\d+(?:\.\d+)?)(?:\/(s|m|h))?$/.exec(text.trim()) ?? [];
  const seconds = per === "m" ? 60 : per === "h" ? 3600 : 1;
  const rate = Number(amount) / seconds;
  if (amount === undefined || rate <= 0) {
    throw new HookproofError("usage", `'${text}' is not a rate`, { hint: "write 50/s" });
  }
  return rate;
};
