import type { CaseResult, CheckReport } from "../../check/types.ts";
import { escapeBlock, escapeControls } from "../../values/escape.ts";
import { formatDuration } from "../../values/duration.ts";
import type { Paint, SafeText } from "../../cli/paint.ts";
import { wrap } from "../../cli/wrap.ts";

export interface CheckData {
  readonly report: CheckReport;
  /** Failed cases that the baseline knows. */
  readonly known: ReadonlySet<string>;
}

/** A line a case, then what failed with how to fix it, then the sum; fits the terminal's width. */
export const checkView = ({ report, known }: CheckData, paint: Paint): string => {
  const brief = paint.verbosity === "line";
  const shown = brief ? report.cases.filter(({ status }) => status === "fail") : report.cases;
  const told = report.cases.filter(({ status, fix }) => status === "fail" || (status === "pass" && fix !== null));
  const fixes = new Set<string>();
  return [
    ...(brief ? [] : [paint`${paint.bold(report.url)} ${paint.dim(`as ${report.provider}`)}`, ""]),
    ...shown.map((one) => row(one, known, paint)),
    ...(brief ? [] : told.flatMap((one) => ["", ...details(one, known, fixes, paint)])),
    "",
    sum(report, known, paint),
  ].join("\n");
};

const idWidth = 29;
const timeWidth = 8;

const row = (one: CaseResult, known: ReadonlySet<string>, paint: Paint): string => {
  const left = idWidth + 2;
  const width = Math.max(20, paint.width - left - timeWidth);
  const [first = "", ...rest] = wrap(escapeControls(one.observed), width).split("\n").map(cut(width, paint));
  const time = one.status === "skip" ? "" : formatDuration(one.durationMs).padStart(timeWidth - 1);
  const name = one.id.padEnd(idWidth);
  const head = paint`${mark(one, known, paint)} ${one.status === "skip" ? paint.dim(name) : name}`;
  return [
    paint`${paint.markSafe(head)}${paint.dim(first.padEnd(width))} ${paint.dim(time)}`.trimEnd(),
    ...rest.map((line) => paint`${" ".repeat(left)}${paint.dim(line)}`),
  ].join("\n");
};

/** One word may be longer than the line. */
const cut =
  (width: number, paint: Paint) =>
  (line: string): string => {
    const dots = paint.mark.dots.text;
    return line.length > width ? `${line.slice(0, width - dots.length)}${dots}` : line;
  };

const details = (one: CaseResult, known: ReadonlySet<string>, told: Set<string>, paint: Paint): readonly string[] => {
  const note = one.status === "pass" ? " (passed, but look)" : known.has(one.id) ? " (known)" : "";
  const isTold = one.fix !== null && told.has(one.fix);
  if (one.fix !== null) told.add(one.fix);
  return [
    paint`${mark(one, known, paint)} ${paint.bold(one.id)}${note}  ${one.title}`,
    ...field("proves", one.proves, paint),
    ...field("sent", one.sent, paint),
    ...field("expected", one.expected, paint),
    ...field("observed", escapeControls(one.observed), paint),
    ...(one.fix === null ? [] : field("fix", isTold ? "as above" : one.fix, paint)),
  ];
};

const field = (name: string, text: string, paint: Paint): readonly string[] =>
  escapeBlock(text)
    .split("\n")
    .flatMap((line, at) => {
      // Code is indented already, and keeps its shape.
      if (line.startsWith("  ")) return [paint`  ${line}`];
      const label = at === 0 ? paint`  ${paint.accent(name.padEnd(10))}` : " ".repeat(12);
      return wrap(line, paint.width - 12)
        .split("\n")
        .map((part, index) => paint`${paint.markSafe(index === 0 ? label : " ".repeat(12))}${part}`);
    });

const mark = (one: CaseResult, known: ReadonlySet<string>, paint: Paint): SafeText => {
  if (one.status === "skip") return paint.dim(paint.mark.skip);
  if (one.status === "pass") return one.fix === null ? paint.good(paint.mark.yes) : paint.warn(paint.mark.yes);
  return known.has(one.id) ? paint.warn(paint.mark.no) : paint.bad(paint.mark.no);
};

const sum = ({ passed, failed, skipped }: CheckReport, known: ReadonlySet<string>, paint: Paint): string => {
  const knownText = known.size === 0 ? "" : ` (${known.size} known)`;
  const failedText = `${failed} failed${knownText}`;
  return paint`${paint.good(`${passed} passed`)}, ${failed > known.size ? paint.bad(failedText) : failedText}, ${paint.dim(`${skipped} skipped`)}`;
};
