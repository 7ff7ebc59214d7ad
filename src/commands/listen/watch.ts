import { DeadLetters } from "../../inspector/dead-letters.ts";
import type { Desk, Loaded } from "../../inspector/desk.ts";
import type { ResponseControl } from "../../inspector/inspector.ts";
import { captureReader } from "../../inspector/capture-reader.ts";
import { Recorder } from "../../inspector/recorder.ts";
import { Resender } from "../../inspector/resend.ts";
import { Store } from "../../inspector/store.ts";
import type { State } from "../../inspector/types.ts";
import { HookproofError } from "../../errors.ts";
import { verifyOptions } from "../../listener/inspect.ts";
import type { ListenOptions } from "../../listener/listen.ts";
import type { CaptureSink } from "../../listener/capture-writer.ts";
import { parseReplies } from "../../listener/respond.ts";
import { Responses } from "../../listener/responses.ts";
import type { Context } from "../../cli/context.ts";
import { shellLine } from "../../values/shell-line.ts";
import { version } from "../../cli/version.ts";
import { newFile, serve, startEvidence } from "../shared/inspector.ts";
import { deskFor } from "../shared/inspector-desk.ts";
import { networkFor } from "../shared/network.ts";
import { openQueue } from "../shared/open-queue.ts";
import type { ListenInput } from "./command.ts";

interface Watched {
  /** The listener's options, with the inspector as its observer. */
  readonly options: ListenOptions;
  readonly stop: () => Promise<void>;
}

/** Serves the inspector alongside a listener. @throws HookproofError `port-taken`, `no-permission` */
export const watch = async (context: Context, input: ListenInput, options: ListenOptions): Promise<Watched> => {
  const shared = await deskFor(context, options.inspect.candidates);
  const store = new Store();
  const recorder = new Recorder(store, shared.mask, context.now);
  let sink: CaptureSink | undefined;
  let url: string | undefined;
  const reader = captureReader(async (place) => sink?.read?.(place));
  const desk: Desk = {
    ...shared,
    store,
    load: async ({ row, origin }): Promise<Loaded | undefined> => {
      if (origin === undefined || "entry" in origin) return undefined;
      return "place" in origin
        ? reader.request(row.id, origin.place)
        : { request: origin.request, remote: null, flags: [], overflow: false };
    },
    loadForward: reader.forward,
    verifyOptions: (receivedAt) => verifyOptions(options.inspect, receivedAt),
  };
  const connection = { ...(await networkFor(context, { ...input, proxy: undefined })), insecure: input.insecure };
  const resender = new Resender({
    desk,
    run: options.runId,
    routes: options.routes ?? [],
    listener: () => url,
    expect: (body, id) => recorder.expect(body, id),
    anywhere: input.forwardAnywhere,
    connection,
    uuid: context.uuid,
  });
  const deadLetters = new DeadLetters({
    desk,
    open: () => openQueue(context, { dlq: input.dlq }),
    resender,
    connection,
    clock: context.clock,
    signal: context.signal,
  });
  const { responses, control } = responsesOf(options);
  // Fetch keys only for a platform that the user named.
  const judging = {
    secret: input.secret,
    publicKey: input.publicKey,
    offline: input.offline || options.inspect.auto,
  };
  const serving = await serve(context, input, {
    desk,
    mode: "listen",
    version,
    run: options.runId,
    listening: () =>
      url === undefined
        ? null
        : { url, path: options.path, capture: options.ready.capture, provider: options.ready.provider },
    sources: () => [],
    targets: options.ready.routes,
    start: () => (url === undefined ? [] : startLines(url, options)),
    resender,
    deadLetters,
    canDeadLetter: true,
    responses: control,
    writeNew: newFile(context),
    evidence: startEvidence(context, judging, [options.ready.capture]),
  });
  return {
    options: {
      ...options,
      observer: recorder,
      responses,
      ready: { ...options.ready, ui: serving.url },
      openSink: (onReopened) => (sink = options.openSink(onReopened)),
      onReady: (at) => {
        url = at;
        options.onReady?.(at);
      },
    },
    stop: async () => {
      await serving.stop("hookproof listen was stopped");
      await shared.explainer.close();
    },
  };
};

const responsesOf = (options: ListenOptions): { readonly responses: Responses; readonly control: ResponseControl } => {
  const responses = new Responses(options.script);
  const original = options.ready.respond;
  let current = original;
  return {
    responses,
    control: {
      original,
      current: () => current,
      applies: options.events !== undefined || !(options.routes ?? []).some(({ condition }) => condition === null),
      set: (text) => {
        responses.set(text === original ? options.script : scriptOf(text));
        current = text;
      },
    },
  };
};

/** Parses a script from the page; unlike on the command line, it must not read files. @throws HookproofError `usage` */
const scriptOf = (text: string): ReturnType<typeof parseReplies> => {
  const script = parsedReplies(text);
  if (script.replies.some(({ body }) => body !== undefined && !Buffer.isBuffer(body)))
    throw new HookproofError("usage", "body=@file works on the command line only", { hint: "write the body itself" });
  return script;
};

/** Parses like the command line, but error messages don't mention the option. */
const parsedReplies: typeof parseReplies = (text) => {
  try {
    return parseReplies(text);
  } catch (error) {
    if (!(error instanceof HookproofError)) throw error;
    const hint = "write 500,503,200 · seq:500,200 · 200:60%,500:40% · delay=12s · reset · hang · 429;retry-after=30";
    throw new HookproofError(error.code, error.message.replace(`--respond '${text}': `, ""), { hint });
  }
};

/** Commands that produce a first request. */
const startLines = (url: string, { inspect }: ListenOptions): State["start"] => {
  const signing = inspect.candidates.find(({ secrets }) => secrets.length > 0) ?? inspect.candidates[0];
  const name = signing?.secrets[0]?.name ?? "";
  const secret = /^(?:env|store|file):/.test(name) ? name : "env:WEBHOOK_SECRET";
  return [
    {
      label: "An unsigned request",
      command: shellLine(["curl", url, "-H", "Content-Type: application/json", "-d", '{"hello":"world"}']),
    },
    ...(signing === undefined
      ? []
      : [
          {
            label: `A signed event, as ${signing.profile.name} sends it`,
            command: shellLine(["hookproof", "send", url, "-p", signing.profile.id, "--secret", secret]),
          },
        ]),
  ];
};
