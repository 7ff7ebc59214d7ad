import { capturedEvents, hasFailed } from "../../dlq/captured.ts";
import { capturedQueue } from "../../dlq/captured-queue.ts";
import type { Dlq } from "../../dlq/dlq.ts";
import { beginsCapture } from "../../formats/capture.ts";
import { HookproofError } from "../../errors.ts";
import { pluralize } from "../../values/count.ts";
import type { Context } from "../../cli/context.ts";
import { openExisting } from "../shared/open-queue.ts";
import type { QueueChoice } from "../shared/open-queue.ts";

interface SourceInput extends QueueChoice {
  readonly captures: string | undefined;
  readonly failed: boolean;
}

/**
 * Opens the source of a replay: a queue or a capture.
 * @throws HookproofError `input-unreadable`, `input-malformed`, `usage`
 */
export const sourceOf = async (context: Context, input: SourceInput): Promise<Dlq> => {
  const { captures, failed } = input;
  if (captures === undefined) {
    if (failed)
      throw new HookproofError("usage", "--failed needs --captures", { hint: "a queue contains only failed events" });
    return openExisting(context, input);
  }
  const bytes = await context.readInput(captures);
  if (bytes.length > 0 && !beginsCapture(bytes))
    throw new HookproofError("input-malformed", `${captures} is not a capture`, {
      hint: "--captures reads files written by `hookproof listen --capture`; for a queue use --dlq",
    });
  const { entries, torn } = capturedEvents(bytes, captures, await context.profiles());
  if (torn > 0) context.warn(`${captures}: ${pluralize(torn, "line")} cut off by a crash, skipped`);
  return capturedQueue(captures, failed ? entries.filter(hasFailed) : entries);
};
