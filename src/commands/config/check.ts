import { configFileName, inspectConfig, readConfig, readConfigAt } from "../../storage/config.ts";
import type { ConfigText } from "../../storage/config.ts";
import { HookproofError } from "../../errors.ts";
import { maxProblems } from "../../storage/config-problems.ts";
import { isLiteral } from "../../storage/secret-refs.ts";
import { pluralize } from "../../values/count.ts";
import { command } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { Exit } from "../../cli/exit.ts";
import { optionalArgument } from "../../cli/inputs.ts";

/** `hookproof config check`: validates a project file and lists every problem. */
export default command({
  summary: "Check a project file and list every problem",
  inputs: {
    file: optionalArgument("[file]", "the file, - for standard input (default: the one in use)"),
  },
  examples: ["hookproof config check", "hookproof config check ./hookproof.config.json --json"],
  async run(context, { file }) {
    const given = await configText(context, file);
    const { config, problems } = await inspectConfig(given);
    if (config !== undefined && Object.values(config.secrets).flat().some(isLiteral))
      context.warn("the project file contains a literal secret; use env:NAME, file:PATH or store:NAME");
    const providers = (config?.providers ?? []).map(({ id }) => id);
    const data = { path: given.path, valid: config !== undefined, providers, problems };
    return { data, exit: config === undefined ? Exit.usage : Exit.yes };
  },
  view: ({ path, valid, providers, problems }, paint) =>
    valid
      ? paint`${paint.mark.yes} ${path}${providers.length === 0 ? "" : `: own profiles ${providers.join(", ")}`}`
      : [
          paint`${paint.mark.no} ${path}: ${problems.length < maxProblems ? "" : "at least "}${pluralize(problems.length, "problem")}`,
          ...problems.map(({ line, column, field, message, nearest }) => {
            const where = paint.dim(`${line}:${column}`);
            return paint`  ${where}  ${field === "" ? "" : `${field}: `}${message}${nearest === null ? "" : `; did you mean ${nearest}?`}`;
          }),
        ].join("\n"),
});

/** @throws HookproofError `input-unreadable` */
const configText = async (context: Context, file: string | undefined): Promise<ConfigText> => {
  if (file === "-") {
    const text = (await context.readInput(file, "settings")).toString("utf8");
    return { text, path: "standard input" };
  }
  const reading = { limit: context.inputLimit("settings"), signal: context.signal };
  const found =
    file === undefined
      ? await readConfig(context.cwd, context.env, reading)
      : await readConfigAt(context.path(file), reading);
  if (found !== undefined) return found;
  throw new HookproofError("input-unreadable", `no ${configFileName} in this folder or its parents`, {
    hint: "see docs/configuration.md for an example",
  });
};
