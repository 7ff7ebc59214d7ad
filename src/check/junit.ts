import { create } from "xmlbuilder";
import { escapeBlock, escapeControls } from "../values/escape.ts";
import { isoInstant } from "../values/instant.ts";
import type { CaseResult, CheckReport } from "./types.ts";

/**
 * The report as JUnit XML, in the dialect that Jenkins, GitLab and GitHub's actions read. JUnit has three outcomes:
 * advice counts as passed with a text, interrupted cases as skipped.
 * @param known failures that must not fail the job: reported as skipped
 * @param at epoch milliseconds
 */
export const junitText = (report: CheckReport, known: ReadonlySet<string>, at: number): string => {
  const skips = report.cases.map((one) => skipReason(one, known));
  const counts = {
    tests: report.cases.length,
    failures: report.failed - known.size,
    errors: 0,
    skipped: skips.filter((reason) => reason !== undefined).length,
  };
  const root = create("testsuites", { version: "1.0", encoding: "UTF-8" });
  root.att({ ...counts, name: "hookproof check" });
  const suite = root.ele("testsuite", {
    name: escapeControls(`hookproof check ${report.provider} ${report.url}`),
    ...counts,
    timestamp: isoInstant(at).replace(/(\.\d+)?Z$/, ""),
    time: Math.round(report.cases.reduce((sum, { durationMs }) => sum + durationMs, 0)) / 1000,
  });
  for (const [index, one] of report.cases.entries()) {
    const entry = suite.ele("testcase", {
      classname: `hookproof.check.${report.provider}`,
      name: one.id,
      time: Math.round(one.durationMs) / 1000,
    });
    const reason = skips[index];
    if (reason !== undefined) entry.ele("skipped", { message: escapeControls(reason) });
    else if (one.status === "fail") {
      const message = escapeControls(`expected ${one.expected}; observed ${one.observed}`);
      entry.ele("failure", { message, type: one.id }).cdata(text(details(one)));
    } else entry.ele("system-out").cdata(text(one.status === "pass" ? `${one.title}: ${one.observed}` : details(one)));
  }
  return root.end({ pretty: true });
};

/** Why a case counts as skipped; undefined if it doesn't. */
const skipReason = ({ id, status, observed }: CaseResult, known: ReadonlySet<string>): string | undefined => {
  if (status === "skip" || status === "interrupted") return observed;
  return status === "fail" && known.has(id) ? `known to fail: ${observed}` : undefined;
};

const details = (one: CaseResult): string =>
  [
    one.status === "advice" ? `advice: ${one.title}` : one.title,
    `proves:   ${one.proves}`,
    `sent:     ${one.sent}`,
    `expected: ${one.expected}`,
    `observed: ${one.observed}`,
    ...(one.fix === null ? [] : [`fix:      ${one.fix}`]),
  ].join("\n");

/** Escapes text for CDATA: control characters become visible, and the section can't be ended early. */
const text = (value: string): string => escapeBlock(value).replaceAll("]]>", "]] >");
