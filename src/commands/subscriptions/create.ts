import { HookproofError } from "../../errors.ts";
import { callApi, replyAs } from "../../platforms/api.ts";
import { createdReply } from "../../platforms/replies.ts";
import { resolveRef } from "../../storage/secret-refs.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { argument, flag, grouped, option, requiredOption } from "../../cli/inputs.ts";
import { platformFor, platformInputs } from "../shared/platform-inputs.ts";
import { secretName } from "../shared/secret-name.ts";
import { eventType } from "../../providers/samples.ts";

const httpsUrl = (text: string): string => {
  if (URL.canParse(text) && new URL(text).protocol === "https:") return text;
  throw new HookproofError("usage", `'${text}' is not an HTTPS URL`, { hint: "subscriptions take HTTPS URLs only" });
};

/** `hookproof subscriptions create`: subscribes a URL and stores the secret, which the platform returns only once. */
export default command({
  summary: "Subscribe a URL and store the secret",
  inputs: {
    url: argument("<url>", "HTTPS URL of the endpoint", httpsUrl),
    ...grouped("Subscription", {
      events: requiredOption("--events <types>", "event types (comma-separated)", (text) =>
        text
          .split(",")
          .map((type) => type.trim())
          .filter((type) => type !== ""),
      ),
      secret: option("--secret <ref>", "use this secret instead of a generated one"),
      name: option("--name <name>", "name to store the secret under (default: PROVIDER:ID)", secretName),
      printSecret: flag("--print-secret", "print the secret (it stays in your terminal's scrollback)"),
    }),
    ...platformInputs,
  },
  examples: [
    "hookproof subscriptions create https://example.com/hooks/apex --events lead.created,goal.reached --base-url https://your-instance.com --token env:APEX_KEY",
    "hookproof subscriptions create https://example.com/hooks/apex --events lead.created --secret env:MY_SECRET --json",
  ],
  async run(context, input) {
    const platform = await platformFor(context, input, "subscriptions-create");
    for (const type of input.events) eventType(platform.profile, type);
    if (input.events.length === 0) throw new HookproofError("usage", "--events is empty");
    const sources = { env: context.env, cwd: context.cwd, store: context.store, warn: context.warn };
    const own =
      input.secret === undefined
        ? undefined
        : (await resolveRef(input.secret, "--secret", sources)).reveal().toString("utf8");
    const reply = await callApi({
      ...platform,
      endpoint: "subscriptions-create",
      // The platform returns the secret only once, and it must not appear in any message.
      confidential: true,
      body: { url: input.url, events: input.events, ...(own === undefined ? {} : { secret: own }) },
    });
    const created = replyAs(reply, "a subscription", createdReply);
    const secret = created.secret ?? own;
    const kept =
      secret === undefined
        ? null
        : await context.store.set(
            input.name ?? `${platform.profile.id}:${created.id}`,
            Buffer.from(secret, "utf8"),
            context.now(),
          );
    if (kept === null) context.warn("the response contained no secret: nothing was saved");
    return {
      data: {
        provider: platform.profile.id,
        id: created.id,
        url: created.url,
        events: created.events,
        secret: kept?.label ?? null,
        ...(input.printSecret && secret !== undefined ? { secretValue: secret } : {}),
      },
      exit: Exit.yes,
    };
  },
  view: (data, paint) =>
    [
      paint`${paint.good(paint.mark.yes)} ${paint.bold(data.id)} subscribed ${data.url} to ${data.events.join(", ")}`,
      ...(data.secret === null ? [] : [paint`  the secret is saved as ${data.secret}`]),
      ...("secretValue" in data ? [paint`  secret: ${data.secretValue}`] : []),
    ].join("\n"),
});
