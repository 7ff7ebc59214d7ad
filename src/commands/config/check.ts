import { configFileName, configOf, loadConfig } from "../../storage/config.ts";
import { HookproofError } from "../../errors.ts";
import { isLiteral } from "../../storage/secret-refs.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { optionalArgument } from "../../cli/inputs.ts";

/** `hookproof config check`: whether a project file is right, or the first place where it is not. */
export default command({
  summary: "Check a project file and name the field that is wrong",
  inputs: {
    file: optionalArgument("[file]", "the file, - for standard input; the one in force unless given"),
  },
  examples: ["hookproof config check", "hookproof config check ./hookproof.config.json --json"],
  async run(context, { file }) {
    const config =
      file === undefined
        ? await context.config()
        : file === "-"
          ? await configOf((await context.readInput(file, "settings")).toString("utf8"), "standard input")
          : await loadConfig(
              context.cwd,
              { ...context.env, HOOKPROOF_CONFIG: context.path(file) },
              {
                limit: context.inputLimit("settings"),
                signal: context.signal,
              },
            );
    if (config.path === null) {
      throw new HookproofError("input-unreadable", `there is no ${configFileName} in this folder or above`, {
        hint: "docs/profiles.md shows one",
      });
    }
    if (Object.values(config.secrets).flat().some(isLiteral))
      context.warn("the project file holds a secret itself: better env:NAME, file:PATH or store:NAME");
    const data = { path: config.path, valid: true, providers: config.providers.map(({ id }) => id) };
    return { data, exit: Exit.yes };
  },
  view: ({ path, providers }, paint) =>
    paint`${paint.mark.yes} ${path}${providers.length === 0 ? "" : `: own profiles ${providers.join(", ")}`}`,
});
