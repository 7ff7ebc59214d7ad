import type { Context } from "../../cli/context.ts";
import { shellLine } from "../../values/shell-line.ts";

interface Setup {
  readonly provider: string;
  readonly secret: string | undefined;
  readonly endpoint: string | undefined;
  /** An event type with a sample; undefined if the profile has none. */
  readonly event: string | undefined;
}

/** A command line and what it does. */
export interface Next {
  readonly run: string;
  readonly does: string;
}

/** The commands to run after `init`: three, preceded by one that sets the secret if it isn't available yet. */
export const nextCommands = async (context: Context, setup: Setup): Promise<readonly Next[]> => {
  const { provider, secret, endpoint, event } = setup;
  const to = endpoint === undefined ? ["localhost:3000/webhooks"] : [];
  const sample = event === undefined ? ["payload.json"] : ["--event", event];
  const line = (...words: readonly string[]): string => shellLine(["hookproof", ...words]);
  return [
    ...(await secretSteps(context, provider, secret)),
    { run: line("send", ...to, ...sample), does: "deliver a signed event to your endpoint" },
    { run: line("check", ...to), does: "test your endpoint with forgeries, retries and duplicates" },
    { run: line("listen"), does: "receive webhooks here and see why a signature fails" },
  ];
};

const secretSteps = async (
  context: Context,
  provider: string,
  secret: string | undefined,
): Promise<readonly Next[]> => {
  const does = "store the signing secret";
  if (secret === undefined) return [{ run: shellLine(["hookproof", "secret", "set", provider]), does }];
  const name = secret.slice(secret.indexOf(":") + 1);
  if (secret.startsWith("store:"))
    return (await context.store.get(name)) === undefined
      ? [{ run: shellLine(["hookproof", "secret", "set", name]), does }]
      : [];
  if (secret.startsWith("env:") && (context.env[name] ?? "") === "")
    return [{ run: `export ${name}=…`, does: "set the signing secret" }];
  return [];
};
