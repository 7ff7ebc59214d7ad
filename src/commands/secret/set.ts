import { HookproofError } from "../../errors.ts";
import { resolveRef, withoutNewline } from "../../storage/secret-refs.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { argument, option } from "../../cli/inputs.ts";
import { secretName } from "../shared/secret-name.ts";

/** `hookproof secret set`: stores a secret from standard input or a reference. */
export default command({
  summary: "Store a secret",
  details:
    "Reads the secret from standard input or a hidden prompt. As an argument it would end up in your shell history and the process list.",
  inputs: {
    name: argument("<name>", "name for the secret; a provider's id makes it that provider's default", secretName),
    from: option("--from <ref>", "read the secret from env:NAME or file:PATH instead"),
  },
  examples: [
    "hookproof secret set 10x --from env:WEBHOOK_SECRET",
    "pbpaste | hookproof secret set stripe",
    "hookproof secret set github:old < old-secret.txt",
  ],
  async run(context, { name, from }) {
    const sources = { env: context.env, cwd: context.cwd, store: context.store, warn: context.warn };
    const value =
      from !== undefined
        ? (await resolveRef(from, "--from", sources)).reveal()
        : context.stdin.isTTY === true
          ? Buffer.from(await context.ask(`secret for ${name}:`, { hidden: true }), "utf8")
          : withoutNewline(await context.readInput("-", "secret"));
    if (value.length === 0)
      throw new HookproofError("usage", "the secret is empty", { hint: "pipe it in, or use --from env:NAME" });
    const before = (await context.store.get(name))?.fingerprint;
    const { fingerprint } = await context.store.set(name, value, context.now());
    return {
      data: { name, fingerprint, replaced: before === undefined || before === fingerprint ? null : before },
      exit: Exit.yes,
    };
  },
  view: (data, paint) =>
    paint`${paint.good(paint.mark.yes)} ${data.replaced === null ? "saved" : "replaced"} secret "${data.name}" ${paint.dim(`(fingerprint ${data.fingerprint}${data.replaced === null ? "" : `, was ${data.replaced}`})`)}`,
});
