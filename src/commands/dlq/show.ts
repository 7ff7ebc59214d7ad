import { tokenMask } from "../../providers/tokens.ts";
import type { Dlq, DlqEntry } from "../../dlq/dlq.ts";
import { dlqCommand } from "../shared/queue-hint.ts";
import { HookproofError } from "../../errors.ts";
import { encodeBytes } from "../../request/request.ts";
import { command } from "../../cli/command.ts";
import { listed } from "./listed.ts";
import { dlqInputs, withDlq } from "../shared/dlq-inputs.ts";
import { Exit } from "../../cli/exit.ts";
import { argument, asText } from "../../cli/inputs.ts";
import { shared } from "../shared/inputs.ts";
import { entryView } from "./view.ts";
import type { EntryDetail } from "./view.ts";

/** `hookproof dlq show`: shows one entry with its bytes, headers and attempts. */
export default command({
  summary: "Show one event with its bytes, headers and attempts",
  inputs: {
    id: argument("<id>", "entry id or event id", asText, { completes: "dlq-id" }),
    dlq: dlqInputs.dlq,
    endpoint: dlqInputs.endpoint,
    provider: shared.provider,
  },
  examples: [
    "hookproof dlq show dlq_1f0c33a29b7e4d55",
    "hookproof dlq show dlq_1f0c33a29b7e4d55 --json | jq -r .request.body.data",
  ],
  view: entryView,
  async run(context, { id, ...choice }) {
    const entry = await withDlq(context, choice, async (dlq) => {
      const found = await entryNamed(dlq, id);
      if (found !== undefined) return found;
      throw new HookproofError("usage", `the DLQ has no entry '${id}'`, { hint: dlqCommand("list", choice, dlq.name) });
    });
    const { attempts, by: _by, ...rest } = entry;
    const [profile] = (await context.profiles()).filter(({ id }) => id === entry.provider);
    const request = { ...entry.request, ...(profile === undefined ? {} : tokenMask([profile])?.(entry.request)) };
    const data: EntryDetail = {
      ...listed({
        ...rest,
        status: attempts.at(-1)?.status ?? null,
        attempts: attempts.length,
        bytes: request.body.length,
      }),
      request: {
        method: request.method,
        target: request.target,
        headers: request.headers,
        body: encodeBytes(request.body),
      },
      tried: attempts,
    };
    return { data, exit: Exit.yes };
  },
});

/** Finds an entry by its id, else by its event's id. */
const entryNamed = async (dlq: Dlq, id: string): Promise<DlqEntry | undefined> => {
  const entry = await dlq.get(id);
  if (entry !== undefined) return entry;
  for await (const found of dlq.entries({ ids: [id] })) return found;
  return undefined;
};
