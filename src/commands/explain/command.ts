import { caseIds } from "../../check/types.ts";
import { classify } from "../../delivery/policy.ts";
import { isClass, troubleNames, findTrouble, nameOf } from "../../delivery/trouble.ts";
import { HookproofError } from "../../errors.ts";
import type { Profile } from "../../providers/profile.ts";
import { formatDuration } from "../../values/duration.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import type { ExitCode } from "../../cli/exit.ts";
import { argument } from "../../cli/inputs.ts";
import { shared } from "../shared/inputs.ts";
import type { Paint, SafeText } from "../../cli/paint.ts";
import { withHangingIndent } from "../providers/view.ts";
import { columns } from "../../cli/wrap.ts";
import type { Infer } from "../../values/infer.ts";
import { caseText, findingText, nearestCode } from "./finding.ts";
import type { explainOutput, explanation } from "./schema.ts";

type Explanation = Infer<typeof explanation>;

/**
 * `hookproof explain`: explains a status or symptom from the platforms' docs, a finding of `verify`, or a case of
 * `check`.
 */
export default command({
  summary: "Explain a status code, a symptom, a finding of verify or a case of check",
  inputs: {
    asked: argument("<what>", "401, 5xx, timeout, 'no request seen', 'processed twice', body-escapes …"),
    provider: shared.provider,
  },
  examples: [
    "hookproof explain 401",
    "hookproof explain 'no request seen' -p 10x",
    "hookproof explain body-escapes",
    "hookproof explain timeout -p agentflow --json",
  ],
  async run(context, { asked, provider }): Promise<{ data: Infer<typeof explainOutput>; exit: ExitCode }> {
    const finding = findingText(asked) ?? (await caseText(asked));
    if (finding !== undefined) return { data: { asked, finding }, exit: Exit.yes };
    const near = nearestCode(asked);
    if (near !== undefined)
      throw new HookproofError("usage", `no entry for '${asked}'`, { hint: `did you mean ${near}?` });
    const wanted = provider ?? (context.env["HOOKPROOF_PROVIDER"] || (await context.config()).provider);
    if (wanted !== undefined && wanted !== "auto") {
      const profile = await context.profile(wanted);
      const data = explained(profile, asked, context.now());
      if (data === undefined)
        throw new HookproofError("usage", `no entry for '${asked}' in the docs of ${profile.name}`, {
          hint: `ask for one of: ${namesFor(profile)
            .map((name) => (name.includes(" ") ? `'${name}'` : name))
            .join(", ")}`,
        });
      if (data.takenFor !== null) context.note(`'${asked}' is treated as: ${data.takenFor}`);
      return { data, exit: Exit.yes };
    }
    const providers = (await context.profiles()).flatMap((profile) => explained(profile, asked, context.now()) ?? []);
    if (providers.length === 0)
      throw new HookproofError("usage", `no entry for '${asked}'`, {
        hint: "ask for a status (401, 5xx), timeout, 'no request seen', or a finding such as body-escapes",
      });
    return { data: { asked, providers }, exit: Exit.yes };
  },
  view: (data, paint) => {
    if ("finding" in data) return findingView(data.asked, data.finding, paint);
    return "providers" in data ? comparisonView(data.asked, data.providers, paint) : explanationView(data, paint);
  },
});

/** What can be asked about a platform. Without a troubleshooting table, its retry policy still covers any status. */
const namesFor = (profile: Profile): readonly string[] => {
  const names = troubleNames(profile);
  return names.length > 0 ? names : ["4xx", "5xx", "timeout"];
};

/** What a platform does in this case; undefined if neither its docs nor its retry policy cover it. */
const explained = (profile: Profile, asked: string, now: number): Explanation | undefined => {
  const meant = findTrouble(profile, asked);
  if (meant === undefined) return undefined;
  const { names, result, rows } = meant;
  const classified = result === undefined ? undefined : classify(profile, result, 0, now);
  const except = classified === undefined ? [] : exceptionsIn(profile, asked, classified.outcome);
  return {
    provider: profile.id,
    asked,
    takenFor: names.includes(asked) ? null : names.join("; "),
    outcome: classified?.outcome ?? null,
    reason: classified === undefined ? null : reasonFor(asked, classified.reason, except),
    nextDelayMs: classified?.nextDelayMs ?? null,
    rows: rows.map((row) => ({
      name: nameOf(row),
      cause: row.cause,
      next: row.next,
      symptom: row.symptom ?? null,
      source: row.source ?? profile.sources["troubleshooting"] ?? profile.source.document,
    })),
  };
};

const isCase = (code: string): boolean => caseIds.some((id) => id === code.toLowerCase());

/** A finding's section of docs/findings.md. Indented text, code and lists keep their layout. */
const findingView = (code: string, text: string, paint: Paint): string =>
  [
    paint`${paint.bold(code)} ${paint.dim(isCase(code) ? "a case of `hookproof check`" : "a finding of `hookproof verify`")}`,
    ...text
      .split(/\n{2,}/)
      .flatMap((part) => [
        "",
        /^(?: {2}|```|[-|*] )/m.test(part)
          ? paint`${paint.block(part, "  ")}`
          : withHangingIndent("  ", 2, part.replaceAll("\n", " "), paint),
      ]),
  ].join("\n");

/** Every platform's outcome, grouped by outcome, then what their docs say. */
const comparisonView = (asked: string, all: readonly Explanation[], paint: Paint): string => {
  const groups = (["delivered", "retryable", "terminal"] as const).flatMap((outcome) => {
    const ids = all.filter((one) => one.outcome === outcome).map(({ provider }) => provider);
    if (ids.length === 0) return [];
    const lead = paint.markSafe(paint`  ${outcomePainted(outcome, paint)}${" ".repeat(11 - outcome.length)}`);
    return [withHangingIndent(lead, 13, ids.join(", "), paint)];
  });
  return [
    paint`${paint.bold(asked)}`,
    ...groups,
    ...all.flatMap(({ provider, rows }) =>
      rows.flatMap((row) => ["", paint`${paint.bold(provider)} ${paint.dim(row.source)}`, ...rowLines(row, paint)]),
    ),
    "",
    paint`${paint.dim("for a single platform, add -p ID")}`,
  ].join("\n");
};

const explanationView = (data: Explanation, paint: Paint): string =>
  [
    ...(data.outcome === null ? [] : [headOf(data.takenFor ?? data.asked, data.outcome, data, paint)]),
    ...data.rows.flatMap((row, at) => [
      // A symptom has no outcome line; instead, each group of rows is headed by the platform's name for the symptom.
      ...(data.outcome === null && row.name !== data.rows[at - 1]?.name ? [paint`${paint.bold(row.name)}`] : []),
      ...rowLines(row, paint),
      paint`  ${paint.dim(row.source)}`,
    ]),
    ...(data.rows.length === 0 ? [paint`  ${paint.dim("the docs do not mention it")}`] : []),
  ].join("\n");

const rowLines = ({ cause, next }: Explanation["rows"][number], paint: Paint): readonly string[] => [
  withHangingIndent(paint.markSafe(paint`  ${paint.accent("cause:")} `), 9, cause, paint),
  withHangingIndent(paint.markSafe(paint`  ${paint.accent("next:")}  `), 9, next, paint),
];

const headOf = (
  name: string,
  outcome: "delivered" | "retryable" | "terminal",
  { reason, nextDelayMs }: Explanation,
  paint: Paint,
): string => {
  const head = paint`${paint.bold(name)}: ${outcomePainted(outcome, paint)}`;
  const why = `${reason ?? ""}${nextDelayMs === null ? "" : `, first after ${formatDuration(nextDelayMs)}`}`;
  const line = paint`${paint.markSafe(head)}, ${why}`;
  return columns(line) <= paint.width ? line : `${head}\n${withHangingIndent("  ", 2, why, paint)}`;
};

const outcomePainted = (outcome: "delivered" | "retryable" | "terminal", paint: Paint): SafeText =>
  outcome === "delivered" ? paint.good(outcome) : outcome === "terminal" ? paint.bad(outcome) : paint.warn(outcome);

/**
 * The reason for a class such as `4xx`, with the exceptions. The class was classified by one of its statuses, whose
 * number is replaced by the class here.
 */
const reasonFor = (asked: string, reason: string, except: readonly number[]): string => {
  if (!isClass(asked)) return reason;
  const others = except.length === 0 ? "" : `, except ${except.join(", ")}`;
  return `${reason.replace(/^\d{3}/, asked.toLowerCase())}${others}`;
};

/** The statuses of a class whose outcome differs from that of the class. */
const exceptionsIn = (profile: Profile, asked: string, outcome: string): readonly number[] =>
  isClass(asked)
    ? Array.from({ length: 100 }, (_, at) => Number(asked.charAt(0)) * 100 + at).filter(
        (status) => classify(profile, { status, error: null, headers: [] }, 0, 0).outcome !== outcome,
      )
    : [];
