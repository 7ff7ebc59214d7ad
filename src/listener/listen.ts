import { CaptureWriter } from "./capture-writer.ts";
import type { CaptureSink } from "./capture-writer.ts";
import { CommandRunner } from "./command.ts";
import type { CommandOptions } from "./command.ts";
import type { EndReason, ListenEvent, ReadyEvent } from "./events.ts";
import { Handler } from "./handler.ts";
import type { HandlerOptions } from "./handler.ts";
import { inspector, verifyOptions } from "./inspect.ts";
import type { InspectOptions, CauseFinder } from "./inspect.ts";
import { EventQueue } from "../values/event-queue.ts";
import { startServer } from "../http/server.ts";
import type { ServerOptions } from "../http/server.ts";

export interface ListenOptions
  extends
    Pick<ServerOptions, "host" | "port" | "tls" | "maxBody" | "headersTimeoutMs" | "requestTimeoutMs" | "now">,
    Pick<
      HandlerOptions,
      "path" | "silent" | "script" | "events" | "forward" | "matches" | "wanted" | "runId" | "clock" | "random"
    > {
  readonly inspect: InspectOptions;
  readonly findCause?: CauseFinder;
  readonly command?: Omit<CommandOptions, "onDone" | "clock">;
  readonly sink: CaptureSink;
  /** Milliseconds after which it ends, met or not. */
  readonly timeoutMs?: number;
  /** Ends it from outside. */
  readonly signal: AbortSignal;
  /** What `ready` says besides where it listens. */
  readonly ready: Pick<ReadyEvent, "provider" | "secrets" | "capture" | "respond" | "forwardTo" | "tls" | "insecure">;
}

/** Events that may wait for their reader before requests are made to wait. */
const waitingEvents = 2000;
/** How long responses under way may take when it ends. */
const graceMs = 500;
/** How long the command's runs may take when it ends. */
const commandGraceMs = 5000;

/**
 * Listens until enough requests came, time ran out or the signal says so; yields what happens in
 * batches, `ready` first and `summary` last.
 * @returns why it ended
 * @throws HookproofError `port-taken`, `no-permission`, `disk-full` …
 */
export async function* listen(options: ListenOptions): AsyncGenerator<readonly ListenEvent[], EndReason> {
  const { command: commandOptions, inspect, ...rest } = options;
  const started = options.clock();
  const queue = new EventQueue<ListenEvent>(waitingEvents);
  const ending = resolvers<EndReason>();
  const writer = new CaptureWriter(options.sink, ending.reject);
  const command =
    commandOptions === undefined
      ? undefined
      : commandRunner({ ...commandOptions, clock: options.clock }, writer, queue);
  const handler = new Handler({
    ...rest,
    inspect: inspector(inspect),
    verifyOptions: (receivedAt) => verifyOptions(inspect, receivedAt),
    writer,
    queue,
    ...(command === undefined ? {} : { command }),
    onMet: () => ending.resolve("met"),
  });
  const server = await startServer({
    ...options,
    onRequest: (received) => handler.take(received),
    onRefusal: (refusal) => handler.refused(refusal),
  });
  queue.push(readyEvent(options, server.port));

  const timer =
    options.timeoutMs === undefined ? undefined : setTimeout(() => ending.resolve("timeout"), options.timeoutMs);
  const onSignal = (): void => ending.resolve("stopped");
  if (options.signal.aborted) onSignal();
  options.signal.addEventListener("abort", onSignal, { once: true });

  const windDown = async (): Promise<void> => {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", onSignal);
    handler.stop();
    await server.close(graceMs);
    await handler.close();
    await command?.finish(commandGraceMs);
    await writer.settled();
    queue.close();
  };
  const ended = ending.promise.then(
    async (reason) => {
      await windDown();
      return reason;
    },
    async (error: unknown) => {
      await windDown();
      throw error;
    },
  );
  // It is awaited only after the events have been read.
  ended.catch(() => undefined);
  try {
    yield* queue.batches();
    const reason = await ended;
    yield [handler.tally.summary(reason, options.ready.capture, Math.round(options.clock() - started))];
    return reason;
  } finally {
    // A reader that stops early stops the server too.
    ending.resolve("stopped");
    await ended.catch(() => undefined);
    await options.sink.close();
  }
}

const readyEvent = ({ host, path, tls, ready }: ListenOptions, port: number): ReadyEvent => {
  // An address that means "all" is none to send to.
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

interface Resolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

const resolvers = <T>(): Resolvers<T> => {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
};
