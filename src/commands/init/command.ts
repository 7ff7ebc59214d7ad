import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { HookproofError } from "../../errors.ts";
import { configFileName, configOf } from "../../storage/config.ts";
import { writeConfig } from "../../storage/config-write.ts";
import { isLiteral, refuseOutside } from "../../storage/secret-refs.ts";
import { command } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { Exit } from "../../cli/exit.ts";
import { flag, option } from "../../cli/inputs.ts";
import { askLine, askProfile, askSecretRef, storeSecret } from "../../cli/prompts.ts";
import { shared } from "../shared/inputs.ts";
import { endpointUrl, urlProblem } from "../shared/targets.ts";
import { trustedHostsOf } from "../shared/trust.ts";
import { addIgnored } from "./ignored.ts";
import { nextCommands } from "./next.ts";
import { initView } from "./view.ts";

/** The suggested endpoint; many frameworks' examples listen on port 3000. */
const usualEndpoint = "http://localhost:3000/webhooks";

/** `hookproof init`: writes the project file from options, or by asking on a terminal. */
export default command({
  summary: "Set up a project: write hookproof.config.json",
  details:
    "On a terminal it asks for missing options. In CI, and with --no-input, it never asks. The file contains a reference to the secret, never the secret itself.",
  inputs: {
    provider: shared.provider,
    endpoint: option("--endpoint <url>", "your endpoint: 3000, localhost:3000/webhooks or a URL", endpointUrl),
    secret: option("--secret <ref>", "where the signing secret is: env:NAME, file:PATH or store:NAME", reference, {
      completes: "secret",
    }),
    force: flag("--force", "update an existing file; other fields stay as they are"),
  },
  examples: [
    "hookproof init",
    "hookproof init -p stripe --endpoint localhost:3000/webhooks --secret env:STRIPE_WEBHOOK_SECRET",
  ],
  async run(context, input) {
    const path = resolve(context.cwd, configFileName);
    if (existsSync(path) && !input.force) {
      // Of a file that is broken, its error says where, and what to do.
      await currentText(context, path);
      throw new HookproofError("output-exists", `${configFileName} already exists`, {
        hint: "`hookproof config` shows what is set; --force changes the default platform and endpoint, and keeps the rest",
      });
    }
    const before = existsSync(path) ? await currentText(context, path) : undefined;
    // On a terminal the user is asked: the environment or an older file doesn't decide.
    const isAsked = input.provider === undefined && context.interactive;
    const { id, events } = isAsked ? await askProfile(context) : await context.profile(input.provider, needsProvider);
    const endpoint = input.endpoint ?? (await askEndpoint(context));
    const secret = input.secret ?? (context.interactive ? await askSecretRef(context, id) : undefined);
    if (input.secret !== undefined && context.interactive) await offerToStore(context, input.secret);
    if (secret?.startsWith("file:") === true) refuseOutside(secret, context.cwd);
    const { withFields } = await import("../../storage/config-edit.ts");
    const text = withFields(before, { provider: id, endpoint, secret });
    if (text === undefined) throw new HookproofError("config-invalid", `${path} cannot take these fields`);
    await configOf({ text, path });
    writeConfig(path, text, context.randomBytes(6).toString("hex"));
    // The user named this host, so `send` and `check` don't ask whether to trust it.
    if (endpoint !== undefined)
      await (await trustedHostsOf(context)).add([new URL(endpoint).origin], ["deliveries"], context.now());
    const ignored = addIgnored(context.cwd, secret);
    const next = await nextCommands(context, { provider: id, secret, endpoint, event: events[0]?.type });
    const data = { path, provider: id, endpoint: endpoint ?? null, secret: secret ?? null, ignored, next };
    return { data, exit: Exit.yes };
  },
  view: initView,
});

const needsProvider =
  "add -p ID (`hookproof providers` lists them); on a terminal without --no-input and CI, `hookproof init` asks";

const askEndpoint = async (context: Context): Promise<string | undefined> => {
  if (!context.interactive) return undefined;
  return endpointUrl(await askLine(context, "Your endpoint:", urlProblem, { usual: usualEndpoint }));
};

/** For `--secret store:NAME`: asks for the secret if the store doesn't have it yet. */
const offerToStore = async (context: Context, ref: string): Promise<void> => {
  const name = ref.slice("store:".length);
  if (ref.startsWith("store:") && (await context.store.get(name)) === undefined) await storeSecret(context, name);
};

function reference(text: string): string {
  if (!isLiteral(text)) return text;
  throw new HookproofError("usage", "--secret takes a reference here, not the secret itself", {
    hint: "write env:NAME, file:PATH or store:NAME",
  });
}

/** The file's text. @throws HookproofError `config-invalid` if it isn't valid */
const currentText = async (context: Context, path: string): Promise<string> => {
  const text = (await context.readInput(path, "settings")).toString("utf8");
  await configOf({ text, path });
  return text;
};
