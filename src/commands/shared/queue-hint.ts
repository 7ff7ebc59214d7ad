import { shellLine } from "../../values/shell-line.ts";
import type { QueueChoice } from "./open-queue.ts";

/** A `dlq` command for the same queue, ready to paste: `hookproof dlq list --dlq 'redis://localhost/0?stream=dlq'`. */
export const dlqCommand = (command: "list" | "stats", { dlq, provider }: QueueChoice, name: string): string =>
  shellLine([
    "hookproof",
    "dlq",
    command,
    ...(dlq === undefined ? [] : ["--dlq", name]),
    ...(dlq === undefined || provider === undefined ? [] : ["-p", provider]),
  ]);
