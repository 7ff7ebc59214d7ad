import { Chalk } from "chalk";
import { escapeBlock, escapeControls } from "../values/escape.ts";
import type { GlobalFlags } from "./context.ts";
import type { Output, System } from "./system.ts";

/** Text that is safe to print: created by `paint`, or marked safe because hookproof wrote it. */
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
 * The template tag for all views: fixed text passes unchanged, values are escaped unless they are `SafeText`. Colours
 * have meanings: green is good, red is bad, yellow needs attention, dim is secondary.
 */
export interface Paint {
  (fixed: TemplateStringsArray, ...values: readonly Paintable[]): string;
  good(value: Paintable): SafeText;
  bad(value: Paintable): SafeText;
  warn(value: Paintable): SafeText;
  dim(value: Paintable): SafeText;
  bold(value: Paintable): SafeText;
  accent(value: Paintable): SafeText;
  /** Multi-line text: newlines stay, all other control characters are escaped. */
  block(value: string, indent?: string): SafeText;
  /** Marks output of `paint` as safe, so that it can be embedded. */
  markSafe(text: string): SafeText;
  /** `✓`, `✗`, `–`, `→`, `…`, or ASCII equivalents. */
  readonly mark: Readonly<Record<"yes" | "no" | "skip" | "arrow" | "dots" | "warn", SafeText>>;
  readonly width: number;
  readonly colour: boolean;
  readonly unicode: boolean;
  readonly verbosity: Verbosity;
  /** Show bodies unformatted. */
  readonly raw: boolean;
}

/** The verbosity: `line` (`--quiet`) prints one line per result, `all` (`--verbose`) everything. */
export type Verbosity = "line" | "usual" | "all";

export interface PaintOptions {
  readonly colour: boolean;
  readonly width: number;
  readonly unicode: boolean;
  readonly verbosity?: Verbosity;
  readonly raw?: boolean;
}

// From the 16-colour palette, which terminals adapt to their background.
const colourOf = { good: "green", bad: "red", warn: "yellow", dim: "dim", bold: "bold", accent: "cyan" } as const;

const paintValue = (value: Paintable): string => {
  if (typeof value === "string") return escapeControls(value);
  if (value instanceof SafeText) return value.text;
  if (Array.isArray(value)) return value.map((one: SafeText) => one.text).join("");
  return value === null || value === undefined ? "" : escapeControls(String(value));
};

/** Creates the `paint` of one output. */
export const makePaint = ({ colour, width, unicode, verbosity = "usual", raw = false }: PaintOptions): Paint => {
  // Set explicitly: chalk would look at this process's own streams and environment.
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

/** Whether to use colour: flag, FORCE_COLOR, NO_COLOR, TERM=dumb, CI, then whether it is a terminal. */
export const wantsColour = (env: Env, isTerminal: boolean, noColourFlag: boolean): boolean => {
  if (noColourFlag) return false;
  const force = env["FORCE_COLOR"];
  if (force !== undefined) return force !== "0" && force !== "false";
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  if (env["TERM"] === "dumb" || (env["CI"] ?? "") !== "") return false;
  return isTerminal;
};

/** Whether Unicode marks can be printed: not on dumb terminals or in non-UTF-8 locales. */
export const wantsUnicode = (env: Env): boolean => {
  if (env["TERM"] === "dumb") return false;
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return locale === "" || /utf-?8/i.test(locale) || env["TERM_PROGRAM"] !== undefined;
};

/** Creates the `paint` of an output with its width and colour support. */
export const paintFor = (system: System, output: Output, flags: GlobalFlags): Paint =>
  makePaint({
    colour: wantsColour(system.env, output.isTTY === true, flags.noColor),
    width: Math.max(40, output.columns ?? (Number(system.env["COLUMNS"]) || 80)),
    unicode: wantsUnicode(system.env),
    verbosity: flags.quiet ? "line" : flags.verbose ? "all" : "usual",
    raw: flags.raw,
  });
