import type { Finding, Verdict } from "../../signature/verdict.ts";
import type { Infer } from "../../values/infer.ts";
import type { verdictOutput } from "./schema.ts";
import { formatDuration } from "../../values/duration.ts";
import { distinctFixes, fixText } from "../shared/fixes-view.ts";
import type { Paint } from "../../cli/paint.ts";
import { wrap } from "../../cli/wrap.ts";

type VerdictOutput = Infer<typeof verdictOutput>;

/** A verdict as text: valid or not, the cause with its proof, and the fix. */
export const verdictView = (verdict: VerdictOutput, paint: Paint): string => {
  const response = verdict.valid
    ? paint`${paint.good(paint.mark.yes)} ${paint.good("valid")} ${named(verdict)}`
    : paint`${paint.bad(paint.mark.no)} ${paint.bad("invalid")} ${named(verdict)}: ${paint.bold(verdict.cause)}`;
  if (paint.verbosity === "line") return response;
  const fixes = distinctFixes(verdict.findings);
  return [
    response,
    ...(verdict.matchedSecret === null ? [] : [paint`  secret     ${verdict.matchedSecret}`]),
    ...timestampLines(verdict, paint),
    ...recordedLines(verdict, paint),
    ...verdict.findings.flatMap((finding, at) => ["", findingView({ ...finding, fix: fixes[at] ?? "" }, paint)]),
    ...(verdict.notes.length === 0
      ? []
      : ["", ...verdict.notes.map((note) => paint`  ${paint.warn("note:")} ${note}`)]),
    ...(verdict.valid || verdict.tried < 2
      ? []
      : ["", paint`  ${paint.dim(`${verdict.tried.toLocaleString("en-US")} combinations tested`)}`]),
  ].join("\n");
};

const named = (verdict: Verdict): string =>
  verdict.scheme === null ? verdict.provider : `${verdict.provider} (${verdict.scheme})`;

/** The response that the capture recorded, and whether it contradicts the verdict. */
const recordedLines = ({ recorded, valid }: VerdictOutput, paint: Paint): readonly string[] => {
  if (recorded === null) return [];
  const { status, kind, sent } = recorded;
  const response =
    status === null ? `${kind} (recorded)` : `${status} (recorded${kind === "forwarded" ? ", forwarded" : ""})`;
  const gone = sent ? "" : ", but the sender had already disconnected";
  const isRefused = status === 401 || status === 403;
  const odd = valid && isRefused ? ", although the signature is valid" : "";
  return [paint`  response   ${response}${gone}${odd}`];
};

const timestampLines = (verdict: Verdict, paint: Paint): readonly string[] => {
  const stamp = verdict.timestamp;
  if (stamp === null) return [];
  const isOtherUnit = verdict.findings.some(({ code }) => code === "timestamp-unit");
  const skew =
    stamp.skewSeconds === null
      ? "not a timestamp"
      : isOtherUnit
        ? "in another unit"
        : stamp.skewSeconds === 0
          ? "0s old"
          : stamp.skewSeconds > 0
            ? `${formatDuration(stamp.skewSeconds * 1000)} old`
            : `${formatDuration(-stamp.skewSeconds * 1000)} ahead`;
  const window =
    stamp.toleranceSeconds === null ? "age not checked" : `tolerance ${formatDuration(stamp.toleranceSeconds * 1000)}`;
  return [paint`  timestamp  ${stamp.value} (${skew}, ${window})`];
};

/** One finding: its code, whether it is proved, what happened, and the fix indented below. */
const findingView = (finding: Finding, paint: Paint): string =>
  [
    finding.code === "unexplained"
      ? paint`  ${paint.bold(finding.code)}`
      : paint`  ${paint.bold(finding.code)} ${finding.certain ? paint.good("proved") : paint.warn("likely")}`,
    paint`${paint.block(wrap(finding.message, paint.width - 4), "    ")}`,
    ...(finding.fix === ""
      ? []
      : [paint`    ${paint.accent("fix:")}`, paint`${paint.block(fixText(finding.fix, paint.width - 6), "      ")}`]),
  ].join("\n");
