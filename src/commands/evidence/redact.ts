import { isoInstant } from "../../values/instant.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { argument, asText, requiredOption } from "../../cli/inputs.ts";
import { bundleAt } from "./bundle-input.ts";
import { redactView } from "./view.ts";
import { version } from "../../cli/version.ts";

/** `hookproof evidence redact`: masks more of a finished bundle by the user's own rules. */
export default command({
  summary: "Mask more of an evidence bundle with your own rules",
  inputs: {
    file: argument("<file>", "the archive"),
    rules: requiredOption("--rules <file>", "your own redaction rules", asText),
    output: requiredOption("-o, --output <file>", "the archive to write; never overwrites a file", asText),
  },
  examples: [
    "hookproof evidence redact case-4711.zip --rules redaction.json -o case-4711-public.zip",
    "hookproof evidence redact case-4711.zip --rules redaction.json -o public.zip --json",
  ],
  view: redactView,
  async run(context, input) {
    const [{ redactBundle: redactAgain }, { readRulesFile }, { refuseExisting, writeNew }] = await Promise.all([
      import("../../evidence/bundle/redact-bundle.ts"),
      import("../../evidence/redact/rules-file.ts"),
      import("../../evidence/bundle/archive.ts"),
    ]);
    const output = context.path(input.output);
    await refuseExisting(output, input.output);
    const rules = await readRulesFile((await context.readInput(input.rules, "settings")).toString("utf8"), input.rules);
    const made = await redactAgain(await bundleAt(context, input.file), rules, await context.otherSecrets(), {
      key: context.randomBytes(32),
      version,
      createdAt: isoInstant(context.now()),
    });
    await writeNew(output, input.output, made.zip, context.randomBytes(6).toString("hex"));
    return {
      data: {
        file: input.output,
        bytes: made.zip.length,
        manifestSha256: made.manifestSha256,
        redactions: made.redactions,
      },
      exit: Exit.yes,
    };
  },
});
