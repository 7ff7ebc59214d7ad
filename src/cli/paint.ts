import { Chalk } from "chalk";
import { escapeBlock, escapeControls } from "../values/escape.ts";
import type { GlobalFlags } from "./context.ts";
import type { Output, System } from "./system.ts";

/** Text that is safe to show: made by `paint` only, or declared so where hookproof wrote it itself. */
export class SafeText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

export type Paintable = string | number | boolean | null | undefined | SafeText | readonly SafeText[];

/**
 * The template tag every view is written with: fixed text passes, each value is escaped unless it is
 * `SafeText`. Colour means something: green yes, red no, yellow look here, dim aside.
 */
export interface Paint {
  (fixed: TemplateStringsArray, ...values: readonly Paintable[]): string;
  good(value: Paintable): SafeText;
  bad(value: Paintable): SafeText;
  warn(value: Paintable): SafeText;
  dim(value: Paintable): SafeText;
  bold(value: Paintable): SafeText;
  accent(value: Paintable): SafeText;
  /** Text of several lines: newlines stay, every other control character is escaped. */
  block(value: string, indent?: string): SafeText;
  /** Marks what `paint` has made as safe, so that it can stand inside another. */
  markSafe(text: string): SafeText;
  /** `✓`, `✗`, `–`, `→`, `…` or what plain terminals can show. */
  readonly mark: Readonly<Record<"yes" | "no" | "skip" | "arrow" | "dots" | "warn", SafeText>>;
  readonly width: number;
  readonly colour: boolean;
  readonly unicode: boolean;
  readonly verbosity: Verbosity;
  /** Bodies as they are, not formatted. */
  readonly raw: boolean;
}

/** How much is told: `--quiet` a line for each thing that ends, `--verbose` all there is. */
export type Verbosity = "line" | "usual" | "all";

export interface PaintOptions {
  readonly colour: boolean;
  readonly width: number;
  readonly unicode: boolean;
  readonly verbosity?: Verbosity;
  readonly raw?: boolean;
}

// Of the 16-colour palette, which terminals map to what is readable on their background.
const colourOf = { good: "green", bad: "red", warn: "yellow", dim: "dim", bold: "bold", accent: "cyan" } as const;

const paintValue = (value: Paintable): string => {
  if (typeof value === "string") return escapeControls(value);
  if (value instanceof SafeText) return value.text;
  if (Array.isArray(value)) return value.map((one: SafeText) => one.text).join("");
  return value === null || value === undefined ? "" : escapeControls(String(value));
};

/** Makes a `paint` for one output. */
export const makePaint = ({ colour, width, unicode, verbosity = "usual", raw = false }: PaintOptions): Paint => {
  // Told here and not left to chalk: it would ask this process's own streams and environment.
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  const style =
    (kind: keyof typeof colourOf) =>
    (value: Paintable): SafeText =>
      new SafeText(chalk[colourOf[kind]](paintValue(value)));
  const tag = (fixed: TemplateStringsArray, ...values: readonly Paintable[]): string => {
    let text = fixed[0] ?? "";
    for (let at = 0; at < values.length; at++) text += paintValue(values[at]) + (fixed[at + 1] ?? "");
    return text;
  };
  const mark = (rich: string, plain: string): SafeText => new SafeText(unicode ? rich : plain);
  return Object.assign(tag, {
    good: style("good"),
    bad: style("bad"),
    warn: style("warn"),
    dim: style("dim"),
    bold: style("bold"),
    accent: style("accent"),
    block: (value: string, indent = ""): SafeText =>
      new SafeText(
        escapeBlock(value)
          .split("\n")
          .map((line) => (line === "" ? line : indent + line))
          .join("\n"),
      ),
    markSafe: (text: string): SafeText => new SafeText(text),
    mark: {
      yes: mark("✓", "ok"),
      no: mark("✗", "x"),
      skip: mark("–", "-"),
      arrow: mark("→", "->"),
      dots: mark("…", "..."),
      warn: mark("⚠", "!"),
    },
    width,
    colour,
    unicode,
    verbosity,
    raw,
  });
};

type Env = Readonly<Record<string, string | undefined>>;

/** Whether to colour a stream: flag, FORCE_COLOR, NO_COLOR, TERM=dumb, CI, then whether it is a terminal. */
export const wantsColour = (env: Env, isTerminal: boolean, noColourFlag: boolean): boolean => {
  if (noColourFlag) return false;
  const force = env["FORCE_COLOR"];
  if (force !== undefined) return force !== "0" && force !== "false";
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  if (env["TERM"] === "dumb" || (env["CI"] ?? "") !== "") return false;
  return isTerminal;
};

/** Whether marks outside ASCII can be shown: not on dumb terminals, not in locales other than UTF-8. */
export const wantsUnicode = (env: Env): boolean => {
  if (env["TERM"] === "dumb") return false;
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return locale === "" || /utf-?8/i.test(locale) || env["TERM_PROGRAM"] !== undefined;
};

/** The `paint` of an output: its own width and colour. */
export const paintFor = (system: System, output: Output, flags: GlobalFlags): Paint =>
  makePaint({
    colour: wantsColour(system.env, output.isTTY === true, flags.noColor),
    width: Math.max(40, output.columns ?? (Number(system.env["COLUMNS"]) || 80)),
    unicode: wantsUnicode(system.env),
    verbosity: flags.quiet ? "line" : flags.verbose ? "all" : "usual",
    raw: flags.raw,
  });
