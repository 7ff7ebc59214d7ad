import { encodeBytes } from "../../request/request.ts";
import { sampleOf } from "../../providers/samples.ts";
import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import type { ExitCode } from "../../cli/exit.ts";
import { asText, optionalArgument } from "../../cli/inputs.ts";
import type { Context } from "../../cli/context.ts";
import type { Paint } from "../../cli/paint.ts";
import { shellLine } from "../../values/shell-line.ts";
import { HookproofError } from "../../errors.ts";
import type { Profile } from "../../providers/profile.ts";
import type { Infer } from "../../values/infer.ts";
import { eventsView, withHangingIndent } from "../providers/view.ts";
import type { EventsData } from "../providers/view.ts";
import type { eventsOutput, overview } from "./schema.ts";

/** `hookproof events`: lists a platform's event types, or prints one sample payload byte for byte. */
export default command({
  summary: "List a platform's event types, or print one sample payload",
  inputs: {
    id: optionalArgument("[id]", "the platform's id (default: the project's, else all)", asText, {
      completes: "provider",
    }),
    type: optionalArgument("[type]", "event type: prints its sample, ready to pipe", asText, {
      completes: "event",
    }),
  },
  examples: [
    "hookproof events",
    "hookproof events 10x",
    "hookproof events 10x link.clicked | hookproof sign - -p 10x --secret env:S",
  ],
  async run(context, { id, type }): Promise<{ data: Infer<typeof eventsOutput>; exit: ExitCode }> {
    const wanted = id ?? (context.env["HOOKPROOF_PROVIDER"] || (await context.config()).provider);
    if (wanted === undefined) {
      const providers = (await context.profiles()).map(({ id: provider, events }) => ({
        provider,
        events: events.map((event) => event.type),
      }));
      return { data: { providers }, exit: Exit.yes };
    }
    const profile = await profileOf(context, wanted);
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
      context.note(`the profile ${profile.id} lists no events; send your own payload`);
    if (type !== undefined && profile.samplesAssumed !== undefined)
      context.detail(`this sample is an assumption: ${profile.samplesAssumed}`);
    return { data, exit: Exit.yes };
  },
  view: (data, paint) => ("providers" in data ? overviewView(data, paint) : eventsView(data, paint)),
});

/**
 * Finds a platform.
 * @throws HookproofError `unknown-provider`; if the id is an event type, the hint is the command that prints its sample
 */
const profileOf = async (context: Context, id: string): Promise<Profile> => {
  const all = await context.profiles();
  const sender = all.some((one) => one.id === id)
    ? undefined
    : all.find(({ events }) => events.some((event) => event.type === id));
  if (sender === undefined) return context.profile(id);
  throw new HookproofError("unknown-provider", `'${id}' is an event type, not a platform`, {
    hint: shellLine(["hookproof", "events", sender.id, id]),
  });
};

/** Each platform with its event types. */
const overviewView = ({ providers }: Infer<typeof overview>, paint: Paint): string =>
  [
    ...providers.flatMap(({ provider, events }) => [
      paint`${paint.bold(provider)}`,
      withHangingIndent("  ", 2, events.length === 0 ? "no event types listed" : events.join(", "), paint),
    ]),
    "",
    paint`${paint.dim("when each is sent: hookproof events ID; a sample: hookproof events ID TYPE")}`,
  ].join("\n");
