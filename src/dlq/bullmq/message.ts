import { readJson, scalarText } from "../../values/json-text.ts";
import type { DlqEntry } from "../dlq.ts";
import { entryIn } from "../shared/message.ts";
import type { Reading } from "../shared/message.ts";
import { changeOf, withChange } from "../record.ts";
import { textOf } from "../redis/client.ts";

/** The fields to read from a job's hash. */
export const jobFields = ["data", "failedReason", "finishedOn", "timestamp"] as const;

/**
 * Reads a failed job as an entry. The second parameter has the values of `jobFields`, in that order.
 * @param noted the attempts that hookproof recorded separately
 * @returns undefined if the job no longer exists
 */
export const entryOfJob = (
  id: string,
  [data, reason, finished, made]: readonly unknown[],
  noted: unknown,
  reading: Reading,
): DlqEntry | { readonly problem: string } | undefined => {
  if (!Buffer.isBuffer(data)) return undefined;
  const entry = entryIn(
    {
      id,
      body: textIn(data),
      headers: [],
      at: Number(textOf(finished) || textOf(made)),
      reason: textOf(reason) || "failed without a reason",
    },
    reading,
  );
  if ("problem" in entry) return entry;
  const change = Buffer.isBuffer(noted) ? changeOf(noted) : undefined;
  return withChange(entry, change);
};

/** If the data is a JSON string, its content is the body: `queue.add(name, rawBody)`. */
const textIn = (data: Buffer): Buffer => {
  if (data[0] !== 0x22) return data;
  const text = scalarText(readJson(data.toString("utf8")));
  return text === undefined ? data : Buffer.from(text, "utf8");
};
