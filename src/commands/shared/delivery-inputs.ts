import { parseRate } from "../../values/rate.ts";
import { grouped, option, optionOr } from "../../cli/inputs.ts";
import { choice, positiveNumber, timeLimit, wholeNumber } from "../../cli/value-parsers.ts";

/** The inputs shared by commands that deliver events. */
export const delivering = {
  ...grouped("Delivery", {
    retry: optionOr(
      "--retry <policy>",
      "none: one attempt; provider: the platform's whole schedule",
      "none",
      choice("none", "provider"),
    ),
    speed: optionOr("--speed <factor>", "shorten the schedule's waits by this factor", 1, positiveNumber),
    concurrency: optionOr("--concurrency <n>", "number of concurrent deliveries", 10, wholeNumber(1, 1000)),
    rate: option("--rate <n/s>", "maximum deliveries per second", parseRate),
    timeout: option("--timeout <duration>", "timeout of an attempt, instead of the platform's", timeLimit, {
      aliases: ["--max-time"],
    }),
  }),
  ...grouped("Storage", {
    dlq: option("--dlq <queue>", "queue for permanently failed deliveries (default: your own queue file)"),
  }),
} as const;
