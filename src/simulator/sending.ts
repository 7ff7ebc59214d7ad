import { deliver } from "../delivery/deliver.ts";
import type { DeliveryClock } from "../delivery/deliver.ts";
import type { Transport } from "../http/client.ts";
import { terminalFailure } from "../delivery/terminal-event.ts";
import type { Delivery } from "../delivery/types.ts";
import type { Dlq } from "../dlq/dlq.ts";
import { entryOfDelivery } from "../dlq/entry-for.ts";
import type { Profile } from "../providers/profile.ts";
import { freshEvent, newEventId } from "../providers/samples.ts";
import type { WebhookRequest } from "../request/request.ts";
import { signingScheme } from "../signature/sign.ts";
import type { SimulatorEvent } from "./events.ts";
import type { PlatformOptions, Subscription } from "./platform.ts";

export interface SenderOptions extends Pick<PlatformOptions, "secretOf" | "key" | "now" | "randomBytes"> {
  readonly transport: Transport;
  readonly clock: DeliveryClock;
  /** The factor by which the schedules' waits are shortened. */
  readonly speed: number;
  /** Where permanently failed deliveries go. */
  readonly dlq: Dlq;
  readonly signal: AbortSignal;
}

/** One event on its way to one subscriber. */
interface Sending {
  readonly profile: Profile;
  readonly type: string;
  readonly to: Subscription;
  readonly body: Buffer;
  readonly eventId: string;
  readonly secret: Awaited<ReturnType<PlatformOptions["secretOf"]>>;
}

/** Delivers events as the platforms do: with retries, DLQ and terminal-failure event. */
export class Sender {
  readonly counts = { delivered: 0, terminal: 0 };
  readonly #options: SenderOptions;
  readonly #emitEvent: (event: SimulatorEvent) => void;
  readonly #receivers: (profile: Profile, type: string) => readonly Subscription[];
  readonly #underWay = new Set<Promise<void>>();

  /** @param receivers returns the subscribers to an event type of a platform */
  constructor(
    options: SenderOptions,
    emit: (event: SimulatorEvent) => void,
    receivers: (profile: Profile, type: string) => readonly Subscription[],
  ) {
    this.#options = options;
    this.#emitEvent = emit;
    this.#receivers = receivers;
  }

  /**
   * Queues a new event for a subscriber.
   * @returns its id
   * @throws HookproofError if it can't be signed, in which case it isn't queued
   */
  async emit(profile: Profile, type: string, to: Subscription): Promise<string> {
    const { now, randomBytes } = this.#options;
    const eventId = newEventId(profile, randomBytes);
    const body = freshEvent(profile, type, { id: eventId, at: now() });
    const secret = await this.#secretFor(profile, to);
    if (secret !== null) signingScheme(profile, secret);
    // After the response: dispatch is asynchronous (10x.txt, Delivery model).
    setImmediate(() => this.#send({ profile, type, to, body, eventId, secret }));
    return eventId;
  }

  /** Resolves when no delivery is in progress. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  #send(sending: Sending): void {
    const run = this.#sent(sending)
      .catch((error: unknown) =>
        this.#emitEvent({
          type: "call",
          method: "",
          target: "",
          provider: sending.profile.id,
          route: null,
          status: 0,
          note: error instanceof Error ? error.message : String(error),
        }),
      )
      .finally(() => this.#underWay.delete(run));
    this.#underWay.add(run);
  }

  async #sent(sending: Sending): Promise<void> {
    const { profile, type } = sending;
    const { delivery, request } = await this.#delivered(sending);
    if (delivery.outcome === "delivered") this.counts.delivered++;
    else this.counts.terminal++;
    const settled = await this.#deadLetter(profile, delivery, request);
    this.#emitEvent({ type: "delivery", provider: profile.id, delivery: settled });
    const { terminalEvent } = profile.delivery;
    if (settled.outcome === "terminal" && terminalEvent !== undefined && type !== terminalEvent)
      await this.#emitTerminal(profile, terminalEvent, settled);
  }

  async #delivered({
    profile,
    type,
    to,
    body,
    eventId,
    secret,
  }: Sending): Promise<{ readonly delivery: Delivery; readonly request: WebhookRequest | undefined }> {
    const { transport, clock, signal, speed, key } = this.#options;
    let request: WebhookRequest | undefined;
    const delivery = await deliver(
      {
        profile,
        secret,
        key,
        body,
        eventId,
        eventType: type,
        url: to.url,
        transport,
        clock,
        signal,
        retry: "provider",
        speed,
      },
      (event) => {
        if (event.type !== "attempt") return;
        request = event.request;
        const { attempt } = event;
        this.#emitEvent({ type: "attempt", provider: profile.id, eventId, eventType: type, url: to.url, attempt });
      },
    );
    return { delivery, request };
  }

  async #deadLetter(profile: Profile, delivery: Delivery, request: WebhookRequest | undefined): Promise<Delivery> {
    if (delivery.outcome !== "terminal" || request === undefined) return delivery;
    const { dlq, now } = this.#options;
    return {
      ...delivery,
      dlqId: await dlq.add(
        entryOfDelivery(delivery, request, { provider: profile.id, by: "simulate", failedAt: now() }),
      ),
    };
  }

  async #emitTerminal(profile: Profile, type: string, failed: Delivery): Promise<void> {
    const { now, randomBytes } = this.#options;
    for (const to of this.#receivers(profile, type)) {
      const eventId = newEventId(profile, randomBytes);
      const body = terminalFailure(profile, type, { id: eventId, at: now() }, failed);
      this.#send({ profile, type, to, body, eventId, secret: await this.#secretFor(profile, to) });
    }
  }

  async #secretFor(profile: Profile, to: Subscription): Promise<Sending["secret"]> {
    return to.secret ?? (await this.#options.secretOf(profile));
  }
}
