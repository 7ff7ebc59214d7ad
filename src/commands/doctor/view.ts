import type { ProbeFinding } from "../../doctor/finding.ts";
import { formatDuration } from "../../values/duration.ts";
import type { Paint } from "../../cli/paint.ts";
import { wrap } from "../../cli/wrap.ts";
import { pluralize } from "../../values/count.ts";
import type { Infer } from "../../values/infer.ts";
import type { doctorOutput } from "./schema.ts";

/** What `doctor` reports. */
type DoctorData = Infer<typeof doctorOutput>;

/** The path to the receiver step by step: what works, what doesn't, and what to do. */
export const doctorView = ({ url, healthy, findings, limits }: DoctorData, paint: Paint): string => {
  const problems = findings.filter(({ level }) => level === "problem").length;
  const warnings = findings.filter(({ level }) => level === "warning").length;
  const late = limits.filter(({ inTime }) => !inTime);
  const sum = healthy
    ? paint`${paint.good(paint.mark.yes)} ${paint.good("healthy")}${warnings > 0 ? `, ${pluralize(warnings, "warning")}` : ""}`
    : paint`${paint.bad(paint.mark.no)} ${paint.bad(pluralize(problems, "problem"))}`;
  if (paint.verbosity === "line") return sum;
  return [
    paint`${paint.bold(url)}`,
    ...findings.flatMap((one) => findingLines(one, paint)),
    ...(limits.length === 0 || late.length > 0
      ? []
      : [
          paint`  ${paint.good(paint.mark.yes)} time  within the ${limits.length === 1 ? `${limits[0]?.provider ?? ""} timeout (${formatDuration(limits[0]?.limitMs ?? 0)})` : `timeouts of all ${limits.length} platforms`}`,
        ]),
    "",
    sum,
  ].join("\n");
};

const findingLines = ({ step, level, message, advice }: ProbeFinding, paint: Paint): readonly string[] => {
  const mark =
    level === "ok"
      ? paint.good(paint.mark.yes)
      : level === "problem"
        ? paint.bad(paint.mark.no)
        : paint.warn(paint.mark.warn);
  const [first = "", ...rest] = wrap(message, paint.width - 10).split("\n");
  return [
    paint`  ${mark} ${step.padEnd(4)}  ${first}`,
    ...rest.map((line) => paint`          ${line}`),
    ...(advice === ""
      ? []
      : wrap(advice, paint.width - 12)
          .split("\n")
          .map((line, index) => paint`          ${index === 0 ? paint.accent(paint.mark.arrow) : " "} ${line}`)),
  ];
};
