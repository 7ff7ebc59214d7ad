import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stream } from "../../cli/command.ts";
import { flag } from "../../cli/inputs.ts";
import { inspectorInputs, wantsInspector } from "../shared/inspector.ts";
import { openInspector, runDemo } from "./run.ts";
import { Exit } from "../../cli/exit.ts";
import { demoView } from "./view.ts";

/** `hookproof demo`: an end-to-end demo on this machine, with the real commands and nothing to set up. */
export default stream({
  summary: "Run an end-to-end demo locally, with nothing to set up",
  unread: Exit.no,
  details: "With --ui, you can browse the demo's requests afterwards, until Ctrl-C.",
  stopsOnSignal: true,
  inputs: {
    ui: flag("--ui", "afterwards, open the inspector on the demo's requests"),
    ...inspectorInputs,
  },
  examples: ["hookproof demo", "hookproof demo --ui --open", "hookproof demo --json"],
  view: demoView,
  async *run(context, input) {
    const folder = await mkdtemp(join(tmpdir(), "hookproof-demo-"));
    try {
      const isRight = yield* runDemo(context, folder);
      if (!isRight && context.signal.aborted)
        return context.signal.reason === "SIGTERM" ? Exit.terminated : Exit.interrupted;
      if (wantsInspector(input) && !context.signal.aborted) yield* openInspector(context, folder, input);
      return isRight ? Exit.yes : Exit.no;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});
