import { pluralize } from "../../values/count.ts";
import { formatDuration } from "../../values/duration.ts";
import { isoInstant } from "../../values/instant.ts";
import { conclude } from "../conclusion.ts";
import { itemsOf } from "../items.ts";
import type { Report } from "../report/model.ts";
import type { Diagnosis } from "../types.ts";
import type { Findings, MakeOptions } from "./make.ts";
import type { Presenter } from "./present.ts";

/** The findings as the page and the summary show them: everything masked by `show`. */
export const reportOf = (findings: Findings, options: MakeOptions, show: Presenter): Report => {
  const { facts, gathered, attempts, log, changes, diagnosis, probe, receiver } = findings;
  const items = itemsOf(facts, { gathered, attempts, log, changes, receiver });
  const html = "report.html";
  const last = gathered.records.find(({ record }) => record.id === diagnosis?.request.id) ?? gathered.records.at(-1);
  return {
    version: options.version,
    createdAt: isoInstant(options.now),
    provider: { id: facts.profile.id, name: facts.profile.name },
    eventId: show.text(facts.eventId, html, "event id"),
    eventType: gathered.eventType === null ? null : show.text(gathered.eventType, html, "event type"),
    caseId: facts.caseId === null ? null : show.text(facts.caseId, html, "case id"),
    note: facts.note === null ? null : show.text(facts.note, html, "note"),
    conclusion: show.data(
      conclude(facts, {
        attempts,
        diagnosis,
        probe: probe?.findings ?? [],
        deploys: changes?.deploys ?? [],
        gathered,
        log,
      }),
      html,
      "conclusion",
    ),
    items: show.data(items, html, "items"),
    attempts: show.data(attempts, "deliveries.ndjson", "attempt"),
    deploys: show.data(changes?.deploys ?? [], html, "deploys"),
    log: show.log(log?.lines ?? []),
    request: last === undefined ? null : show.request(last.record, last.source),
    signature: diagnosis === null ? null : show.data(signatureOf(diagnosis), html, "signature"),
    probe: probe === null ? null : show.data(probe.findings, html, "probe"),
    tried: show.data(triedOf(findings), html, "tried"),
    problems: show.data(gathered.problems.slice(0, 50), html, "problems"),
    insecure: options.insecure,
  };
};

const signatureOf = ({ verdict, request, secrets }: Diagnosis): NonNullable<Report["signature"]> => {
  const stamp = verdict.timestamp;
  return {
    valid: verdict.valid,
    facts: [
      ["Judged", `${request.id} from ${request.source}`],
      ["Scheme", verdict.scheme ?? "no signature header"],
      [
        "Secret",
        verdict.matchedSecret ??
          `none of ${secrets.map(({ name, fingerprint }) => `${name} (salted ${fingerprint})`).join(", ")}`,
      ],
      ...(stamp === null
        ? []
        : [
            [
              "Timestamp",
              `${stamp.value}${stamp.skewSeconds === null ? "" : `, ${formatDuration(Math.abs(stamp.skewSeconds) * 1000)} ${stamp.skewSeconds < 0 ? "ahead" : "old"}`}`,
            ] as const,
          ]),
      ["Combinations tested", String(verdict.tried)],
      ["Body", `${request.bodyBytes} bytes, HMAC ${request.bodyDigest.slice(0, 16)}… with the bundle's salt`],
    ],
    findings: verdict.findings,
    notes: verdict.notes,
  };
};

const triedOf = ({ gathered, log, changes, diagnosis, probe, skipped }: Findings): readonly string[] => [
  ...gathered.looked,
  ...(log === null
    ? []
    : [
        `${log.files.join(", ")}: ${pluralize(log.linesRead, "line")} read, ${log.lines.length} kept${log.cut ? " (more matched)" : ""}`,
      ]),
  ...(changes === null ? [] : [`${changes.source}: ${pluralize(changes.deploys.length, "change")} in the window`]),
  ...(diagnosis === null
    ? []
    : [
        `signature recomputed with ${pluralize(diagnosis.secrets.length, "secret")}, ${pluralize(diagnosis.verdict.tried, "combination")} tested`,
      ]),
  ...(probe === null
    ? []
    : [`${probe.facts.hostname} probed: ${probe.findings.filter(({ level }) => level === "problem").length} problems`]),
  ...skipped.map(({ what, why }) => `${what} not examined: ${why}`),
];
