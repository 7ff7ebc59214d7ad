import type { Message } from "amqplib";
import { setTimeout as delay } from "node:timers/promises";
import { HookproofError } from "../../errors.ts";
import type { Attempt } from "../../request/attempt.ts";
import { connectAmqp } from "./client.ts";
import type { AmqpLink } from "./client.ts";
import { copyOf, entryOfMessage, outgoing, withAttempts } from "./message.ts";
import { attemptsName, idOf, isCopyOf, isCounted, sourceOf } from "./raw.ts";
import type { Claim, Dlq, DlqEntry, DlqFilter, DlqStats } from "../dlq.ts";
import { engineDeps } from "../shared/engine.ts";
import type { EngineDeps, OpenQueue } from "../shared/engine.ts";
import { isNarrow, matchesFilter } from "../filter.ts";
import { collectStats, peekedEntries, totalsOnly } from "../shared/look.ts";
import type { Peeked } from "../shared/look.ts";
import { PeekedQueue } from "../shared/peeked-queue.ts";
import { summarize } from "../record.ts";
import { amqpAddress } from "./address.ts";
import type { AmqpAddress } from "./address.ts";

const page = 200;
const pollMs = 5;
const maxWaitMs = 500;

/**
 * A RabbitMQ queue as dead-letter queue. A claim is an unacknowledged message: the broker reserves it and redelivers it
 * when the connection ends. A delivered event's message is acknowledged. A failed one is republished with its new
 * attempts and acknowledged once the broker has confirmed that.
 * @throws HookproofError `usage`, `backend-unreachable`, `backend-client-missing`
 */
export const open: OpenQueue = async (spec, deps, choice) => {
  const address = amqpAddress(spec);
  return new AmqpDlq(address, await engineDeps(deps, choice, address.name), await connectAmqp(address));
};

class AmqpDlq extends PeekedQueue implements Dlq {
  readonly listNote =
    "RabbitMQ cannot list messages: this receives them and puts them back, which marks them as redelivered. If a quorum queue has counted a delivery, a copy goes to the end of the queue instead, so listing never reaches the delivery limit. Messages held by other consumers are not shown.";
  readonly #queue: string;
  readonly #deps: EngineDeps;
  readonly #link: AmqpLink;
  /** Received messages that the claim doesn't want, without their content: requeued when the claim ends. */
  #parked: Message[] = [];
  /** Messages that this process requeued unchanged and won't hand out again. */
  readonly #returned = new Set<string>();
  /** Identifies this process in copies it puts back. */
  readonly #run: string;
  /** Messages requeued and not received since. The broker's count includes them only after a delay. */
  #putBack = 0;

  constructor(address: AmqpAddress, deps: EngineDeps, link: AmqpLink) {
    super(address.name, deps.archive);
    this.#queue = address.queue;
    this.#run = deps.randomBytes(8).toString("hex");
    this.#deps = deps;
    this.#link = link;
  }

  async add(entry: Omit<DlqEntry, "id">): Promise<string> {
    const id = `dlq_${this.#deps.randomBytes(8).toString("hex")}`;
    const { content, options } = outgoing(entry, id);
    await this.#link.publish(content, options);
    return id;
  }

  async stats(filter: DlqFilter): Promise<DlqStats> {
    if (!isNarrow(filter)) return totalsOnly(Math.max(0, (await this.#ready()) - this.unreadable), 0);
    return collectStats(peekedEntries(this.peek()), filter);
  }

  async claim(filter: DlqFilter, max: number): Promise<readonly Claim[]> {
    const claims: Claim[] = [];
    while (claims.length < max) {
      const messages = await this.#link.take(max - claims.length);
      if (messages.length === 0) break;
      this.#putBack = Math.max(0, this.#putBack - messages.length);
      for (const message of messages) {
        const entry = this.#isReturned(message) ? undefined : this.#read(message);
        if (entry === undefined || !matchesFilter(summarize(entry), filter)) await this.#park(message);
        else claims.push(this.#claimOf(entry, message));
      }
    }
    if (claims.length < max) this.#unpark();
    return claims;
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  protected async *pages(): AsyncGenerator<readonly Peeked[]> {
    const reader = await this.#link.reader();
    const look = this.#deps.randomBytes(8).toString("hex");
    let received = 0;
    try {
      for (;;) {
        const all = await reader.take(page);
        received += all.length;
        const messages = all.filter((message) => !isCopyOf(message, look));
        // Copies are at the end of the queue: everything after them has been seen.
        if (messages.length === 0) return;
        const here = new Set(messages);
        const peeked = messages.flatMap((message) => {
          const entry = this.#read(message);
          if (entry === undefined) return [];
          const take = async (): Promise<void> => {
            here.delete(message);
            await reader.ack(message);
            received--;
          };
          return [{ entry, take }];
        });
        try {
          yield peeked;
        } finally {
          for (const message of here) {
            if (!isCounted(message)) continue;
            await this.#copyBack(message, reader, look);
          }
        }
      }
    } finally {
      await reader.close();
      // Includes messages that were already ready before.
      this.#putBack = received;
    }
  }

  #read(message: Message): DlqEntry | undefined {
    return this.noted.entryOrNote(this.name, entryOfMessage(message, this.#deps.reading, this.#deps.now()));
  }

  /**
   * The broker's count. Waits briefly until it includes the messages just requeued, unless another consumer takes them.
   */
  async #ready(): Promise<number> {
    for (let waited = 0; ; waited += pollMs) {
      const ready = await this.#link.ready();
      if (ready >= this.#putBack || waited >= maxWaitMs) return ready;
      await delay(pollMs);
    }
  }

  #claimOf(entry: DlqEntry, message: Message): Claim {
    const requeue = async (attempts: readonly Attempt[]): Promise<void> => {
      this.#putBack++;
      if (attempts.length === 0) {
        if (isCounted(message)) return this.#copyBack(message, this.#link, this.#run);
        this.#returned.add(entry.id);
        this.#link.requeue(message);
        return;
      }
      const { content, options } = withAttempts(message, entry, attempts, this.#run);
      // Confirm the copy before removing the original: a crash in between leaves two messages, never none.
      await this.#link.publish(content, options);
      await this.#link.ack(message);
    };
    return {
      entry,
      acknowledge: async (attempts, keep = false) => {
        if (keep) await requeue(attempts);
        else await this.#link.ack(message);
      },
      requeue,
      moveToSource: async () => {
        const source = sourceOf(message);
        if (source === undefined)
          throw new HookproofError("unsupported", "the broker did not record which queue it came from (x-death)");
        if (source === this.#queue) throw new HookproofError("unsupported", "it came from this same queue");
        const { content, options } = copyOf(message);
        const { [attemptsName]: _attempts, ...headers } = options.headers ?? {};
        await this.#link.publish(content, { ...options, headers }, source);
        await this.#link.ack(message);
        return source;
      },
    };
  }

  /** Senders may reuse an id, so only redelivered messages count as returned. */
  #isReturned(message: Message): boolean {
    return isCopyOf(message, this.#run) || (message.fields.redelivered && this.#returned.has(idOf(message)));
  }

  async #park(message: Message): Promise<void> {
    const { fields, properties } = message;
    if (isCounted(message)) await this.#copyBack(message, this.#link);
    else this.#parked.push({ fields, properties, content: Buffer.alloc(0) });
  }

  /**
   * Replaces a message with a copy at the queue's end. The copy is confirmed first: a crash in between leaves two
   * messages, never none.
   */
  async #copyBack(message: Message, reader: Pick<AmqpLink, "ack">, look?: string): Promise<void> {
    const { content, options } = copyOf(message, look);
    await this.#link.publish(content, options);
    await reader.ack(message);
  }

  #unpark(): void {
    const parked = this.#parked;
    this.#parked = [];
    this.#putBack += parked.length;
    // Requeue in reverse: each message goes to the head of the queue, so their original order is kept.
    for (const message of parked.toReversed()) this.#link.requeue(message);
  }
}
