import type { Infer } from "../../values/infer.ts";
import type { Paint } from "../../cli/paint.ts";
import type { initOutput } from "./schema.ts";

/** What was written, and the commands to run next, each on a line that can be pasted. */
export const initView = ({ path, ignored, next }: Infer<typeof initOutput>, paint: Paint): string => {
  const written = [
    paint`${paint.good(paint.mark.yes)} wrote ${path}`,
    ...(ignored.length === 0 ? [] : [paint`${paint.good(paint.mark.yes)} added ${ignored.join(", ")} to .gitignore`]),
  ];
  if (paint.verbosity === "line") return written.join("\n");
  const steps = next.flatMap(({ run, does }) => [paint`  ${paint.dim(`# ${does}`)}`, paint`  ${paint.accent(run)}`]);
  return [...written, "", paint`${paint.bold("Run next:")}`, ...steps].join("\n");
};
