import { withoutEnd } from "./cut.ts";
/** How numbers are written. `at` counts the numbers of the document in its order. */
export type NumberStyle =
  | { readonly kind: "keep" }
  /** As JavaScript prints them: `1.0` is 1, `1e3` is 1000, beyond 2^53 rounded. */
  | { readonly kind: "js" }
  /** As Python prints them after parsing: integers as they are, `1E3` is 1000.0. */
  | { readonly kind: "python" }
  /** Integers with `.0`: all of them, or those at these places. */
  | { readonly kind: "float"; readonly at?: readonly number[] }
  /** With at least this many decimals (`12.5` is 12.50); all with a point, all, or those at these places. */
  | { readonly kind: "decimals"; readonly digits: number; readonly integers: boolean; readonly at?: readonly number[] }
  /** The number at one place in this very text. */
  | { readonly kind: "one"; readonly at: number; readonly raw: string };

/** Writes a JSON number in another style. */
export const styleNumber = (raw: string, style: NumberStyle, at: number): string => {
  switch (style.kind) {
    case "keep":
      return raw;
    case "js":
      return jsNumber(raw);
    case "python":
      return pythonNumber(raw);
    case "float":
      return isInteger(raw) && (style.at === undefined || style.at.includes(at)) ? `${raw}.0` : raw;
    case "decimals": {
      if (/e/i.test(raw) || (style.at !== undefined && !style.at.includes(at))) return raw;
      const [whole = "", fraction] = raw.split(".");
      if (fraction === undefined && !style.integers) return raw;
      return `${whole}.${(fraction ?? "").padEnd(style.digits, "0")}`;
    }
    case "one":
      return style.at === at ? style.raw : raw;
  }
};

/** Whether a number's literal is one of an integer. */
export const isInteger = (raw: string): boolean => /^-?\d+$/.test(raw);

const jsNumber = (raw: string): string => {
  const number = Number(raw);
  return Number.isFinite(number) ? String(number) : "null";
};

const pythonNumber = (raw: string): string => {
  if (isInteger(raw)) return raw === "-0" ? "0" : raw;
  const number = Number(raw);
  if (!Number.isFinite(number)) return number > 0 ? "Infinity" : "-Infinity";
  const sign = Object.is(number, -0) || number < 0 ? "-" : "";
  const [digits = "0", power = "0"] = Math.abs(number).toExponential().split("e");
  const exponent = Number(power);
  // repr() turns to an exponent below 1e-4 and from 1e16 on, with two digits at least.
  if (number !== 0 && (exponent < -4 || exponent >= 16)) {
    return `${sign}${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const plain = Math.abs(number).toString();
  const fixed = plain.includes("e") ? withoutEnd(Math.abs(number).toFixed(20), "0") : plain;
  return `${sign}${fixed}${fixed.includes(".") ? "" : ".0"}`;
};
