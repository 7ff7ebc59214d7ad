import { callApi, replyOfAnApi } from "../../platforms/api.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { asText, grouped, requiredOption } from "../../cli/inputs.ts";
import { platformFor, platformInputs } from "../shared/platform-inputs.ts";

/** `hookproof context-store sync`: requests a refresh of a source, for use after a verified webhook. */
export default command({
  summary: "Ask the platform to refresh a Context Store source",
  details:
    "With `listen --on-verified` it refreshes the Context Store after each verified webhook. The token is a PAT with mcp.connect and context_store.manage.",
  inputs: {
    ...grouped("Platform API", {
      handle: requiredOption("--handle <handle>", "the handle the source belongs to", asText),
      source: requiredOption("--source <id>", "the source's id", asText),
    }),
    ...platformInputs,
  },
  examples: [
    "hookproof context-store sync --handle acme --source src_1 --token env:TENX_PAT",
    "hookproof listen -p 10x --secret env:S --on-verified 'hookproof context-store sync --handle acme --source src_1'",
  ],
  async run(context, input) {
    const platform = await platformFor(context, input, "context-store-sync");
    const reply = await callApi({
      ...platform,
      endpoint: "context-store-sync",
      params: { handle: input.handle, sourceId: input.source },
      body: {},
    });
    replyOfAnApi(reply);
    return {
      data: { provider: platform.profile.id, handle: input.handle, source: input.source, status: reply.status },
      exit: Exit.yes,
    };
  },
  view: (data, paint) =>
    paint`${paint.good(paint.mark.yes)} ${data.status}: ${data.source} of ${data.handle} is being refreshed ${paint.dim("(context_store_status shows when it is ready)")}`,
});
