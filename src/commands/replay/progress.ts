import type { Dlq } from "../../dlq/dlq.ts";
import { formatDuration } from "../../values/duration.ts";
import type { Context } from "../../cli/context.ts";

interface ReplayState {
  /** Results of this process, and those of them that are failures. */
  readonly done: number;
  readonly failed: number;
  /** What there was to do when it began. */
  readonly total: number;
  /** What the queue holds now, where its engine can tell and all of it is to be delivered. */
  readonly remaining: number | undefined;
  readonly elapsedMs: number;
}

/** `400/5000, 2 failed, 120/s, 38s left`; of the whole queue where other processes drain it too. */
export const replayProgressText = ({ done, failed, total, remaining, elapsedMs }: ReplayState): string => {
  // What failed stays in the queue.
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
 * The line of progress of a replay.
 * @param whole whether all of the queue is to be delivered: then what others deliver counts too
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
          // What is wrong shows at the next call that matters.
          () => undefined,
        );
      }
      progress.update(replayProgressText({ done, failed, total, remaining, elapsedMs: now - began }));
    },
    stop: (): void => progress.stop(),
  };
};
