import { HookproofError } from "../errors.ts";

const units: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/**
 * Parses a size that a user typed (`512`, `64kb`, `10mb`, `1gb`; 1 kb is 1,024 bytes).
 * @param option to name in the error
 * @throws HookproofError `usage`
 */
export const parseSize = (text: string, option?: string): number => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = units[(unit ?? "").toLowerCase().replace("ib", "b")];
  if (amount === undefined || factor === undefined) {
    throw new HookproofError("usage", `${option === undefined ? "" : `${option}: `}'${text}' is not a size`, {
      hint: "write 512, 64kb or 10mb",
    });
  }
  return Math.round(Number(amount) * factor);
};

/** Formats bytes: `812 B`, `1.5 kB`, `10 MB`. */
export const formatSize = (bytes: number): string => {
  if (bytes < 1024) return `${bytes} B`;
  const [factor, unit] = bytes < 1024 ** 2 ? [1024, "kB"] : bytes < 1024 ** 3 ? [1024 ** 2, "MB"] : [1024 ** 3, "GB"];
  return `${Number((bytes / Number(factor)).toFixed(1))} ${unit}`;
};
