import { HookproofError } from "../../errors.ts";
import { queueForms } from "../../dlq/engines.ts";
import type { Dlq, DlqFilter, StatusRange } from "../../dlq/dlq.ts";
import type { Context } from "../../cli/context.ts";
import { asText, grouped, option } from "../../cli/inputs.ts";
import { instant, statusRange } from "../../cli/value-parsers.ts";
import { openExisting } from "./open-queue.ts";
import type { QueueChoice } from "./open-queue.ts";

/** The options that select a queue and its entries. */
export const dlqInputs = grouped("Event selection", {
  dlq: option("--dlq <queue>", `${queueForms} (default: your own queue file)`, asText, { aliases: ["--from"] }),
  endpoint: option("--endpoint <url>", "use this SQS-compatible server instead of AWS"),
  type: option("--type <event>", "only this event type", asText, { completes: "event" }),
  since: option(
    "--since <time>",
    "failed at or after this time (ISO 8601, epoch seconds or an age such as 2h)",
    instant,
  ),
  until: option("--until <time>", "failed at or before this time (same forms as --since)", instant),
  status: option("--status <status>", "last response had this status: 503, 5xx or 500-504", statusRange),
  reason: option("--reason <text>", "only events whose failure reason contains this"),
});

interface DlqInput {
  readonly dlq: string | undefined;
  readonly type: string | undefined;
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly status: StatusRange | undefined;
  readonly reason: string | undefined;
  readonly provider?: string | undefined;
}

/** The filter for the given options. @throws HookproofError `unknown-provider`, `usage` */
export const filterOf = async (context: Context, input: DlqInput, ids: readonly string[] = []): Promise<DlqFilter> => {
  if (input.since !== undefined && input.until !== undefined && input.since > input.until)
    throw new HookproofError("usage", "--since is later than --until", {
      hint: "ages count back from now: --since 2h --until 1h",
    });
  return {
    ...(ids.length === 0 ? {} : { ids }),
    ...(input.type === undefined ? {} : { type: input.type }),
    ...(input.since === undefined ? {} : { since: input.since }),
    ...(input.until === undefined ? {} : { until: input.until }),
    ...(input.status === undefined ? {} : { status: input.status }),
    ...(input.reason === undefined ? {} : { reason: input.reason }),
    ...(input.provider === undefined ? {} : { provider: (await context.profile(input.provider)).id }),
  };
};

/**
 * Opens the queue and runs `work`. Afterwards, even if that fails, warns about unreadable messages and closes the
 * queue.
 */
export const withDlq = async <T>(context: Context, choice: QueueChoice, work: (dlq: Dlq) => Promise<T>): Promise<T> => {
  const dlq = await openExisting(context, choice);
  try {
    return await work(dlq);
  } finally {
    warnProblems(context, dlq);
    await dlq.close();
  }
};

/** Warns about each message or line that couldn't be read. */
export const warnProblems = (context: Context, dlq: Dlq): void => {
  for (const problem of dlq.problems) context.warn(problem);
};
