import { encodeBytes } from "../../request/request.ts";
import { sampleOf } from "../../providers/samples.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { argument, asText, optionalArgument } from "../../cli/inputs.ts";
import { eventsView } from "../providers/view.ts";
import type { EventsData } from "../providers/view.ts";

/** `hookproof events`: a platform's event types, or one sample payload, byte for byte. */
export default command({
  summary: "List a platform's event types, or print one sample payload",
  inputs: {
    id: argument("<id>", "the platform's id", asText, { completes: "provider" }),
    type: optionalArgument("[type]", "event type: prints its sample, ready to pipe", asText, {
      completes: "event",
    }),
  },
  examples: ["hookproof events 10x", "hookproof events 10x link.clicked | hookproof sign - -p 10x --secret env:S"],
  view: eventsView,
  async run(context, { id, type }) {
    const profile = await context.profile(id);
    const data: EventsData =
      type === undefined
        ? {
            provider: profile.id,
            assumed: profile.samplesAssumed ?? null,
            events: profile.events.map((event) => ({ type: event.type, when: event.when })),
          }
        : {
            provider: profile.id,
            assumed: profile.samplesAssumed ?? null,
            type,
            sample: encodeBytes(sampleOf(profile, type)),
          };
    if (type === undefined && profile.events.length === 0)
      context.note(`the profile of ${profile.id} lists no events; deliver a payload of your own`);
    if (type !== undefined && profile.samplesAssumed !== undefined)
      context.detail(`the sample is a guess: ${profile.samplesAssumed}`);
    return { data, exit: Exit.yes };
  },
});
