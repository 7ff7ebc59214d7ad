import { escapeControls } from "../values/escape.ts";
import type { CaseResult, CheckReport } from "./types.ts";

/**
 * GitHub workflow commands: an error for each failed case, a warning for each known failure, a notice for each piece of
 * advice. The runner reads them from stdout and stderr.
 */
export const annotations = (report: CheckReport, known: ReadonlySet<string>): readonly string[] =>
  report.cases.filter(isFound).map((one) => {
    const level = one.status === "advice" ? "notice" : known.has(one.id) ? "warning" : "error";
    const message = `${one.title}: expected ${one.expected}, observed ${escapeControls(one.observed)}${one.fix === null ? "" : `\n${one.fix}`}`;
    return `::${level} title=${property(`hookproof ${one.id}`)}::${data(message)}`;
  });

/** The job summary: one table with the fixes below it. */
export const jobSummary = (report: CheckReport, known: ReadonlySet<string>): string => {
  const found = report.cases.filter(isFound);
  return [
    `### hookproof check: ${countsText(report)}`,
    "",
    `${cell(report.provider)} at ${cell(report.url)}`,
    "",
    "| | case | expected | observed |",
    "| --- | --- | --- | --- |",
    ...report.cases.map(
      (one) => `| ${mark(one, known)} | \`${one.id}\` | ${cell(one.expected)} | ${cell(one.observed)} |`,
    ),
    ...found.flatMap((one) => ["", `**\`${one.id}\`** ${cell(one.title)}`, "", fence(one.fix ?? "")]),
    "",
  ].join("\n");
};

/** The report's totals as text; zeros are omitted except in the first two. */
const countsText = (report: CheckReport): string =>
  [
    `${report.passed} passed`,
    `${report.failed} failed`,
    ...(report.advice > 0 ? [`${report.advice} advice`] : []),
    `${report.skipped} skipped`,
    ...(report.interrupted > 0 ? [`${report.interrupted} interrupted`] : []),
  ].join(", ");

const isFound = ({ status }: CaseResult): boolean => status === "fail" || status === "advice";

const mark = ({ id, status }: CaseResult, known: ReadonlySet<string>): string => {
  if (status === "fail") return known.has(id) ? "⚠ known" : "✗";
  if (status === "advice") return "⚠ advice";
  return status === "pass" ? "✓" : "–";
};

// GitHub's own escapes (actions/toolkit, command.ts).
const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** Escapes untrusted text for a Markdown table cell. */
const cell = (text: string): string =>
  escapeControls(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/[\\`*_{}[\]()#+!|~@]/g, (char) => `&#${char.charCodeAt(0)};`);

const fence = (text: string): string => `\`\`\`text\n${text.replaceAll("```", "'''")}\n\`\`\``;
