import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stream } from "../../cli/command.ts";
import { tell } from "./tell.ts";
import { Exit } from "../../cli/exit.ts";
import { demoView } from "./view.ts";

/** `hookproof demo`: the whole story on this machine, with the real commands and nothing to set up. */
export default stream({
  summary: "Tell the whole story on this machine, with nothing to set up",
  inputs: {},
  examples: ["hookproof demo", "hookproof demo --json"],
  view: demoView,
  async *run(context) {
    const folder = await mkdtemp(join(tmpdir(), "hookproof-demo-"));
    try {
      return (yield* tell(context, folder)) ? Exit.yes : Exit.no;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});
