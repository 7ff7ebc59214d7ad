import { createHash } from "node:crypto";
import { Eta } from "eta";
import { formatDuration } from "../../values/duration.ts";
import { isoInstant } from "../../values/instant.ts";
import { readJson } from "../../values/json-text.ts";
import { hasFailed } from "../attempts.ts";
import type { LogLine } from "../logs/select.ts";
import type { RedactionCount } from "../redact/redaction-log.ts";
import type { Conclusion, SeenAttempt } from "../types.ts";
import { maskedByRule, missingOf } from "./model.ts";
import type { Report } from "./model.ts";
import { safe } from "./safe.ts";
import { style } from "./style.ts";
import { template } from "./template.ts";
import { timelineSvg } from "./timeline.ts";

/** The report as a single page: works offline, has no script, loads nothing, and shows every value as text. */
export const reportHtml = (report: Report, counts: readonly RedactionCount[]): string => {
  const eta = new Eta({ autoEscape: true, autoTrim: false, cache: false, rmWhitespace: false });
  return eta
    .renderString(template, {
      report,
      s: safe,
      style,
      policy: policyFor(style),
      timeline: timelineSvg(report.attempts, report.deploys),
      hidden: Math.max(0, report.attempts.length - 10) + Math.max(0, report.deploys.length - 4),
      toneText: toneText(report.conclusion),
      missing: missingOf(report.items).length,
      attempts: report.attempts.slice(0, 200).map(rowOf),
      deploys: report.deploys.map((one) => ({ ...one, at: isoInstant(one.at).replace("T", " ").slice(0, 19) })),
      body: report.request === null ? "" : prettyBody(report.request.body.text, report.request.body.form),
      bodyText: report.request === null ? "" : bodyTexts[report.request.bodyMode],
      masked: maskedByRule(counts),
      lineClass,
    })
    .replace(/\n\s*\n+/g, "\n");
};

/** A Content Security Policy that allows only this style sheet, by its digest. */
const policyFor = (css: string): string =>
  `default-src 'none'; style-src 'sha256-${createHash("sha256").update(css).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/** If only a log shows success, don't call it delivered. */
const toneText = ({ tone, proved }: Conclusion): string =>
  tone === "good" ? (proved ? "delivered" : "success in the log") : tone === "bad" ? "failing" : "open question";

const bodyTexts = {
  shape: "shown as keys and types",
  redacted: "shown with values masked by the rules",
  full: "shown in full, credentials masked",
} as const;

const rowOf = (one: SeenAttempt) => ({
  number: one.number ?? "",
  at: isoInstant(one.at).replace("T", " ").replace("Z", ""),
  answer:
    one.status === null
      ? one.error === null
        ? "unknown"
        : `${one.error.kind}${one.error.code === null ? "" : ` ${one.error.code}`}`
      : String(one.status),
  tone:
    hasFailed(one) === null
      ? "plain"
      : hasFailed(one) === false
        ? "good"
        : one.outcome === "retryable"
          ? "warn"
          : "bad",
  took: one.durationMs === null ? "" : formatDuration(one.durationMs),
  does:
    one.outcome === null
      ? ""
      : `${one.outcome}${one.reason === null ? "" : `: ${one.reason}`}${one.nextDelayMs === null ? "" : `, again after ${formatDuration(one.nextDelayMs)}`}`,
  sources: one.sources.join(", "),
});

const lineClass = ({ why, facts }: LogLine): string => {
  if (why === "around") return "around";
  return facts.status === null ? "" : facts.status >= 200 && facts.status < 300 ? "fine" : "hit";
};

/** Indents JSON that is short enough to read; the exact text is in captures.har. */
const prettyBody = (text: string, form: string): string => {
  if (form !== "json" || text.length > 20_000 || text.includes("\n") || readJson(text) === undefined)
    return text === "" ? "(empty)" : text;
  let depth = 0;
  return text
    .split(/("(?:[^"\\]|\\.)*")/)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(/[{}[\],:]|\s+/g, (char) => {
            if (char === "{" || char === "[") return `${char}\n${"  ".repeat(++depth)}`;
            if (char === "}" || char === "]") return `\n${"  ".repeat(--depth)}${char}`;
            return char === "," ? `,\n${"  ".repeat(depth)}` : char === ":" ? ": " : "";
          }),
    )
    .join("")
    .replace(/([{[])\n *\n *([}\]])/g, "$1$2");
};
