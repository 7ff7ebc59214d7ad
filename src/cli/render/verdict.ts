import type { Finding, Verdict } from "../../signature/verdict.ts";
import { formatDuration } from "../../values/duration.ts";
import { escapeControls } from "../../values/escape.ts";
import type { Paint } from "./paint.ts";

/** A verdict as a person reads it: the answer, the cause with its proof, the fix. */
export const verdictView = (verdict: Verdict, paint: Paint): string => {
  const answer = verdict.valid
    ? paint`${paint.good(paint.mark.yes)} ${paint.good("valid")} ${named(verdict)}`
    : paint`${paint.bad(paint.mark.no)} ${paint.bad("invalid")} ${named(verdict)}: ${paint.bold(verdict.cause)}`;
  if (paint.amount === "line") return answer;
  return [
    answer,
    ...(verdict.matchedSecret === null ? [] : [paint`  secret     ${verdict.matchedSecret}`]),
    ...timestampLines(verdict, paint),
    ...verdict.findings.flatMap((finding, at) => [
      "",
      // One mend often serves several causes: it is shown with the first.
      findingView(
        verdict.findings.slice(0, at).some(({ fix }) => fix === finding.fix) ? { ...finding, fix: "" } : finding,
        paint,
      ),
    ]),
    ...(verdict.notes.length === 0
      ? []
      : ["", ...verdict.notes.map((note) => paint`  ${paint.warn("note:")} ${note}`)]),
    ...(verdict.valid || verdict.tried < 2 ? [] : ["", paint`  ${paint.dim(`${verdict.tried} explanations tested`)}`]),
  ].join("\n");
};

const named = (verdict: Verdict): string =>
  verdict.scheme === null ? verdict.provider : `${verdict.provider} (${verdict.scheme})`;

const timestampLines = (verdict: Verdict, paint: Paint): readonly string[] => {
  const stamp = verdict.timestamp;
  if (stamp === null) return [];
  const skew =
    stamp.skewSeconds === null
      ? "not a timestamp"
      : stamp.skewSeconds >= 0
        ? `${formatDuration(stamp.skewSeconds * 1000)} old`
        : `${formatDuration(-stamp.skewSeconds * 1000)} ahead`;
  const window =
    stamp.toleranceSeconds === null ? "no window" : `window ${formatDuration(stamp.toleranceSeconds * 1000)}`;
  return [paint`  timestamp  ${stamp.value} (${skew}, ${window})`];
};

/** One finding: code, whether proved, what happened, and the fix indented under it. */
const findingView = (finding: Finding, paint: Paint): string =>
  [
    paint`  ${paint.bold(finding.code)} ${finding.certain ? paint.good("proved") : paint.warn("not proved")}`,
    paint`${paint.block(wrap(finding.message, paint.width - 4), "    ")}`,
    ...(finding.fix === ""
      ? []
      : [paint`    ${paint.accent("fix:")}`, paint`${paint.block(proseFits(finding.fix, paint.width - 6), "      ")}`]),
  ].join("\n");

/** A fix in one line is prose and is broken; several are code, to be copied as they stand. */
export const proseFits = (fix: string, width: number): string => (fix.includes("\n") ? fix : wrap(fix, width));

/** Breaks text at blanks so that no line is longer than `width`, where a word lets it. */
export const wrap = (text: string, width: number): string =>
  text
    .split("\n")
    .map((line) => {
      const lines: string[] = [];
      let current = "";
      for (const word of line.split(" ")) {
        if (current !== "" && current.length + 1 + word.length > width) {
          lines.push(current);
          current = word;
        } else current = current === "" ? word : `${current} ${word}`;
      }
      return [...lines, current].join("\n");
    })
    .join("\n");

/** Breaks text that begins in column `from`: the lines after the first stand under it. Line feeds of its own are shown. */
export const hang = (text: string, width: number, from: number): string =>
  wrap(escapeControls(text), width - from).replaceAll("\n", `\n${" ".repeat(from)}`);
