import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";

/** `hookproof secret list`: lists stored secrets by name and fingerprint. */
export default command({
  summary: "List stored secrets by name and fingerprint",
  inputs: {},
  examples: ["hookproof secret list", "hookproof secret list --json"],
  run: async (context) => ({ data: { secrets: await context.store.list() }, exit: Exit.yes }),
  view: ({ secrets }, paint) =>
    secrets.length === 0
      ? paint`${paint.dim("no stored secrets; `hookproof secret set NAME` stores one")}`
      : secrets
          .map(
            (one) =>
              paint`${one.name.padEnd(nameWidth(secrets))}  ${paint.dim(`fingerprint ${one.fingerprint}`)}  ${paint.dim(one.setAt === null ? "" : `set ${one.setAt.slice(0, 19).replace("T", " ")} UTC`)}`,
          )
          .join("\n"),
});

const nameWidth = (secrets: readonly { readonly name: string }[]): number =>
  Math.max(...secrets.map(({ name }) => name.length));
