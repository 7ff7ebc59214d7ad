import { encodeBytes } from "../request/request.ts";
import type { VerifyOptions } from "../signature/try-schemes.ts";
import type { CaptureWriter } from "./capture-writer.ts";
import type { CommandRunner } from "./command.ts";
import type { ForwardEvent, ListenEvent, RequestEvent, ResponseEvent } from "./events.ts";
import { createForwarder } from "./forward.ts";
import type { Forwarder, ForwardOptions } from "./forward.ts";
import type { Inspection, CauseFinder } from "./inspect.ts";
import type { Received } from "../http/read-request.ts";
import type { EventQueue } from "../values/event-queue.ts";
import type { Refusal } from "../http/refuse.ts";
import { requestLine } from "./lines.ts";
import { matchableOf, pathTest, requestEvent } from "./request-event.ts";
import { describeReply, replyTo } from "./respond.ts";
import type { Reply, ReplyScript } from "./respond.ts";
import { sendForwarded, sendResponse, sendTooLarge } from "./send-response.ts";
import type { Outcome } from "./send-response.ts";
import type { ForwardTarget } from "./target.ts";
import { Tally } from "./tally.ts";
import type { Matchable } from "./until.ts";

export interface HandlerOptions {
  /** Requests elsewhere get 404; `/` takes all. */
  readonly path: string;
  /** Emits no request, only that it is ready and how it ended. */
  readonly silent: boolean;
  readonly script: ReplyScript;
  /** Event types to show, count, forward and run the command for; undefined takes all. */
  readonly events?: ReadonlySet<string>;
  readonly forward?: { readonly target: ForwardTarget; readonly options: ForwardOptions };
  /** Which requests count; undefined takes all. */
  readonly matches?: (request: Matchable) => boolean;
  /** How many matching requests there must be; undefined goes on until stopped. */
  readonly wanted?: number;
  readonly inspect: (received: Received) => Inspection;
  /** Looks for the cause of an invalid signature, after the response. */
  readonly findCause?: CauseFinder;
  readonly verifyOptions: (receivedAt: number) => VerifyOptions;
  readonly writer: CaptureWriter;
  readonly queue: EventQueue<ListenEvent>;
  readonly command?: CommandRunner;
  /** A name that no other run has, for the requests' ids. */
  readonly runId: string;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
  readonly random: () => number;
  /** Called once, when as many matching requests as wanted have their responses. */
  readonly onMet: () => void;
}

/** Responses that take longer than this are announced before they are sent. */
const announcedMs = 1000;
/** How long a sender may go on sending a body that is too large before the connection is cut. */
const lingerMs = 2000;
/** Of each second, how many milliseconds the search for causes may take from the requests. */
const searchBudgetMs = 250;

const notFound: Reply = { kind: "status", status: 404, headers: [], delayMs: 0 };

/**
 * What happens to each request: it is inspected, written to the capture, responded to, emitted. It is in the
 * capture before its response is sent; what comes after that (forwarding's outcome, the cause of an
 * invalid signature) is written after it.
 */
export class Handler {
  readonly tally = new Tally();
  readonly #options: HandlerOptions;
  readonly #forwarder: Forwarder | undefined;
  readonly #isOnPath: (target: string) => boolean;
  readonly #timers = new Set<NodeJS.Timeout>();
  #searched = { second: 0, ms: 0 };
  #met = false;

  constructor(options: HandlerOptions) {
    this.#options = options;
    const { forward } = options;
    this.#forwarder = forward === undefined ? undefined : createForwarder(forward.target, forward.options);
    this.#isOnPath = pathTest(options.path);
  }

  /** Takes a request; waits first while the reader of the events is behind. */
  take(received: Received): void {
    const wait = this.#options.queue.room();
    if (wait === undefined) this.#handle(received);
    else void wait.then(() => this.take(received));
  }

  /** Emits that a connection's request could not be taken. */
  refused(refusal: Refusal): void {
    this.tally.refused++;
    // Under a flood they are counted only.
    if (this.#options.silent || this.#options.queue.room() !== undefined) return;
    this.#options.queue.push({ type: "notice", ...refusal });
  }

  /** Forgets the responses that are still to come. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Ends what is still being forwarded. */
  async close(): Promise<void> {
    await this.#forwarder?.close();
  }

  #handle(received: Received): void {
    const { inspect, script, writer, runId, random } = this.#options;
    const started = this.#options.clock();
    const number = ++this.tally.requests;
    const inspection = inspect(received);
    const onPath = this.#isOnPath(received.request.target);
    const { counted } = inspection;
    const reply = onPath ? replyTo(script, counted.attempt, number, random) : notFound;
    const event = requestEvent(
      `req_${runId}_${number}`,
      number,
      received,
      inspection,
      onPath,
      pendingOf(reply, this.#options),
    );
    const shown = onPath && this.#isShown(event);
    if (onPath && !shown) this.tally.filtered++;
    this.tally.count(event);

    const exchange: Exchange = { received, inspection, event, started, shown, emitted: false };
    writer.add(requestLine(event), () => {
      if (received.overflow) this.#responded(exchange, "status", sendTooLarge(received.response, lingerMs));
      else if (shown && this.#forwarder !== undefined) void this.#forward(exchange);
      else this.#reply(exchange, reply);
    });
  }

  #isShown({ eventType }: RequestEvent): boolean {
    const { events } = this.#options;
    return events === undefined || (eventType !== null && events.has(eventType));
  }

  #reply(exchange: Exchange, reply: Reply): void {
    if (reply.delayMs >= announcedMs) this.#emitRequest(exchange);
    if (reply.delayMs === 0) this.#send(exchange, reply);
    else this.#later(reply.delayMs, () => this.#send(exchange, reply));
  }

  #send(exchange: Exchange, reply: Reply): void {
    const outcome = safely(exchange, () => sendResponse(exchange.received.response, reply));
    this.#responded(exchange, reply.kind, outcome);
  }

  #later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }

  async #forward(exchange: Exchange): Promise<void> {
    const { writer, queue, silent } = this.#options;
    if (this.#forwarder === undefined) return;
    const { request, response } = exchange.received;
    const forwarded = await this.#forwarder.forward(request);
    const outcome = safely(exchange, () => sendForwarded(response, forwarded));
    const { url, status, durationMs, headers, error } = forwarded;
    const event: ForwardEvent = {
      type: "forward",
      requestId: exchange.event.id,
      url,
      status,
      durationMs: rounded(durationMs),
      headers,
      body: encodeBytes(forwarded.body),
      error,
    };
    writer.add(JSON.stringify(event));
    this.#emitRequest(exchange);
    if (!silent) queue.push(event);
    this.#responded(exchange, "forwarded", outcome);
  }

  #responded(exchange: Exchange, kind: ResponseEvent["kind"], { status, sent }: Outcome): void {
    const { writer, queue, clock, silent } = this.#options;
    const durationMs = rounded(clock() - exchange.started);
    const event: ResponseEvent = { type: "response", requestId: exchange.event.id, status, kind, durationMs, sent };
    writer.add(JSON.stringify(event));
    this.#emitRequest(exchange);
    if (!silent && (exchange.shown || !exchange.event.onPath)) queue.push(event);
    if (exchange.shown) this.#afterResponse(exchange);
  }

  /** Emits the request itself, once, and with the cause of an invalid signature as far as there is time to look for it. */
  #emitRequest(exchange: Exchange): void {
    if (exchange.emitted || this.#options.silent || (!exchange.shown && exchange.event.onPath)) return;
    exchange.emitted = true;
    exchange.event = this.#explainedEvent(exchange);
    this.#options.queue.push(exchange.event);
  }

  #explainedEvent({ event, inspection, received }: Exchange): RequestEvent {
    const { findCause, verifyOptions, clock, writer } = this.#options;
    const { candidate, verdict } = inspection;
    if (findCause === undefined || candidate === undefined || verdict === undefined || verdict.valid) return event;
    const started = clock();
    const second = Math.floor(started / 1000);
    if (this.#searched.second !== second) this.#searched = { second, ms: 0 };
    if (this.#searched.ms > searchBudgetMs) return event;
    const found = findCause(inspection.request, candidate, verifyOptions(received.receivedAt));
    this.#searched.ms += clock() - started;
    if (found.cause !== verdict.cause) {
      const { valid, cause, scheme, matchedSecret } = found;
      writer.add(JSON.stringify({ type: "verdict", requestId: event.id, valid, cause, scheme, matchedSecret }));
    }
    return { ...event, verdict: found };
  }

  #afterResponse({ event, inspection, received }: Exchange): void {
    const { command, matches, wanted, onMet } = this.#options;
    const { candidate, verdict, counted } = inspection;
    if (command !== undefined && verdict?.valid === true && candidate !== undefined) {
      command.offer({
        requestId: event.id,
        provider: candidate.profile.id,
        eventId: event.eventId,
        eventType: event.eventType,
        identity: `${candidate.profile.id} ${counted.identity}`,
        attempt: counted.attempt,
        receivedAt: received.receivedAt,
        body: received.request.body,
      });
    }
    if (matches !== undefined && !matches(matchableOf(event))) return;
    this.tally.matched++;
    if (this.#met || wanted === undefined || this.tally.matched < wanted) return;
    this.#met = true;
    onMet();
  }
}

interface Exchange {
  readonly received: Received;
  readonly inspection: Inspection;
  event: RequestEvent;
  readonly started: number;
  /** Whether it is of an event type and on a path that was asked for. */
  readonly shown: boolean;
  emitted: boolean;
}

const pendingOf = (reply: Reply, { forward: to }: HandlerOptions): string | null =>
  to === undefined && (reply.kind === "hang" || reply.delayMs >= announcedMs) ? describeReply(reply) : null;

/** Something that goes wrong with one response breaks that connection and no other. */
const safely = ({ received }: Exchange, send: () => Outcome): Outcome => {
  try {
    return send();
  } catch {
    received.response.destroy();
    return { status: null, sent: false };
  }
};

const rounded = (ms: number): number => Math.round(ms * 100) / 100;
