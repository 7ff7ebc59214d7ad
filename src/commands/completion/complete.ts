import { command } from "../../cli/command.ts";
import { completionsFor } from "./candidates.ts";
import { Exit } from "../../cli/exit.ts";
import { restArgument } from "../../cli/inputs.ts";

/** `hookproof __complete`: called by the completion scripts on each Tab. */
export default command({
  summary: "Candidates for the shell's completion",
  inputs: { words: restArgument("[words...]", "the command line so far, the word under the cursor last") },
  examples: ["hookproof __complete -- ver", "hookproof __complete -- sign -p ''"],
  async run(context, { words }) {
    // The shell shows whatever is printed here, so errors are swallowed.
    const candidates = await completionsFor(words, context).catch(() => []);
    return { data: { candidates }, exit: Exit.yes };
  },
  view: ({ candidates }, paint) =>
    candidates
      .map(({ value, about }) => paint`${value}` + (about === undefined ? "" : `\t${paint`${about}`}`))
      .join("\n"),
});
