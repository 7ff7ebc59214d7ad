import { callApi, replyOfAnApi } from "../../platforms/api.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { argument } from "../../cli/inputs.ts";
import { platformFor, platformInputs } from "../shared/platform-inputs.ts";

/** `hookproof subscriptions delete`: deletes a subscription on the platform. */
export default command({
  summary: "Delete a webhook subscription",
  inputs: { id: argument("<id>", "the subscription's id"), ...platformInputs },
  examples: [
    "hookproof subscriptions delete wh_001 --base-url https://your-instance.com --token env:APEX_KEY",
    "hookproof subscriptions delete wh_001 --json",
  ],
  async run(context, input) {
    const platform = await platformFor(context, input, "subscriptions-delete");
    replyOfAnApi(await callApi({ ...platform, endpoint: "subscriptions-delete", body: { id: input.id } }));
    return { data: { provider: platform.profile.id, id: input.id, deleted: true }, exit: Exit.yes };
  },
  view: (data, paint) => paint`${paint.good(paint.mark.yes)} ${data.id} deleted`,
});
