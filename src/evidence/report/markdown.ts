import { escapeBlock, escapeControls } from "../../values/escape.ts";
import { formatDuration } from "../../values/duration.ts";
import { isoInstant } from "../../values/instant.ts";
import { missingOf } from "./model.ts";
import type { Report } from "./model.ts";

/** One screen for a ticket: symptom, verdict, cause, what was tried, next step, the eight items. */
export const summaryMarkdown = (report: Report): string => {
  const { conclusion, items } = report;
  const missing = missingOf(items);
  const latest = report.attempts.slice(-8);
  return `${[
    `# ${md(`${report.provider.name}: ${report.eventId}`)}${report.caseId === null ? "" : ` (case ${md(report.caseId)})`}`,
    "",
    `**Symptom.** ${md(conclusion.symptom)}`,
    "",
    `**Verdict${conclusion.proved ? " (proved)" : ""}.** ${md(conclusion.verdict)}`,
    "",
    `**Cause.** ${md(conclusion.cause)}`,
    "",
    `**Next step.** ${md(oneLine(conclusion.next))}`,
    ...(report.note === null ? [] : ["", `**Note.** ${md(report.note)}`]),
    "",
    "| asked for | answer | source |",
    "|---|---|---|",
    ...items.map(({ title, value, source, how, required }) =>
      value === null
        ? `| ${title} | ${required ? "**missing**" : "not given"} | ${md(how ?? "")} |`
        : `| ${title} | ${cell(value)} | ${cell(source ?? "")} |`,
    ),
    ...(latest.length === 0
      ? []
      : [
          "",
          "| attempt | time (UTC) | response | duration | what the platform does |",
          "|---|---|---|---|---|",
          ...latest.map(
            ({ number, at, status, error, durationMs, reason, outcome }) =>
              `| ${number ?? ""} | ${isoInstant(at)} | ${cell(status === null ? (error === null ? "unknown" : `${error.kind} ${error.code ?? ""}`.trim()) : String(status))} | ${durationMs === null ? "" : formatDuration(durationMs)} | ${cell(outcome === null ? "" : `${outcome}: ${reason ?? ""}`)} |`,
          ),
        ]),
    "",
    `**Tried.** ${md(report.tried.join("; "))}.`,
    "",
    missing.length === 0
      ? "The evidence is complete."
      : `Missing: ${missing.map(({ title }) => title.toLowerCase()).join(", ")}.`,
    "",
    `Made by hookproof ${md(report.version)} at ${report.createdAt}. Values are masked; equal tokens stand for equal values. Open report.html for the whole picture.`,
  ].join("\n")}\n`;
};

const oneLine = (text: string): string => {
  const [first = "", ...rest] = text.split("\n").filter((line) => line.trim() !== "");
  return rest.length === 0 ? first : `${first} (see report.html)`;
};

/**
 * Text as itself in Markdown: nothing in it becomes a heading, link, picture, HTML or mention. An
 * underscore inside a word is not markup (CommonMark, 6.2): ids stay as people search for them.
 */
export const escapeMarkdown = (text: string): string =>
  text.replace(/[\\`*{}[\]<>|#!~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, (char) => `\\${char}`);

const md = (text: string): string => escapeMarkdown(clipped(escapeControls(text.replace(/\s+/g, " ")), 600));

const cell = (text: string): string => md(clipped(text, 160));

const clipped = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}…` : text);

/** The receiver's lines as `grep -n` shows them: `:` for a hit, `-` for a line around it. */
export const logText = (report: Report): string => {
  const out: string[] = [];
  let last: { readonly file: string; readonly number: number } | undefined;
  for (const { file, number, text, why } of report.log) {
    if (last !== undefined && (last.file !== file || last.number !== number - 1)) out.push("--");
    const mark = why === "around" ? "-" : ":";
    out.push(`${escapeControls(file)}${mark}${number}${mark} ${escapeBlock(text.replaceAll("\n", " "))}`);
    last = { file, number };
  }
  return out.length === 0 ? "" : `${out.join("\n")}\n`;
};
