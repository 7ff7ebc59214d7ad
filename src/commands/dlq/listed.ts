import type { DlqSummary } from "../../dlq/dlq.ts";
import { isoInstant } from "../../values/instant.ts";
import type { ListedEntry } from "./view.ts";

/** A summary as `dlq list --json` prints it. */
export const listed = ({ failedAt, ...rest }: DlqSummary): ListedEntry => ({ ...rest, failedAt: isoInstant(failedAt) });
