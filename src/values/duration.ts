import { HookproofError } from "../errors.ts";

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const isUnit = (text: string): text is keyof typeof unitMs => Object.hasOwn(unitMs, text);

/** Text such as `500ms`, `30s`, `5m`, `2h`, `1d` in milliseconds; undefined if it is invalid. */
export const durationMs = (text: string): number | undefined => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const [, amount, unit] = match ?? [];
  return amount !== undefined && unit !== undefined && isUnit(unit) ? Number(amount) * unitMs[unit] : undefined;
};

/**
 * Parses a duration that a user typed; a plain number is in seconds.
 * @throws HookproofError `usage`
 */
export const parseDuration = (text: string): number => {
  const ms = durationMs(/^\s*[\d.]+\s*$/.test(text) ? `${text.trim()}s` : text);
  if (ms === undefined) {
    throw new HookproofError("usage", `'${text}' is not a duration`, {
      hint: "write 30 or 30s, 500ms, 5m, 2h or 1d",
    });
  }
  return ms;
};

/** Formats milliseconds with the two largest units: `26h 36m`, `5m 3s`, `1.2s`, `40ms`. */
export const formatDuration = (ms: number): string => {
  const abs = Math.abs(ms);
  const sign = ms < 0 ? "-" : "";
  if (abs < 1000) return `${sign}${abs < 10 ? Number(abs.toFixed(1)) : Math.round(abs)}ms`;
  if (abs < 60_000) return `${sign}${Number((abs / 1000).toFixed(1))}s`;
  const seconds = Math.round(abs / 1000);
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor((seconds % 86_400) / 3600)];
  const [minutes, rest] = [Math.floor((seconds % 3600) / 60), seconds % 60];
  const pair = (a: number, aUnit: string, b: number, bUnit: string): string =>
    `${sign}${a}${aUnit}${b > 0 ? ` ${b}${bUnit}` : ""}`;
  if (days > 0) return pair(days, "d", hours, "h");
  if (hours > 0) return pair(hours, "h", minutes, "m");
  return pair(minutes, "m", rest, "s");
};
