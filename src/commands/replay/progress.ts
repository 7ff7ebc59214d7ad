import type { Dlq } from "../../dlq/dlq.ts";
import { formatDuration } from "../../values/duration.ts";
import type { Context } from "../../cli/context.ts";

interface ReplayState {
  /** How many events this process has finished, and how many of those failed. */
  readonly done: number;
  readonly failed: number;
  /** The number of events at the start. */
  readonly total: number;
  /** The number of entries in the queue now, if its engine can count them and the whole queue is being replayed. */
  readonly remaining: number | undefined;
  readonly elapsedMs: number;
}

/**
 * For example `400/5000, 2 failed, 120/s, 38s left`. Includes events that other processes deliver from the same queue.
 */
export const replayProgressText = ({ done, failed, total, remaining, elapsedMs }: ReplayState): string => {
  // Failed events stay in the queue.
  const gone = remaining === undefined ? 0 : Math.min(total, total - remaining + failed);
  const whole = Math.max(done, gone);
  const perMs = whole / Math.max(1, elapsedMs);
  return [
    `${whole}/${total}${whole > done ? ` (${done} here)` : ""}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${Math.round(perMs * 1000)}/s`,
    `${formatDuration(Math.max(0, total - whole) / perMs)} left`,
  ].join(", ");
};

const askEveryMs = 1000;

/**
 * Shows a replay's progress.
 * @param whole whether the whole queue is replayed; events that other processes deliver then count too
 */
export const replayProgress = (context: Context, dlq: Dlq, total: number, whole: boolean) => {
  const progress = context.progress(`0/${total}`);
  const began = context.now();
  let remaining: number | undefined;
  let asked = began;
  return {
    update: (done: number, failed: number): void => {
      const now = context.now();
      if (whole && dlq.waiting !== undefined && now - asked >= askEveryMs) {
        asked = now;
        dlq.waiting().then(
          (count) => {
            remaining = count;
          },
          // A failure surfaces at the next awaited call.
          () => undefined,
        );
      }
      progress.update(replayProgressText({ done, failed, total, remaining, elapsedMs: now - began }));
    },
    stop: (): void => progress.stop(),
  };
};
