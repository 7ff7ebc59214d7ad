import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { argument, option } from "../../cli/inputs.ts";
import { bundleCheckView } from "./view.ts";
import { bundleAt } from "./bundle-input.ts";
import { sha256 } from "../../cli/value-parsers.ts";

/** `hookproof evidence verify`: checks that a bundle is unchanged. */
export default command({
  summary: "Check every digest of an evidence bundle and show its summary",
  inputs: {
    file: argument("<file>", "the archive"),
    manifest: option("--manifest <sha256>", "the manifest digest that `evidence` printed for the sender", sha256),
  },
  examples: [
    "hookproof evidence verify case-4711.zip",
    "hookproof evidence verify case-4711.zip --manifest 9f2c… --json",
  ],
  view: bundleCheckView,
  async run(context, input) {
    const { verifyBundle } = await import("../../evidence/bundle/verify.ts");
    const data = await verifyBundle(await bundleAt(context, input.file), input.manifest);
    return { data, exit: data.intact ? Exit.yes : Exit.no };
  },
});
