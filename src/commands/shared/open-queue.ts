import { existsSync } from "node:fs";
import type { Dlq } from "../../dlq/dlq.ts";
import { openDlq } from "../../dlq/open.ts";
import type { Context } from "../../cli/context.ts";

/** What a command line says of a queue. */
export interface QueueChoice {
  readonly from: string | undefined;
  readonly endpoint?: string | undefined;
  /** Also the platform of messages whose headers name none. */
  readonly provider?: string | undefined;
}

const isFile = (from: string): boolean => !/^[a-z][a-z0-9+.-]+:/i.test(from) || /^file:/i.test(from);

/** As `openQueue`, for what only takes from it: says so where the file that is named is not there. */
export const openExisting = async (context: Context, choice: QueueChoice): Promise<Dlq> => {
  const { from } = choice;
  if (from !== undefined && isFile(from) && !existsSync(context.path(from.replace(/^file:/, ""))))
    context.warn(`there is no file ${from}: the queue is empty`);
  return openQueue(context, choice);
};

/** Opens the dead-letter queue that a command line names. @throws HookproofError as `openDlq` */
export const openQueue = async (context: Context, { from, endpoint, provider }: QueueChoice): Promise<Dlq> => {
  // The AWS SDK would tell every user of Node 20 that it is old; it reads this when it is loaded.
  if (/^sqs:/i.test(from ?? "")) process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const profile =
    from !== undefined && !isFile(from) && provider !== undefined ? await context.profile(provider) : undefined;
  return openDlq(from, context, { profile, endpoint });
};
