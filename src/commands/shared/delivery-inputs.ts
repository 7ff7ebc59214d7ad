import { parseRate } from "../../values/rate.ts";
import { option, optionOr } from "../../cli/inputs.ts";
import { choice, positiveNumber, timeLimit, wholeNumber } from "../../cli/value-parsers.ts";

/** The inputs of the commands that deliver. */
export const delivering = {
  retry: optionOr(
    "--retry <policy>",
    "none: one attempt; provider: the platform's whole schedule",
    "none",
    choice("none", "provider"),
    { completes: ["none", "provider"] },
  ),
  speed: optionOr("--speed <factor>", "run the schedule's waits this many times faster", 1, positiveNumber),
  concurrency: optionOr("--concurrency <n>", "deliveries under way at once", 10, wholeNumber(1, 1000)),
  rate: option("--rate <n/s>", "start no more than this many a second", parseRate),
  maxTime: option("--max-time <duration>", "time limit of an attempt, in place of the platform's", timeLimit),
  dlq: option("--dlq <queue>", "where a terminal failure goes (default: the user's own file)"),
} as const;
