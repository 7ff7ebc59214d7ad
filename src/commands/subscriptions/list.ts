import { callApi, replyAs } from "../../platforms/api.ts";
import { subscriptionsReply } from "../../platforms/replies.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { platformFor, platformInputs } from "../shared/platform-inputs.ts";

/** `hookproof subscriptions list`: lists the platform's webhook subscriptions. */
export default command({
  summary: "List the platform's webhook subscriptions",
  inputs: platformInputs,
  examples: [
    "hookproof subscriptions list --base-url https://your-instance.com --token env:APEX_KEY",
    "hookproof subscriptions list --json",
  ],
  async run(context, input) {
    const platform = await platformFor(context, input, "subscriptions-list");
    const reply = await callApi({ ...platform, endpoint: "subscriptions-list" });
    const found = replyAs(reply, "a list of subscriptions", subscriptionsReply);
    const subscriptions = found.map(({ id, url, events, status, createdAt }) => ({
      id,
      url,
      events,
      status: status ?? null,
      createdAt: createdAt ?? null,
    }));
    return { data: { provider: platform.profile.id, subscriptions }, exit: Exit.yes };
  },
  view: ({ subscriptions }, paint) =>
    subscriptions.length === 0
      ? paint`${paint.dim("no subscriptions")}`
      : subscriptions
          .map((one) =>
            [
              paint`${paint.bold(one.id)}  ${one.url}  ${one.status === "active" ? paint.good(one.status) : paint.warn(one.status)}`,
              paint`  ${paint.dim(one.events.join(", "))}`,
            ].join("\n"),
          )
          .join("\n"),
});
