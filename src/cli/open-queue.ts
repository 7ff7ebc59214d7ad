import type { Dlq } from "../dlq/dlq.ts";
import { openDlq } from "../dlq/open.ts";
import type { Context } from "./context.ts";

/** What a command line says of a queue. */
export interface QueueChoice {
  readonly from: string | undefined;
  readonly endpoint?: string | undefined;
  /** Also the platform of messages whose headers name none. */
  readonly provider?: string | undefined;
}

/** Opens the dead-letter queue that a command line names. @throws HookproofError as `openDlq` */
export const openQueue = async (context: Context, { from, endpoint, provider }: QueueChoice): Promise<Dlq> => {
  // The AWS SDK would tell every user of Node 20 that it is old; it reads this when it is loaded.
  if (/^sqs:/i.test(from ?? "")) process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const isEngine = /^[a-z][a-z0-9+.-]+:/i.test(from ?? "") && !/^file:/i.test(from ?? "");
  const profile = isEngine && provider !== undefined ? await context.profile(provider) : undefined;
  return openDlq(from, context, { profile, endpoint });
};
