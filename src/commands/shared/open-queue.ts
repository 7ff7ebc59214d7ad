import { existsSync } from "node:fs";
import type { Dlq } from "../../dlq/dlq.ts";
import { fileName, pathOf } from "../../dlq/file/path.ts";
import { openDlq } from "../../dlq/open.ts";
import { HookproofError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";

/** What a command line says of a queue. */
export interface QueueChoice {
  readonly dlq: string | undefined;
  readonly endpoint?: string | undefined;
  /** Also the platform of messages whose headers name none. */
  readonly provider?: string | undefined;
  readonly messageHeaders?: boolean | undefined;
}

/**
 * As `openQueue`, for commands that only read or take from it: a queue that is named must be there, since a mistyped
 * name would pass for a queue worked off. The user's own queue is empty until something is put into it.
 * @throws HookproofError `input-unreadable` for a queue that is not there
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

/** Opens the dead-letter queue that a command line names. @throws HookproofError as `openDlq` */
export const openQueue = async (
  context: Context,
  { dlq, endpoint, provider, messageHeaders }: QueueChoice,
): Promise<Dlq> => {
  // The AWS SDK would tell every user of Node 20 that it is old; it reads this when it is loaded.
  if (/^sqs:/i.test(dlq ?? "")) process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const profile =
    dlq !== undefined && !fileName.test(dlq) && provider !== undefined ? await context.profile(provider) : undefined;
  return openDlq(dlq, context, { profile, endpoint, messageHeaders });
};
