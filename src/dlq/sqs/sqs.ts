import type { Message } from "@aws-sdk/client-sqs";
import type { Attempt } from "../../request/attempt.ts";
import { HookproofError } from "../../errors.ts";
import type { Claim, Dlq, DlqEntry, DlqFilter, DlqStats } from "../dlq.ts";
import { engineDeps } from "../shared/engine.ts";
import type { EngineDeps, OpenQueue } from "../shared/engine.ts";
import { isNarrow, matchesFilter } from "../filter.ts";
import { collectStats, peekedEntries, totalsOnly } from "../shared/look.ts";
import type { Peeked } from "../shared/look.ts";
import { PeekedQueue } from "../shared/peeked-queue.ts";
import { summarize } from "../record.ts";
import { connectSqs } from "./client.ts";
import type { SqsLink } from "./client.ts";
import { entryOfMessage, original, outgoing, sourceArnOf, withAttempts } from "./message.ts";
import { idOf } from "./raw.ts";
import { sqsAddress } from "./address.ts";
import type { SqsAddress } from "./address.ts";

/** Concurrent receive calls if many messages are wanted. */
const parallelReceives = 4;

/**
 * An SQS queue as dead-letter queue. A claim is the visibility timeout, extended while the message is held. SQS can
 * neither list nor search, so scanning receives messages and gives them back.
 * @throws HookproofError `usage`, `backend-unreachable`, `backend-client-missing`
 */
export const open: OpenQueue = async (spec, deps, choice) => {
  const address = sqsAddress(spec, choice.endpoint);
  const link = await connectSqs(address);
  const { maxReceives } = await link.counts();
  return new SqsDlq(address, await engineDeps(deps, choice, address.name), link, maxReceives);
};

class SqsDlq extends PeekedQueue implements Dlq {
  readonly listNote: string;
  readonly #address: SqsAddress;
  readonly #deps: EngineDeps;
  readonly #link: SqsLink;
  /**
   * Receipt handles of the messages this process holds, by SQS's own message id. The entry id wouldn't be unique: an
   * entry's copy has the same one, and may be received before the original is deleted.
   */
  readonly #held = new Map<string, string>();
  /** Ids of received messages that the claim doesn't want: given back when the claim ends. */
  readonly #parked = new Set<string>();
  /** Entries given back by this process: not handed out to it again. */
  readonly #returned = new Set<string>();
  /** Deleted messages. SQS may deliver a message again after it was deleted. */
  readonly #done = new Set<string>();
  readonly #renewal: NodeJS.Timeout;

  constructor(address: SqsAddress, deps: EngineDeps, link: SqsLink, maxReceives: number | null) {
    super(address.name, deps.archive);
    this.#address = address;
    this.#deps = deps;
    this.#link = link;
    this.listNote = `SQS cannot list messages: this receives them and gives them back, which raises their receive count${
      maxReceives === null ? "" : `; this queue's redrive policy moves a message after ${maxReceives} receives`
    }. Messages held by other readers are not shown.`;
    this.#renewal = setInterval(() => this.#renew(), (address.visibilitySeconds * 1000) / 3).unref();
  }

  add(entry: Omit<DlqEntry, "id">): Promise<string> {
    return this.#link.send(outgoing(entry, this.#address.queue.endsWith(".fifo"), this.#dedupe()));
  }

  async stats(filter: DlqFilter): Promise<DlqStats> {
    if (!isNarrow(filter)) {
      const { total, claimed } = await this.#link.counts();
      return totalsOnly(Math.max(0, total - this.unreadable), claimed);
    }
    this.noted.note(
      `${this.name}: SQS cannot count with a filter, so hookproof receives the messages and counts them; messages held by other readers are not counted`,
    );
    return collectStats(peekedEntries(this.peek()), filter);
  }

  async waiting(): Promise<number> {
    return (await this.#link.counts()).total;
  }

  async claim(filter: DlqFilter, max: number): Promise<readonly Claim[]> {
    const claims: Claim[] = [];
    while (claims.length < max) {
      const messages = await this.#receive(max - claims.length);
      if (messages === undefined) break;
      for (const message of messages) {
        const entry = this.#returned.has(idOf(message)) ? undefined : this.#read(message);
        if (entry === undefined || claims.length === max || !matchesFilter(summarize(entry), filter))
          this.#parked.add(keyOf(message));
        else claims.push(this.#claimOf(entry, message));
      }
    }
    if (claims.length < max) await this.#unpark();
    return claims;
  }

  async close(): Promise<void> {
    clearInterval(this.#renewal);
    for (const key of this.#held.keys()) this.#parked.add(key);
    await this.#unpark().catch(() => undefined);
    this.#link.close();
  }

  protected async *pages(): AsyncGenerator<readonly Peeked[]> {
    try {
      for (let messages = await this.#receive(10); messages !== undefined; messages = await this.#receive(10)) {
        for (const message of messages) this.#parked.add(keyOf(message));
        yield messages.flatMap((message) => {
          const entry = this.#read(message);
          return entry === undefined ? [] : [{ entry, take: () => this.#remove(keyOf(message)) }];
        });
      }
    } finally {
      await this.#unpark();
    }
  }

  /** Receives messages that this process does not hold yet. @returns undefined if the queue is empty */
  async #receive(wanted: number): Promise<readonly Message[] | undefined> {
    const calls = Math.max(1, Math.min(parallelReceives, Math.ceil(wanted / 10)));
    const results = await Promise.all(Array.from({ length: calls }, () => this.#link.receive(Math.min(10, wanted))));
    const messages = results.flat();
    if (messages.length === 0) return undefined;
    const fresh: Message[] = [];
    for (const message of messages) {
      const key = keyOf(message);
      const isHeld = this.#held.has(key);
      // Only the newest handle is sure to settle the message.
      this.#held.set(key, message.ReceiptHandle ?? "");
      if (this.#done.has(key)) await this.#remove(key);
      else if (!isHeld) fresh.push(message);
    }
    return fresh;
  }

  #read(message: Message): DlqEntry | undefined {
    return this.noted.entryOrNote(this.name, entryOfMessage(message, this.#deps.reading));
  }

  #claimOf(entry: DlqEntry, message: Message): Claim {
    return {
      entry,
      acknowledge: async (attempts, keep = false) => {
        if (keep) return this.#requeue(entry, message, attempts);
        await this.#remove(keyOf(message));
      },
      requeue: (attempts) => this.#requeue(entry, message, attempts),
      moveToSource: async () => {
        const arn = sourceArnOf(message);
        if (arn === undefined)
          throw new HookproofError(
            "unsupported",
            "SQS did not record which queue it came from: no redrive policy moved it",
          );
        await this.#link.send(original(message, this.#dedupe()), arn);
        await this.#remove(keyOf(message));
        return arn.split(":").at(-1) ?? arn;
      },
    };
  }

  async #requeue(entry: DlqEntry, message: Message, attempts: readonly Attempt[]): Promise<void> {
    this.#returned.add(entry.id);
    const copy = attempts.length === 0 ? undefined : withAttempts(message, entry, attempts, this.#dedupe());
    if (copy === undefined) {
      if (attempts.length > 0)
        this.noted.note(
          `${this.name}: message ${entry.id} already has ten attributes: its new attempts cannot be stored`,
        );
      return this.#release(keyOf(message));
    }
    // Send the copy before deleting the original: a crash in between leaves two messages, never none.
    const refused = await this.#link.send(copy).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof HookproofError && error.code === "unsupported") return error;
        throw error;
      },
    );
    if (refused === undefined) return this.#remove(keyOf(message));
    this.noted.note(`${this.name}: message ${entry.id} cannot store new attempts: ${refused.message}`);
    return this.#release(keyOf(message));
  }

  async #remove(key: string): Promise<void> {
    this.#done.add(key);
    const handle = this.#held.get(key);
    if (handle !== undefined) await this.#link.remove(handle);
    this.#held.delete(key);
    this.#parked.delete(key);
  }

  async #release(key: string): Promise<void> {
    const handle = this.#held.get(key);
    this.#held.delete(key);
    this.#parked.delete(key);
    if (handle !== undefined) await this.#link.hide(handle, 0);
  }

  async #unpark(): Promise<void> {
    await Promise.all([...this.#parked].map((key) => this.#release(key)));
  }

  /** Extends the visibility timeout of held messages; failures surface when a message is settled. */
  #renew(): void {
    for (const handle of this.#held.values())
      this.#link.hide(handle, this.#address.visibilitySeconds).catch(() => undefined);
  }

  #dedupe(): string {
    return this.#deps.randomBytes(12).toString("hex");
  }
}

const keyOf = (message: Message): string => message.MessageId ?? "";
