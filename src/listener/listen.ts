import { HookproofError } from "../errors.ts";
import { CaptureWriter } from "./capture-writer.ts";
import type { CaptureSink } from "./capture-writer.ts";
import { CommandRunner } from "./command.ts";
import type { CommandOptions } from "./command.ts";
import type { EndReason, ListenEvent, ProblemEvent, ReadyEvent } from "./events.ts";
import { errorText } from "./error-text.ts";
import { onAbort } from "../values/abort.ts";
import { Handler } from "./handler.ts";
import type { HandlerOptions } from "./handler.ts";
import { inspector, keyPreparer, verifyOptions } from "./inspect.ts";
import type { CauseSearch, InspectOptions } from "./inspect.ts";
import { EventQueue } from "../values/event-queue.ts";
import { resolvers } from "../values/resolvers.ts";
import { startServer } from "../http/server.ts";
import type { ServerOptions } from "../http/server.ts";
import { watchTargets } from "./target-watch.ts";
import type { TargetWatch } from "./target-watch.ts";

export interface ListenOptions
  extends
    Pick<ServerOptions, "host" | "port" | "tls" | "maxBody" | "headersTimeoutMs" | "requestTimeoutMs" | "now">,
    Pick<
      HandlerOptions,
      | "path"
      | "silent"
      | "script"
      | "responses"
      | "observer"
      | "verifyWords"
      | "events"
      | "routes"
      | "ignores"
      | "challenges"
      | "matches"
      | "wanted"
      | "runId"
      | "clock"
      | "random"
    > {
  readonly inspect: InspectOptions;
  readonly causes?: CauseSearch;
  readonly command?: Omit<CommandOptions, "onDone" | "clock">;
  /** Opens the capture. */
  readonly openSink: (watcher: SinkWatcher) => CaptureSink;
  /** Milliseconds after which it ends in any case. */
  readonly timeoutMs?: number;
  /** Stops the listener; in-flight work may still finish. */
  readonly signal: AbortSignal;
  /** How long in-flight work may then take, in milliseconds. */
  readonly drainMs: number;
  /** Aborts in-flight work at once. */
  readonly forceSignal?: AbortSignal;
  /** Called once it listens. @param url where */
  readonly onReady?: (url: string) => void;
  /** The fields of `ready` besides the URL. */
  readonly ready: Pick<
    ReadyEvent,
    "provider" | "secrets" | "capture" | "respond" | "forwardTo" | "routes" | "tls" | "insecure" | "ui"
  >;
}

/** Callbacks for changes of the capture file. */
export interface SinkWatcher {
  /** The file was moved or removed, and a new one was started. */
  readonly onReopened: () => void;
  /** The file was rotated, and a new one was started. */
  readonly onRotated: () => void;
  readonly onRotateFailed: (error: unknown) => void;
}

/** Limit of queued events; beyond it, requests wait. */
const waitingEvents = 2000;
/** The same limit in bytes of their bodies, so that they fit into memory and into one write. */
const waitingBytes = 32 * 1024 * 1024;
/** How long in-flight work may take when the listener ends by itself, and then how long connections may take. */
const graceMs = 500;
/** How long runs of the command may take when the listener ends. */
const commandGraceMs = 5000;

/**
 * Listens until enough requests came, the timeout passed or the signal aborts. Yields batches of events, `ready` first
 * and `summary` last.
 * @returns why it ended
 * @throws HookproofError `port-taken`, `no-permission`, `disk-full` …
 */
export async function* listen(options: ListenOptions): AsyncGenerator<readonly ListenEvent[], EndReason> {
  const { command: commandOptions, inspect, ...rest } = options;
  const started = options.clock();
  const queue = new EventQueue<ListenEvent>(waitingEvents, waitingBytes);
  const ending = resolvers<EndReason>();
  const capture = options.ready.capture;
  const problem = (code: ProblemEvent["code"], message: string): void =>
    queue.push({ type: "problem", requestId: null, code, message });
  const errorWords = (error: unknown): string => (error instanceof HookproofError ? error.message : errorText(error));
  let rotated = 0;
  const sink = options.openSink({
    onReopened: () =>
      problem("capture-reopened", `${capture} was moved or removed: new requests go to a new file there`),
    onRotated: () => void rotated++,
    onRotateFailed: (error) =>
      problem("capture-unrotated", `${errorWords(error)}: the capture was not rotated and keeps growing`),
  });
  const writer = new CaptureWriter(sink, {
    onFailure: (error) =>
      problem("capture-failed", `${errorWords(error)}: responding 503 until it can be written again`),
    onRecovery: () => problem("capture-recovered", `${capture} can be written again`),
  });
  const command =
    commandOptions === undefined
      ? undefined
      : commandRunner({ ...commandOptions, clock: options.clock }, writer, queue);
  // The watch starts after `ready` is emitted, but the handler is created before.
  const targets: { watch?: TargetWatch } = {};
  const handler = new Handler({
    ...rest,
    onRefused: (target) => targets.watch?.refused(target),
    inspect: inspector(inspect),
    prepare: keyPreparer(inspect),
    verifyOptions: (receivedAt) => verifyOptions(inspect, receivedAt),
    writer,
    queue,
    capture,
    ...(command === undefined ? {} : { command }),
    onMet: () => ending.resolve("met"),
  });
  const server = await startServer({
    ...options,
    onRequest: (received) => handler.take(received),
    onRefusal: (refusal) => handler.refused(refusal),
  });
  const ready = readyEvent(options, server.port);
  queue.push(ready);
  targets.watch = watchTargets(
    (options.routes ?? []).map(({ target }) => target),
    (change) => queue.push({ type: "target", ...change }),
  );

  const timer =
    options.timeoutMs === undefined ? undefined : setTimeout(() => ending.resolve("timeout"), options.timeoutMs);
  const onSignal = (): void => ending.resolve("stopped");
  if (options.signal.aborted) onSignal();
  options.signal.addEventListener("abort", onSignal, { once: true });

  const windDown = async (reason: EndReason): Promise<void> => {
    clearTimeout(timer);
    targets.watch?.end();
    options.signal.removeEventListener("abort", onSignal);
    // Wait for in-flight work only if the user asked to stop and the output is still open.
    const isAsked = reason === "stopped" && options.signal.reason !== "EPIPE";
    const drainMs = isAsked ? options.drainMs : graceMs;
    const drain = async (): Promise<void> => {
      if (isAsked && handler.inFlight > 0)
        queue.push({ type: "stopping", inFlight: handler.inFlight, waitMs: drainMs });
      await within(drainMs, handler.drained(), options.forceSignal);
      await handler.cut();
    };
    handler.end();
    const drained = drain();
    await Promise.all([server.close(graceMs, drained), drained.then(() => within(graceMs, handler.searched()))]);
    await options.causes?.close();
    await handler.searched();
    await command?.finish(commandGraceMs);
    await writer.settled();
    queue.close();
  };
  const ended = ending.promise.then(async (reason) => {
    await windDown(reason);
    return reason;
  });
  // It is awaited only after the events have been read.
  ended.catch(() => undefined);
  try {
    options.onReady?.(ready.url);
    yield* queue.batches();
    const reason = await ended;
    yield [
      handler.tally.summary(
        reason,
        options.ready.capture,
        Math.round(options.clock() - started),
        options.wanted ?? null,
        rotated,
      ),
    ];
    return reason;
  } finally {
    // A reader that stops early stops the server too.
    ending.resolve("stopped");
    await ended.catch(() => undefined);
    await sink.close();
  }
}

const readyEvent = ({ host, path, tls, ready }: ListenOptions, port: number): ReadyEvent => {
  // A wildcard address can't be sent to.
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return {
    type: "ready",
    url: `${tls === undefined ? "http" : "https"}://${name}:${port}${path}`,
    host,
    port,
    path,
    ...ready,
  };
};

const commandRunner = (
  options: Omit<CommandOptions, "onDone">,
  writer: CaptureWriter,
  queue: EventQueue<ListenEvent>,
): CommandRunner =>
  new CommandRunner({
    ...options,
    onDone: (event, run) => {
      const emitted = { type: "command" as const, requestId: event.requestId, eventId: event.eventId, ...run };
      writer.add(JSON.stringify(emitted));
      queue.push(emitted);
    },
  });

/** Waits for a promise, at most this long, or until `forceSignal` aborts. */
const within = async (ms: number, promise: Promise<void>, forceSignal?: AbortSignal): Promise<void> => {
  const { promise: late, resolve } = resolvers<void>();
  const timer = setTimeout(resolve, ms);
  const endWait = forceSignal === undefined ? undefined : onAbort(forceSignal, resolve);
  await Promise.race([promise, late]);
  clearTimeout(timer);
  endWait?.();
};
