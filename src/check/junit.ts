import type { Builder } from "junit-report-builder";
import { escapeBlock, escapeControls } from "../values/escape.ts";
import type { CaseResult, CheckReport } from "./types.ts";

/**
 * The report as JUnit XML, in the form that Jenkins, GitLab and GitHub's actions read.
 * @param known failed cases that must not fail the job: they stand as skipped
 * @param at epoch milliseconds
 */
export const junitText = async (report: CheckReport, known: ReadonlySet<string>, at: number): Promise<string> => {
  const builder = (await freshBuilder()).name("hookproof check");
  const suite = builder
    .testSuite()
    .name(escapeControls(`hookproof check ${report.provider} ${report.url}`))
    .timestamp(new Date(at))
    .time(Math.round(report.cases.reduce((sum, { durationMs }) => sum + durationMs, 0)) / 1000);
  for (const one of report.cases) {
    const entry = suite
      .testCase()
      .className(`hookproof.check.${report.provider}`)
      .name(one.id)
      .time(one.durationMs / 1000);
    if (one.status === "skip" || (one.status === "fail" && known.has(one.id))) {
      entry.skipped().standardOutput(text(one.status === "skip" ? one.observed : `known to fail: ${one.observed}`));
    } else if (one.status === "fail") {
      entry
        .failure(escapeControls(`expected ${one.expected}; observed ${one.observed}`), one.id)
        .stacktrace(text(details(one)));
    } else entry.standardOutput(text(`${one.title}: ${one.observed}`));
  }
  return builder.build();
};

const details = (one: CaseResult): string =>
  [
    one.title,
    `proves:   ${one.proves}`,
    `sent:     ${one.sent}`,
    `expected: ${one.expected}`,
    `observed: ${one.observed}`,
    ...(one.fix === null ? [] : [`fix:      ${one.fix}`]),
  ].join("\n");

/** Text inside CDATA: control characters visible, and no end of the section before its end. */
const text = (value: string): string => escapeBlock(value).replaceAll("]]>", "]] >");

// Its types say `module.exports.default`; what is there is the builder itself.
const isBuilder = (value: unknown): value is Builder =>
  typeof value === "object" && value !== null && "newBuilder" in value;

const freshBuilder = async (): Promise<Builder> => {
  const { default: module } = await import("junit-report-builder");
  const found: unknown = isBuilder(module) ? module : module.default;
  if (!isBuilder(found)) throw new TypeError("junit-report-builder has no builder");
  return found.newBuilder();
};
