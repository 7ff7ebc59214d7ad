import { constants, copyFileSync, existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { HookproofError, fileError } from "../../errors.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { asText, flag, optionalArgument } from "../../cli/inputs.ts";
import { shellLine } from "../../values/shell-line.ts";
import { makeFolder } from "../../values/folder.ts";
import { exampleSecret } from "../shared/example.ts";
import { packageFile } from "../shared/package-file.ts";

/** `hookproof examples`: writes the sample files used in the README. */
export default command({
  summary: "Write the README's sample files into a folder",
  inputs: {
    folder: optionalArgument("[folder]", "where to write them (default: hookproof-examples)", asText),
    force: flag("--force", "overwrite files with the same names"),
  },
  examples: ["hookproof examples", "hookproof examples . --force"],
  async run(context, { folder = "hookproof-examples", force }) {
    const from = dirname(packageFile("examples/request.http"));
    const to = context.path(folder);
    const files = readdirSync(from).toSorted();
    const existing = files.find((name) => existsSync(join(to, name)));
    if (existing !== undefined && !force)
      throw new HookproofError("output-exists", `${join(folder, existing)} already exists`, {
        hint: "choose another folder, or add --force to overwrite",
      });
    makeFolder(to, 0o755);
    for (const name of files) copy(join(from, name), join(to, name), force);
    return { data: { folder: to, files, secret: exampleSecret, go: shellLine(["cd", folder]) }, exit: Exit.yes };
  },
  json: ({ folder, files, secret }) => ({ folder, files, secret }),
  view: ({ folder, files, secret, go }, paint) =>
    [
      paint`${paint.good(paint.mark.yes)} wrote ${files.length} files to ${folder}`,
      "",
      paint`${paint.bold("Run next:")}`,
      ...(go === "cd ." ? [] : [paint`  ${paint.accent(go)}`]),
      paint`  ${paint.accent(`export WEBHOOK_SECRET=${secret}`)}`,
      paint`  ${paint.accent("hookproof verify request.http --secret env:WEBHOOK_SECRET")}`,
    ].join("\n"),
});

/** @throws HookproofError `no-permission`, `disk-full`, `io` */
const copy = (from: string, to: string, force: boolean): void => {
  try {
    copyFileSync(from, to, force ? 0 : constants.COPYFILE_EXCL);
  } catch (error) {
    throw fileError(error, "write", to);
  }
};
