import { command } from "../command.ts";
import { Exit } from "../exit.ts";
import { argument, option } from "../inputs.ts";
import { bundleCheckView } from "../render/evidence.ts";
import { sha256 } from "../value-parsers.ts";

/** `hookproof evidence verify`: is a bundle as it was made. */
export default command({
  summary: "Check every digest of an evidence bundle and show its summary",
  inputs: {
    file: argument("<file>", "the archive"),
    manifest: option("--manifest <sha256>", "the manifest's digest as `evidence` printed it to the sender", sha256),
  },
  examples: [
    "hookproof evidence verify case-4711.zip",
    "hookproof evidence verify case-4711.zip --manifest 9f2c… --json",
  ],
  view: bundleCheckView,
  async run(context, input) {
    const { verifyBundle } = await import("../../evidence/bundle/verify.ts");
    const data = await verifyBundle(context.path(input.file), input.file, input.manifest);
    return { data, exit: data.intact ? Exit.yes : Exit.no };
  },
});
