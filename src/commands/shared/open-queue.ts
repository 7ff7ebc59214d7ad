import { existsSync } from "node:fs";
import type { Dlq } from "../../dlq/dlq.ts";
import { fileName, pathOf } from "../../dlq/file/path.ts";
import { openDlq } from "../../dlq/open.ts";
import { HookproofError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";

/** The options that select a queue. */
export interface QueueChoice {
  readonly dlq: string | undefined;
  readonly endpoint?: string | undefined;
  /** Also the provider of messages whose headers don't identify one. */
  readonly provider?: string | undefined;
  readonly messageHeaders?: boolean | undefined;
}

/**
 * Like `openQueue`, for commands that only read or remove entries. A named queue must exist, because otherwise a
 * mistyped name would look like an empty queue. The user's own queue may be missing: it is empty until something is
 * added.
 * @throws HookproofError `input-unreadable` for a missing queue
 */
export const openExisting = async (context: Context, choice: QueueChoice): Promise<Dlq> => {
  const hint = "only `send`, `dlq import` and `simulate` create one";
  const { dlq } = choice;
  if (dlq !== undefined && fileName.test(dlq) && !existsSync(pathOf(dlq, context.cwd)))
    throw new HookproofError("input-unreadable", `queue file ${dlq} does not exist`, { hint });
  const opened = await openQueue(context, choice);
  try {
    if ((await opened.isThere?.()) === false)
      throw new HookproofError("input-unreadable", `${opened.name}: there is no such queue`, { hint });
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
};

/** Opens the dead-letter queue for the given options. @throws HookproofError as `openDlq` */
export const openQueue = async (
  context: Context,
  { dlq, endpoint, provider, messageHeaders }: QueueChoice,
): Promise<Dlq> => {
  // Without this, the AWS SDK warns every user of Node 20 that it is old. The SDK reads the variable when it is loaded.
  if (/^sqs:/i.test(dlq ?? "")) process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const profile =
    dlq !== undefined && !fileName.test(dlq) && provider !== undefined ? await context.profile(provider) : undefined;
  return openDlq(dlq, context, { profile, endpoint, messageHeaders });
};
