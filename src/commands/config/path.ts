import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";

/** `hookproof config path`: prints the path of the project file in use. */
export default command({
  summary: "Print the path of the project file in use",
  inputs: {},
  examples: ["hookproof config path", "hookproof config path --json"],
  async run(context) {
    const { path } = await context.config();
    return { data: { path }, exit: path === null ? Exit.no : Exit.yes };
  },
  view: ({ path }, paint) =>
    path === null ? paint`${paint.dim("no project file in this folder or its parents")}` : paint`${path}`,
});
