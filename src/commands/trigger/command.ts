import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { existsSync, statSync } from "node:fs";
import { callApi, endpointOf, replyAs } from "../../platforms/api.ts";
import { testReply } from "../../platforms/replies.ts";
import { builtInProfile, builtInProfiles } from "../../providers/index.ts";
import { shellLine } from "../../values/shell-line.ts";
import { readLines } from "../../storage/lines.ts";
import { rotatedOf } from "../../storage/rotated.ts";
import { command } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { countdown } from "../shared/countdown.ts";
import { Exit } from "../../cli/exit.ts";
import { asText, grouped, option, requiredOption } from "../../cli/inputs.ts";
import { duration } from "../../cli/value-parsers.ts";
import { platformFor, platformInputs, withoutApi } from "../shared/platform-inputs.ts";
import { formatDuration } from "../../values/duration.ts";
import { hangingIndent } from "../../cli/wrap.ts";

/** `hookproof trigger`: asks the platform for a test delivery, and says what its response proves. */
export default command({
  summary: "Ask the platform for a test delivery",
  inputs: {
    ...grouped("Subscription", {
      handle: requiredOption("--handle <handle>", "the handle the subscription belongs to", asText),
      subscription: requiredOption("--subscription <id>", "the subscription's id", asText),
    }),
    ...grouped("Success criteria", {
      wait: option("--wait <duration>", "watch the capture file until the event arrives", duration),
      capture: option("--capture <file>", "the capture file that `listen` writes (default: listen's default)"),
    }),
    ...platformInputs,
  },
  examples: [
    "hookproof trigger --handle acme --subscription sub_51d0c2 --token env:TENX_TOKEN",
    "hookproof trigger --handle acme --subscription sub_51d0c2 --token env:TENX_TOKEN --wait 30s",
  ],
  instead: ([type = ""]) => {
    const sender = builtInProfiles().find(({ events }) => events.some((event) => event.type === type));
    if (sender === undefined) return undefined;
    return `\`trigger\` asks the platform for its own test event; to send a sample: ${shellLine(["hookproof", "send", "localhost:3000/webhooks", "-p", sender.id, "--event", type])}`;
  },
  impossible: ({ provider: named }) => {
    const profile = typeof named === "string" ? builtInProfile(named) : undefined;
    return profile === undefined || profile.endpoints?.["test"] !== undefined ? undefined : withoutApi(profile);
  },
  async run(context, input) {
    const platform = await platformFor(context, input, "test");
    const path =
      input.capture === undefined ? join(context.folders.data, "captures.ndjson") : context.path(input.capture);
    const from = existsSync(path) ? await lastOffset(path) : 0;
    const reply = await callApi({
      ...platform,
      endpoint: "test",
      params: { handle: input.handle, subscriptionId: input.subscription },
      body: {},
    });
    const { eventId } = replyAs(reply, "an eventId", testReply);
    const waiting = input.wait === undefined ? undefined : countdown(context, input.wait, `waiting for ${eventId}`);
    const waited = input.wait === undefined ? null : await waitForRequest(context, path, from, eventId, input.wait);
    waiting?.stop();
    const { proves = [], doesNotProve = [] } = endpointOf(platform.profile, "test");
    return {
      data: {
        provider: platform.profile.id,
        handle: input.handle,
        subscription: input.subscription,
        status: reply.status,
        eventId,
        proves,
        doesNotProve,
        arrived: waited === null ? null : waited !== undefined,
        requestId: waited ?? null,
        waitedFor: input.wait === undefined ? null : formatDuration(input.wait),
      },
      exit: waited === undefined ? Exit.no : Exit.yes,
    };
  },
  view: (data, paint) =>
    [
      paint`${paint.good(paint.mark.yes)} ${data.status}, the delivery is queued as ${paint.bold(data.eventId)}`,
      paint`  ${paint.bold("this proves")}`,
      ...data.proves.map(
        (text) => paint`    ${paint.good(paint.mark.yes)} ${paint.block(hangingIndent(text, paint.width, 6))}`,
      ),
      paint`  ${paint.bold("it does not prove")}`,
      ...data.doesNotProve.map(
        (text) => paint`    ${paint.dim(paint.mark.skip)} ${paint.block(hangingIndent(text, paint.width, 6))}`,
      ),
      ...(data.arrived === null
        ? []
        : data.arrived
          ? [paint`${paint.good(paint.mark.yes)} arrived: request ${data.requestId}`]
          : [
              paint`${paint.bad(paint.mark.no)} did not arrive within ${data.waitedFor}`,
              paint`  ${paint.accent("next:")} hookproof explain 'no request seen' -p ${data.provider}`,
            ]),
    ].join("\n"),
});

const lastOffset = async (path: string): Promise<number> => {
  let end = 0;
  for await (const line of readLines(path)) end = line.torn ? line.offset : line.end;
  return end;
};

/**
 * Waits for the captured request with this event id.
 * @returns the request's id; undefined if it didn't arrive in time
 */
const waitForRequest = async (
  context: Context,
  path: string,
  from: number,
  eventId: string,
  forMs: number,
): Promise<string | undefined> => {
  const until = context.now() + forMs;
  let offset = from;
  for (;;) {
    if (existsSync(path)) {
      // If the file was rotated since, finish reading the rotated one first.
      const before = statSync(path).size < offset ? rotatedOf(path).slice(-1) : [];
      for (const file of [...before, path]) {
        for await (const line of readLines(file, offset)) {
          if (line.torn) break;
          offset = line.end;
          const id = requestOf(line.bytes, eventId);
          if (id !== undefined) return id;
        }
        if (file !== path) offset = 0;
      }
    }
    if (context.now() >= until || context.signal.aborted) return undefined;
    await delay(Math.min(100, Math.max(1, until - context.now())), undefined, { signal: context.signal }).catch(
      () => undefined,
    );
  }
};

const requestOf = (line: Buffer, eventId: string): string | undefined => {
  // A cheap test first, because most lines are about other events.
  if (!line.includes(eventId)) return undefined;
  try {
    const record: unknown = JSON.parse(line.toString("utf8"));
    if (typeof record !== "object" || record === null || !("type" in record) || record.type !== "request")
      return undefined;
    return "eventId" in record && record.eventId === eventId && "id" in record ? String(record.id) : undefined;
  } catch {
    return undefined;
  }
};
