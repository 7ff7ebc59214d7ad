import { HookproofError } from "../../errors.ts";
import { nearest } from "../../values/nearest.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { argument } from "../../cli/inputs.ts";
import { secretName } from "../shared/secret-name.ts";

/** `hookproof secret remove`: removes a stored secret. */
export default command({
  summary: "Remove a stored secret",
  inputs: { name: argument("<name>", "the secret's name", secretName, { completes: "secret-name" }) },
  examples: ["hookproof secret remove github:old", "hookproof secret remove stripe --json"],
  async run(context, { name }) {
    if (!(await context.store.remove(name))) {
      const near = nearest(
        name,
        (await context.store.list()).map((one) => one.name),
      );
      throw new HookproofError("secret-missing", `no stored secret '${name}'`, {
        hint: near === undefined ? "hookproof secret list" : `did you mean ${near}?`,
      });
    }
    return { data: { name, removed: true }, exit: Exit.yes };
  },
  view: (data, paint) => paint`${paint.good(paint.mark.yes)} ${data.name} removed`,
});
