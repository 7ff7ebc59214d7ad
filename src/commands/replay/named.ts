import type { Dlq, DlqFilter, DlqSummary } from "../../dlq/dlq.ts";
import { dlqCommand } from "../shared/queue-hint.ts";
import { matchesFilter } from "../../dlq/filter.ts";
import { HookproofError } from "../../errors.ts";
import type { QueueChoice } from "../shared/open-queue.ts";
import type { Context } from "../../cli/context.ts";

interface NamedChoice extends QueueChoice {
  readonly captures: string | undefined;
}

/**
 * Finds the entries with these entry or event ids that also match the other filters. Since the same command resumes an
 * interrupted replay, an entry that was already delivered only causes a warning. An id that was never in the queue is
 * an error, before anything is sent. An engine without a record of removed entries can't tell the two apart, so an
 * absent id is an error only if no other is present.
 * @throws HookproofError `usage`, naming the absent ids
 */
export const namedEntries = async (
  context: Context,
  dlq: Dlq,
  choice: NamedChoice,
  filter: DlqFilter,
  ids: readonly string[],
): Promise<readonly DlqSummary[]> => {
  const found = await all(dlq, ids);
  const names = new Set(found.flatMap(({ id, eventId }) => (eventId === null ? [id] : [id, eventId])));
  const absent = [...new Set(ids)].filter((id) => !names.has(id));
  if (absent.length > 0) await checkMissing(context, dlq, choice, absent, found.length > 0);
  const unwanted = found.filter((entry) => !matchesFilter(entry, filter)).map(({ id }) => id);
  if (unwanted.length > 0) context.warn(`the other filters exclude ${listOf(unwanted)}`);
  return found.filter((entry) => matchesFilter(entry, filter));
};

const checkMissing = async (
  context: Context,
  dlq: Dlq,
  choice: NamedChoice,
  absent: readonly string[],
  isAnyThere: boolean,
): Promise<void> => {
  if (choice.captures !== undefined)
    throw new HookproofError("usage", `${choice.captures} has no event ${listOf(absent)}`, {
      hint: "nothing was sent",
    });
  const removed = await dlq.removed?.(absent);
  const delivered = absent.filter((id) => removed?.get(id) === "delivered");
  const unknown = absent.filter((id) => removed?.get(id) !== "delivered");
  if (delivered.length > 0) context.warn(`already delivered: ${listOf(delivered)}`);
  if (unknown.length === 0) return;
  const message = `the DLQ has no entry ${listOf(unknown)}`;
  const maybe = "already delivered, held by another reader, or mistyped";
  if (removed === undefined && isAnyThere) {
    context.warn(`${message}: ${maybe}`);
    return;
  }
  const list = dlqCommand("list", choice, dlq.name);
  const discarded = unknown.filter((id) => removed?.get(id) === "discarded");
  throw new HookproofError("usage", message, {
    hint:
      discarded.length > 0
        ? `${listOf(discarded)} ${discarded.length === 1 ? "is" : "are"} in the archive of discarded entries: add --dlq ${dlq.name}.archive to replay from there`
        : removed === undefined
          ? `${maybe}: ${list}`
          : `nothing was sent: ${list}`,
  });
};

/**
 * Warns about named entries that this replay couldn't claim.
 * @returns whether any of them is still in the queue
 */
export const reportHeld = async (context: Context, dlq: Dlq, ids: readonly string[]): Promise<boolean> => {
  const heldIds = new Set((await all(dlq, ids)).map(({ id }) => id));
  const goneIds = ids.filter((id) => !heldIds.has(id));
  if (heldIds.size > 0) context.warn(`another process holds ${listOf([...heldIds])}: not sent`);
  if (goneIds.length > 0) context.warn(`another process took ${listOf(goneIds)} in the meantime: not sent`);
  return heldIds.size > 0;
};

const all = async (dlq: Dlq, ids: readonly string[]): Promise<readonly DlqSummary[]> => {
  const found: DlqSummary[] = [];
  for await (const entry of dlq.list({ ids })) found.push(entry);
  return found;
};

const few = 5;

const listOf = (ids: readonly string[]): string =>
  [...ids.slice(0, few).map((id) => `'${id}'`), ...(ids.length > few ? [`${ids.length - few} more`] : [])].join(", ");
