import { classify } from "../../delivery/policy.ts";
import { isClass, knownTo, meantBy, nameOf } from "../../delivery/trouble.ts";
import { HookproofError } from "../../errors.ts";
import type { Profile } from "../../providers/profile.ts";
import { formatDuration } from "../../values/duration.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { argument } from "../../cli/inputs.ts";
import { shared } from "../shared/inputs.ts";
import type { Paint, SafeText } from "../../cli/paint.ts";
import { hung } from "../providers/view.ts";
import type { Infer } from "../../values/infer.ts";
import type { explainOutput } from "./schema.ts";

type Explanation = Infer<typeof explainOutput>;

/** `hookproof explain`: a platform's own row for a status or a symptom. */
export default command({
  summary: "Explain a status or symptom in the platform's words",
  inputs: {
    asked: argument("<status-or-symptom>", "401, 5xx, timeout, 'no request seen', 'processed twice' …"),
    provider: shared.provider,
  },
  examples: [
    "hookproof explain 401 -p 10x",
    "hookproof explain 'no request seen' -p 10x",
    "hookproof explain timeout -p agentflow --json",
  ],
  async run(context, { asked, provider }) {
    const profile = await context.profile(provider);
    const meant = meantBy(profile, asked);
    if (meant === undefined) {
      throw new HookproofError("usage", `${profile.name} says nothing of '${asked}'`, {
        hint: `it knows: ${knownTo(profile)
          .map((name) => (name.includes(" ") ? `'${name}'` : name))
          .join(", ")}`,
      });
    }
    const { names, result, rows } = meant;
    const takenFor = names.includes(asked) ? null : names.join("; ");
    if (takenFor !== null) context.note(`'${asked}' is taken for: ${takenFor}`);
    const classified = result === undefined ? undefined : classify(profile, result, 0, context.now());
    const except = classified === undefined ? [] : exceptionsIn(profile, asked, classified.outcome);
    const data: Explanation = {
      provider: profile.id,
      asked,
      takenFor,
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
    return { data, exit: Exit.yes };
  },
  view: (data, paint) => explanationView(data, paint),
});

const explanationView = (data: Explanation, paint: Paint): string =>
  [
    ...(data.outcome === null ? [] : [headOf(data.takenFor ?? data.asked, data.outcome, data, paint)]),
    ...data.rows.flatMap((row, at) => [
      // A symptom that is no answer has the heading that the platform gives it, each of several its own.
      ...(data.outcome === null && row.name !== data.rows[at - 1]?.name ? [paint`${paint.bold(row.name)}`] : []),
      hung(paint.markSafe(paint`  ${paint.accent("cause:")} `), 9, row.cause, paint),
      hung(paint.markSafe(paint`  ${paint.accent("next:")}  `), 9, row.next, paint),
      paint`  ${paint.dim(row.source)}`,
    ]),
    ...(data.rows.length === 0 ? [paint`  ${paint.dim("the document has no row for it")}`] : []),
  ].join("\n");

const headOf = (
  name: string,
  outcome: "delivered" | "retryable" | "terminal",
  { reason, nextDelayMs }: Explanation,
  paint: Paint,
): string =>
  hung(
    paint.markSafe(paint`${paint.bold(name)}: ${outcomePainted(outcome, paint)}, `),
    name.length + outcome.length + 4,
    `${reason ?? ""}${nextDelayMs === null ? "" : `, first after ${formatDuration(nextDelayMs)}`}`,
    paint,
  );

const outcomePainted = (outcome: "delivered" | "retryable" | "terminal", paint: Paint): SafeText =>
  outcome === "delivered" ? paint.good(outcome) : outcome === "terminal" ? paint.bad(outcome) : paint.warn(outcome);

/** `4xx` stands for the class, which was judged by one status of it that no row is about. */
const reasonFor = (asked: string, reason: string, except: readonly number[]): string => {
  if (!isClass(asked)) return reason;
  const others = except.length === 0 ? "" : `; but for ${except.join(", ")}`;
  return `${reason.replace(/^\d{3}/, asked.toLowerCase())}${others}`;
};

/** The statuses of a class that the platform takes otherwise than the class. */
const exceptionsIn = (profile: Profile, asked: string, outcome: string): readonly number[] =>
  isClass(asked)
    ? Array.from({ length: 100 }, (_, at) => Number(asked.charAt(0)) * 100 + at).filter(
        (status) => classify(profile, { status, error: null, headers: [] }, 0, 0).outcome !== outcome,
      )
    : [];
