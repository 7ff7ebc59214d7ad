import type { CaseResult, CheckReport } from "../../check/types.ts";
import { escapeBlock, escapeControls } from "../../values/escape.ts";
import { formatDuration } from "../../values/duration.ts";
import type { Paint, SafeText } from "../../cli/paint.ts";
import { wrap } from "../../cli/wrap.ts";

export interface CheckData {
  readonly report: CheckReport;
  /** Failures listed in the baseline. */
  readonly known: ReadonlySet<string>;
}

/** One line per case, then each finding with its fix, then the totals, wrapped to the terminal's width. */
export const checkView = ({ report, known }: CheckData, paint: Paint): string => {
  const brief = paint.verbosity === "line";
  const isFound = ({ status }: CaseResult): boolean => status === "fail" || status === "advice";
  const skips = commonSkips(report.cases);
  const printedFixes = brief
    ? report.cases.filter(({ status }) => status === "fail")
    : report.cases.filter(({ status, observed }) => status !== "skip" || !skips.has(observed));
  const fixes = new Set<string>();
  return [
    ...(brief ? [] : [paint`${paint.bold(report.url)} ${paint.dim(`as ${report.provider}`)}`, ""]),
    ...printedFixes.map((one) => row(one, known, paint)),
    ...(brief ? [] : [...skips].map(([reason, count]) => skipRow(reason, count, paint))),
    ...(brief ? [] : report.cases.filter(isFound).flatMap((one) => ["", ...details(one, known, fixes, paint)])),
    "",
    sum(report, known, paint),
  ].join("\n");
};

/** Skip reasons shared by several cases, with their counts: each is printed once. */
const commonSkips = (cases: readonly CaseResult[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { status, observed } of cases)
    if (status === "skip") counts.set(observed, (counts.get(observed) ?? 0) + 1);
  return new Map([...counts].filter(([, count]) => count > 2));
};

const skipRow = (reason: string, count: number, paint: Paint): string => {
  const indent = idWidth + 2;
  const [first = "", ...rest] = wrap(escapeControls(reason), Math.max(20, paint.width - indent)).split("\n");
  const head = `${count} cases skipped`.padEnd(idWidth);
  return [
    paint`${paint.dim(paint.mark.skip)} ${paint.dim(`${head}${first}`)}`,
    ...rest.map((line) => paint`${" ".repeat(indent)}${paint.dim(line)}`),
  ].join("\n");
};

const idWidth = 29;
const timeWidth = 8;

const row = (one: CaseResult, known: ReadonlySet<string>, paint: Paint): string => {
  const indent = idWidth + 2;
  const width = Math.max(20, paint.width - indent - timeWidth);
  const [first = "", ...rest] = wrap(escapeControls(one.observed), width).split("\n").map(cut(width, paint));
  const isRun = one.status !== "skip" && one.status !== "interrupted";
  const time = !isRun ? "" : formatDuration(one.durationMs).padStart(timeWidth - 1);
  const name = one.id.padEnd(idWidth);
  const head = paint`${mark(one, known, paint)} ${isRun ? name : paint.dim(name)}`;
  return [
    paint`${paint.markSafe(head)}${paint.dim(first.padEnd(width))} ${paint.dim(time)}`.trimEnd(),
    ...rest.map((line) => paint`${" ".repeat(indent)}${paint.dim(line)}`),
  ].join("\n");
};

/** A single word may be longer than the line. */
const cut =
  (width: number, paint: Paint) =>
  (line: string): string => {
    const dots = paint.mark.dots.text;
    return line.length > width ? `${line.slice(0, width - dots.length)}${dots}` : line;
  };

const details = (
  one: CaseResult,
  known: ReadonlySet<string>,
  printedFixes: Set<string>,
  paint: Paint,
): readonly string[] => {
  const note = one.status === "advice" ? " (advice)" : known.has(one.id) ? " (known)" : "";
  const isWide = one.id.length + note.length + one.title.length + 4 > paint.width;
  const isShown = one.fix !== null && printedFixes.has(one.fix);
  if (one.fix !== null) printedFixes.add(one.fix);
  return [
    paint`${mark(one, known, paint)} ${paint.bold(one.id)}${note}${isWide ? "" : `  ${one.title}`}`,
    ...(isWide ? [paint`  ${one.title}`] : []),
    ...field("proves", one.proves, paint),
    ...field("sent", one.sent, paint),
    ...field("expected", one.expected, paint),
    ...field("observed", escapeControls(one.observed), paint),
    ...(["failed", "passed"] as const).flatMap((which) => {
      const labels = one.deliveries?.[which] ?? [];
      return labels.length === 0 ? [] : field(which, labels.join(", "), paint);
    }),
    ...(one.fix === null ? [] : field("fix", isShown ? "as above" : one.fix, paint)),
  ];
};

const field = (name: string, text: string, paint: Paint): readonly string[] =>
  escapeBlock(text)
    .split("\n")
    .flatMap((line, at) => {
      // Indented lines are code and keep their layout.
      if (line.startsWith("  ")) return [paint`  ${line}`];
      const label = at === 0 ? paint`  ${paint.accent(name.padEnd(10))}` : " ".repeat(12);
      return wrap(line, paint.width - 12)
        .split("\n")
        .map((part, index) => paint`${paint.markSafe(index === 0 ? label : " ".repeat(12))}${part}`);
    });

const mark = (one: CaseResult, known: ReadonlySet<string>, paint: Paint): SafeText => {
  if (one.status === "pass") return paint.good(paint.mark.yes);
  if (one.status === "advice") return paint.warn(paint.mark.warn);
  if (one.status !== "fail") return paint.dim(paint.mark.skip);
  return known.has(one.id) ? paint.warn(paint.mark.no) : paint.bad(paint.mark.no);
};

const sum = (report: CheckReport, known: ReadonlySet<string>, paint: Paint): string => {
  const { passed, failed, advice, skipped, interrupted } = report;
  const knownText = known.size === 0 ? "" : ` (${known.size} known)`;
  const failedText = `${failed} failed${knownText}`;
  const parts = [
    paint.good(`${passed} passed`),
    failed > known.size ? paint.bad(failedText) : failedText,
    ...(advice > 0 ? [paint.warn(`${advice} advice`)] : []),
    paint.dim(`${skipped} skipped`),
    ...(interrupted > 0 ? [paint.warn(`${interrupted} interrupted`)] : []),
  ];
  return parts.map((part) => paint`${part}`).join(", ");
};
