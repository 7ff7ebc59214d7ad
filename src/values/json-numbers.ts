import { withoutEnd } from "./cut.ts";

/** How numbers are written. `at` is the index among the document's numbers. */
export type NumberStyle =
  | { readonly kind: "keep" }
  /** As JavaScript prints them: `1.0` is 1, `1e3` is 1000, beyond 2^53 rounded. */
  | { readonly kind: "js" }
  /** As Python prints them after parsing: integers as they are, `1E3` is 1000.0. */
  | { readonly kind: "python" }
  /** Numbers with a fraction or an exponent as this language prints them; with `all` the integers too. */
  | { readonly kind: "float-text"; readonly language: FloatLanguage; readonly all?: true }
  /** Integers with `.0`: all of them, or those at these places. */
  | { readonly kind: "float"; readonly at?: readonly number[] }
  /** With at least this many decimals (`12.5` is 12.50); all with a point, all, or those at these places. */
  | { readonly kind: "decimals"; readonly digits: number; readonly integers: boolean; readonly at?: readonly number[] }
  /** Replaces the number at one index with this text. */
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
    case "float-text":
      return languageNumber(raw, style.language, style.all === true);
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

/** Whether a number's literal is an integer. */
export const isInteger = (raw: string): boolean => /^-?\d+$/.test(raw);

const jsNumber = (raw: string): string => {
  const number = Number(raw);
  return Number.isFinite(number) ? String(number) : "null";
};

const pythonNumber = (raw: string): string => {
  if (isInteger(raw)) return raw === "-0" ? "0" : raw;
  const number = Number(raw);
  if (!Number.isFinite(number)) return number > 0 ? "Infinity" : "-Infinity";
  return floatText(number, floats.python);
};

/** How a language prints a floating-point number. */
interface FloatText {
  /** Exponents in this range (end excluded) are written without exponent. */
  readonly plain: readonly [from: number, to: number];
  /** The text before the exponent's digits, by its sign. `digits` is their minimum number. */
  readonly mark: readonly [positive: string, negative: string];
  readonly digits: number;
  /** `1.0e+20` for `1e+20`. */
  readonly isPointed: boolean;
}

const floats = {
  python: { plain: [-4, 16], mark: ["e+", "e-"], digits: 2, isPointed: false },
  ruby: { plain: [-4, 15], mark: ["e+", "e-"], digits: 2, isPointed: true },
  php: { plain: [-4, 17], mark: ["e+", "e-"], digits: 1, isPointed: true },
  /** Double.toString(): Java, Kotlin, Scala. */
  java: { plain: [-3, 7], mark: ["E", "E-"], digits: 1, isPointed: true },
  /** serde_json, orjson. */
  rust: { plain: [-5, 16], mark: ["e", "e-"], digits: 1, isPointed: false },
  ujson: { plain: [-4, 16], mark: ["e+", "e-"], digits: 1, isPointed: false },
} as const satisfies Readonly<Record<string, FloatText>>;

/** Languages with their own rules for printing numbers with a fraction or an exponent. */
export type FloatLanguage = keyof typeof floats;

const floatText = (number: number, { plain, mark, digits: least, isPointed }: FloatText): string => {
  const sign = Object.is(number, -0) || number < 0 ? "-" : "";
  const [digits = "0", power = "0"] = Math.abs(number).toExponential().split("e");
  const exponent = Number(power);
  if (number !== 0 && (exponent < plain[0] || exponent >= plain[1])) {
    const mantissa = isPointed && !digits.includes(".") ? `${digits}.0` : digits;
    return `${sign}${mantissa}${mark[exponent < 0 ? 1 : 0]}${String(Math.abs(exponent)).padStart(least, "0")}`;
  }
  const text = Math.abs(number).toString();
  const fixed = text.includes("e") ? withoutEnd(Math.abs(number).toFixed(20), "0") : text;
  return `${sign}${fixed}${fixed.includes(".") ? "" : ".0"}`;
};

/** A number as a language prints it: those with a fraction or an exponent, and with `all` integers too. */
const languageNumber = (raw: string, language: FloatLanguage, all: boolean): string => {
  const number = Number(raw);
  if ((!all && isInteger(raw)) || !Number.isFinite(number)) return raw;
  return floatText(number, floats[language]);
};
