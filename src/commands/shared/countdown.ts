import { formatDuration } from "../../values/duration.ts";
import type { Context } from "../../cli/context.ts";

/** On a terminal, shows the time left until something happens. */
export const countdown = (context: Context, ms: number, what: string): { stop(): void } => {
  const until = context.now() + ms;
  const text = (): string =>
    `${what}, ${formatDuration(Math.max(0, Math.ceil((until - context.now()) / 1000)) * 1000)} left`;
  const progress = context.progress(text());
  const ticking = setInterval(() => progress.update(text()), 1000);
  return {
    stop: () => {
      clearInterval(ticking);
      progress.stop();
    },
  };
};
