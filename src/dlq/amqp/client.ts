import type { Channel, ConfirmChannel, Message, Options } from "amqplib";
import { setTimeout as delay } from "node:timers/promises";
import { HookproofError } from "../../errors.ts";
import { grouped } from "../shared/batch.ts";
import { backendError, loadClient } from "../shared/client.ts";
import type { AmqpAddress } from "./address.ts";

/** A channel that receives messages; each must be settled on the same channel. */
interface AmqpReader {
  /** Receives up to `max` ready messages; an empty list means that none is ready. */
  take(max: number): Promise<readonly Message[]>;
  /** Acknowledges a message; resolves when the broker is known to have processed that. */
  ack(message: Message): Promise<void>;
  /** Requeues a message, at its old position if possible. A lost connection does the same. */
  requeue(message: Message): void;
  /** Requeues everything unsettled; resolves when the broker has done so. */
  close(): Promise<void>;
}

/** The broker calls that hookproof uses; failures are HookproofErrors. */
export interface AmqpLink extends AmqpReader {
  /** Opens a separate channel for reading. */
  reader(): Promise<AmqpReader>;
  /** Publishes a message to this queue or the one named; resolves when the broker has confirmed it. */
  publish(content: Buffer, options: Options.Publish, queue?: string): Promise<void>;
  /** The number of ready messages, which no consumer has received. */
  ready(): Promise<number>;
}

/** If ready messages don't arrive within this time, another consumer has exclusive access. */
const maxWaitMs = 3000;
const quietMs = 4;
const settleMs = 15;

/**
 * Connects to RabbitMQ without reconnecting: if the connection is lost, the broker redelivers held messages at once, so
 * continuing with old claims would send events twice.
 * @throws HookproofError `usage` if the queue doesn't exist, `backend-unreachable`, `backend-client-missing`
 */
export const connectAmqp = async (address: AmqpAddress): Promise<AmqpLink> => {
  const { connect } = await loadClient("amqplib", () => import("amqplib"));
  const failed = (error: unknown): never => {
    throw amqpError(error, address);
  };
  const url = new URL(address.url);
  // The broker's default of a minute is too long to notice a dead connection.
  if (!url.searchParams.has("heartbeat")) url.searchParams.set("heartbeat", "10");
  const connection = await connect(url.href, {
    timeout: 10_000,
    noDelay: true,
    clientProperties: { connection_name: "hookproof" },
  }).catch(failed);
  let lost: unknown;
  connection.on("error", (error: unknown) => {
    lost = error;
  });
  connection.on("close", (error: unknown) => {
    lost ??= error ?? new Error("the connection was closed");
  });
  const watch = <T extends Channel>(channel: T): T => {
    channel.on("error", (error: unknown) => {
      lost ??= error;
    });
    return channel;
  };
  const opened = async (): Promise<readonly [Channel, ConfirmChannel]> => {
    const channel = watch(await connection.createChannel());
    await channel.checkQueue(address.queue);
    return [channel, watch(await connection.createConfirmChannel())];
  };
  const [main, writer] = await opened().catch(async (error: unknown) => {
    // An open connection would keep the process alive.
    await connection.close().catch(() => undefined);
    return failed(error);
  });
  const unroutable = new Set<string>();
  writer.on("return", (message: Message) => unroutable.add(String(message.properties.correlationId)));

  const guarded = <T>(work: () => T): T => {
    if (lost !== undefined) return failed(lost);
    try {
      return work();
    } catch (error) {
      return failed(lost ?? error);
    }
  };
  const withTimeout = <T>(work: () => Promise<T>): Promise<T> =>
    guarded(work).catch((error: unknown) => failed(lost ?? error));
  const ready = async (): Promise<number> => (await withTimeout(() => main.checkQueue(address.queue))).messageCount;
  const readerOn = (channel: Channel): AmqpReader => {
    let prefetch = 0;
    // AMQP doesn't confirm acknowledgements, and buffered ones are lost with the process: the broker would redeliver
    // delivered events. A channel is processed in order, so the reply to any later request confirms earlier acks. This
    // request costs nothing.
    const confirmAcks = grouped(() => withTimeout(() => channel.prefetch(prefetch)));
    return {
      take: async (max) => {
        const messages: Message[] = [];
        // A consumer for this call only, with a prefetch of `max`, so that no other messages are held.
        prefetch = max;
        await withTimeout(() => channel.prefetch(prefetch));
        const { consumerTag } = await withTimeout(() =>
          channel.consume(address.queue, (message) => {
            if (message !== null) messages.push(message);
          }),
        );
        let last = 0;
        let empty = 0;
        for (let waited = 0; messages.length < max && waited < maxWaitMs; waited += quietMs) {
          await delay(empty === 0 ? quietMs : settleMs);
          if (messages.length > last) waited = empty = 0;
          // The broker's count may not include messages just requeued: ask twice.
          else if ((await ready()) === 0 && ++empty > (messages.length === 0 ? 1 : 0)) break;
          last = messages.length;
        }
        // Everything the broker sent before this reply has arrived by then.
        await withTimeout(() => channel.cancel(consumerTag));
        return messages;
      },
      ack: async (message) => {
        guarded(() => channel.ack(message));
        await confirmAcks();
      },
      requeue: (message) => guarded(() => channel.nack(message, false, true)),
      close: () => channel.close().catch(() => undefined),
    };
  };

  return {
    ...readerOn(main),
    reader: async () => readerOn(watch(await withTimeout(() => connection.createChannel()))),
    publish: (content, options, queue = address.queue) =>
      withTimeout(
        () =>
          new Promise<void>((resolve, reject) => {
            const key = String(options.correlationId);
            writer.publish("", queue, content, { ...options, mandatory: true }, (error: unknown) => {
              if (error !== null && error !== undefined)
                reject(lost ?? new Error("the broker did not accept a message: the queue may be full"));
              else if (unroutable.delete(key)) {
                const missing = `there is no queue ${queue}`;
                // If another queue is missing, only this message is affected.
                reject(queue === address.queue ? new Error(missing) : new HookproofError("unsupported", missing));
              } else resolve();
            });
          }),
      ),
    ready,
    close: async () => {
      // Closing the channel requeues unsettled messages; the broker replies when that is done.
      await main.close().catch(() => undefined);
      await connection.close().catch(() => undefined);
    },
  };
};

const virtualHostHint = "the URL's path is the virtual host, and the user needs access to it; no path, or %2F, means /";

const amqpError = (error: unknown, address: AmqpAddress): HookproofError => {
  if (error instanceof HookproofError) return error;
  const said = error instanceof Error ? error.message : String(error);
  if (/NOT[_-]FOUND/.test(said) && said.includes("queue"))
    return new HookproofError("usage", `${address.name}: there is no such queue`, {
      cause: error,
      hint: "the URL's path is the virtual host, ?queue= the queue; hookproof never creates one",
    });
  // The client drops the broker's message about an unknown virtual host.
  if (said.startsWith("Expected ConnectionOpenOk"))
    return backendError(new Error("the broker does not allow access to this virtual host"), address, virtualHostHint);
  if (/ACCESS[_-]REFUSED|403/.test(said))
    return backendError(
      error,
      address,
      "check user, password and virtual host, and that no exclusive consumer holds the queue",
    );
  return backendError(error, address);
};
