import type { GlobalFlags } from "./context.ts";
import type { System } from "./system.ts";

/** A progress line; does nothing unless stderr is a terminal. */
export interface Progress {
  update(text: string): void;
  stop(): void;
}

/** Uses ora on a terminal; elsewhere nothing is loaded or printed. */
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
