import { classify, troubleFor } from "../../delivery/policy.ts";
import type { AttemptResult } from "../../delivery/policy.ts";
import { HookproofError } from "../../errors.ts";
import type { Profile, Trouble } from "../../providers/profile.ts";
import { formatDuration } from "../../values/duration.ts";
import { command } from "../command.ts";
import { Exit } from "../exit.ts";
import { argument } from "../inputs.ts";
import { shared } from "../shared-inputs.ts";
import type { Paint, Painted } from "../render/paint.ts";
import { hung } from "../render/providers.ts";

interface Explanation {
  readonly provider: string;
  readonly asked: string;
  /** What the platform makes of it on a first attempt; null for a symptom that is no answer. */
  readonly outcome: "delivered" | "retryable" | "terminal" | null;
  readonly reason: string | null;
  readonly nextDelayMs: number | null;
  readonly rows: readonly {
    readonly cause: string;
    readonly next: string;
    readonly symptom: string | null;
    readonly source: string;
  }[];
}

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
    const named = resultOf(asked);
    const told = named === undefined ? bySymptom(profile, asked) : [];
    // A platform that has no words for the symptom may still have a row for the answer that it means.
    const result = named ?? (told.length === 0 && isNothingSeen(asked) ? unanswered : undefined);
    const rows = result === undefined ? told : troubleFor(profile, result);
    const classified = result === undefined ? undefined : classify(profile, result, 0, context.now());
    const except = classified === undefined ? [] : exceptionsIn(profile, asked, classified.outcome);
    if (result === undefined && rows.length === 0) {
      throw new HookproofError("usage", `${profile.name} says nothing of '${asked}'`, {
        hint: `it knows: ${known(profile)}`,
      });
    }
    const data: Explanation = {
      provider: profile.id,
      asked,
      outcome: classified?.outcome ?? null,
      reason: classified === undefined ? null : reasonFor(asked, classified.reason, except),
      nextDelayMs: classified?.nextDelayMs ?? null,
      rows: rows.map((row) => ({
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
    ...(data.outcome === null
      ? [paint`${paint.bold(data.asked)}`]
      : [
          hung(
            paint.done(paint`${paint.bold(data.asked)}: ${outcomePainted(data.outcome, paint)}, `),
            data.asked.length + data.outcome.length + 4,
            `${data.reason ?? ""}${data.nextDelayMs === null ? "" : `, first after ${formatDuration(data.nextDelayMs)}`}`,
            paint,
          ),
        ]),
    ...data.rows.flatMap((row) => [
      hung(paint.done(paint`  ${paint.accent("cause:")} `), 9, row.cause, paint),
      hung(paint.done(paint`  ${paint.accent("next:")}  `), 9, row.next, paint),
      paint`  ${paint.dim(row.source)}`,
    ]),
    ...(data.rows.length === 0 ? [paint`  ${paint.dim("the document has no row for it")}`] : []),
  ].join("\n");

const outcomePainted = (outcome: "delivered" | "retryable" | "terminal", paint: Paint): Painted =>
  outcome === "delivered" ? paint.good(outcome) : outcome === "terminal" ? paint.bad(outcome) : paint.warn(outcome);

/** `4xx` stands for the class, which was judged by one status of it that no row is about. */
const reasonFor = (asked: string, reason: string, except: readonly number[]): string => {
  if (!isClass(asked)) return reason;
  const others = except.length === 0 ? "" : `; but for ${except.join(", ")}`;
  return `${reason.replace(/^\d{3}/, asked.toLowerCase())}${others}`;
};

const isClass = (asked: string): boolean => /^[1-5]xx$/i.test(asked);

/** The statuses of a class that the platform takes otherwise than the class. */
const exceptionsIn = (profile: Profile, asked: string, outcome: string): readonly number[] =>
  isClass(asked)
    ? Array.from({ length: 100 }, (_, at) => Number(asked.charAt(0)) * 100 + at).filter(
        (status) => classify(profile, { status, error: null, headers: [] }, 0, 0).outcome !== outcome,
      )
    : [];

const isNothingSeen = (asked: string): boolean =>
  /^(?:no|nothing) (?:requests?|events?)?\s*(?:seen|arrives?|received)?$/i.test(asked.trim());

const failure = (kind: "timeout" | "refused", message: string): AttemptResult => ({
  status: null,
  error: { kind, code: null, message },
  headers: [],
});

const unanswered = failure("refused", "no HTTP response");

const resultOf = (asked: string): AttemptResult | undefined => {
  if (/^[1-5]\d\d$/.test(asked)) return { status: Number(asked), error: null, headers: [] };
  // The last of a class: a number that nobody gave a meaning of its own.
  if (isClass(asked)) return { status: Number(asked.charAt(0)) * 100 + 99, error: null, headers: [] };
  if (/^time-?out$|^timed out$/i.test(asked)) return failure("timeout", "no answer in time");
  return /^no[ -]response$|^connection (?:failure|refused)$/i.test(asked) ? unanswered : undefined;
};

const bySymptom = (profile: Profile, asked: string): readonly Trouble[] => {
  const words = asked
    .toLowerCase()
    .split(/\W+/)
    .filter((word) => word.length > 2)
    // Processed, processing; failing, failed.
    .map((word) => word.slice(0, Math.max(4, word.length - 3)));
  const scored = profile.troubleshooting.map((row) => {
    const text = `${row.symptom ?? ""} ${row.cause}`.toLowerCase();
    const exact = row.symptom?.toLowerCase() === asked.toLowerCase() ? 100 : 0;
    return { row, score: exact + words.filter((word) => text.includes(word)).length };
  });
  const best = Math.max(0, ...scored.map(({ score }) => score));
  return best === 0 || best < Math.min(2, words.length)
    ? []
    : scored.filter(({ score }) => score === best).map(({ row }) => row);
};

const known = (profile: Profile): string => {
  const told = profile.troubleshooting.flatMap((row) => [
    ...row.on.map(String),
    ...(row.symptom === undefined ? [] : [`'${row.symptom}'`]),
  ]);
  return [...new Set(told)].join(", ");
};
