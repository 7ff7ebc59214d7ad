import type { GlobalFlags } from "./context.ts";
import type { System } from "./system.ts";

/** A line of progress on a terminal; without a terminal it shows nothing. */
export interface Progress {
  update(text: string): void;
  stop(): void;
}

/** ora on a terminal; nothing, and nothing loaded, elsewhere. */
export const startProgress = (text: string, system: System, flags: GlobalFlags): Progress => {
  let latest = text;
  let stopped = false;
  let spinner: { text: string; stop(): unknown } | undefined;
  if (
    system.stderr.isTTY === true &&
    !flags.quiet &&
    !flags.json &&
    system.env["TERM"] !== "dumb" &&
    (system.env["CI"] ?? "") === ""
  ) {
    void import("ora").then(({ default: ora }) => {
      if (!stopped) spinner = ora({ text: latest, discardStdin: false, color: false }).start();
    });
  }
  return {
    update: (next) => {
      latest = next;
      if (spinner !== undefined) spinner.text = next;
    },
    stop: () => {
      stopped = true;
      spinner?.stop();
    },
  };
};
