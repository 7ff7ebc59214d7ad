import type { DetectedChallenge } from "../challenge/detect.ts";
import { encodeBytes } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { RequestKeys } from "../signature/published-keys.ts";
import type { VerifyOptions } from "../signature/try-schemes.ts";
import type { Verdict } from "../signature/verdict.ts";
import type { CaptureWriter } from "./capture-writer.ts";
import type { CommandRunner } from "./command.ts";
import { errorText } from "./error-text.ts";
import type { ForwardEvent, ListenEvent, ProblemEvent, RequestEvent, ResponseEvent } from "./events.ts";
import { createForwarder } from "./forward.ts";
import type { Forwarded, Forwarder } from "./forward.ts";
import { emptyInspection } from "./inspect.ts";
import type { Candidate, CauseSearch, Inspection } from "./inspect.ts";
import type { Received } from "../http/read-request.ts";
import type { EventQueue } from "../values/event-queue.ts";
import { resolvers } from "../values/resolvers.ts";
import type { Resolvers } from "../values/resolvers.ts";
import type { Refusal } from "../http/refuse.ts";
import { requestLine } from "./lines.ts";
import { matchableOf, pathOf, pathTest, requestEvent } from "./request-event.ts";
import type { Observer } from "./observer.ts";
import { describeReply } from "./respond.ts";
import { Responses } from "./responses.ts";
import { SearchError } from "./search-error.ts";
import type { Reply, ReplyScript } from "./respond.ts";
import { senderEndedAt, sendForwarded, sendResponse, sendTooLarge, watchSender } from "./send-response.ts";
import type { Outcome } from "./send-response.ts";
import type { Route } from "./routes.ts";
import type { ForwardTarget } from "./target.ts";
import type { Place } from "../storage/journal.ts";
import { Tally } from "./tally.ts";
import type { Match } from "./until.ts";
import { shellLine } from "../values/shell-line.ts";

export interface HandlerOptions {
  /** The path to listen on; other requests get 404. `/` accepts all. */
  readonly path: string;
  /** Whether to emit only `ready` and the summary, and no requests. */
  readonly silent: boolean;
  readonly script: ReplyScript;
  /** The responses, if they can be replaced at runtime. */
  readonly responses?: Responses;
  /** Observes each visible request, even with `silent`. */
  readonly observer?: Observer;
  /** Event types to show, count, forward and run the command for; undefined takes all. */
  readonly events?: ReadonlySet<string>;
  /** Forward targets: each request goes to all that match, and the first provides the response. */
  readonly routes?: readonly Route[];
  /** Which requests are probes besides HEAD and OPTIONS. */
  readonly ignores?: (method: string, path: string) => boolean;
  /** Which requests count; undefined counts all. */
  readonly matches?: Match;
  /** How many matching requests to wait for; undefined continues until stopped. */
  readonly wanted?: number;
  /** Fetches the keys to verify a request with; undefined if there is nothing to fetch. */
  readonly prepare: (request: WebhookRequest) => Promise<RequestKeys> | undefined;
  readonly inspect: (received: Received, isEvent: boolean, keys?: RequestKeys) => Inspection;
  /** Detects challenges and responds to them; undefined leaves them to the script and the targets. */
  readonly challenges?: ChallengeResponder;
  /** Searches for the cause of an invalid signature, after the response. */
  readonly causes?: CauseSearch;
  /** The capture file's name, for messages. */
  readonly capture: string;
  /** Options for a suggested `hookproof verify`, besides the request and its platform. */
  readonly verifyWords?: readonly string[];
  readonly verifyOptions: (receivedAt: number) => VerifyOptions;
  readonly writer: CaptureWriter;
  readonly queue: EventQueue<ListenEvent>;
  readonly command?: CommandRunner;
  /** A unique name for this run, used in request ids. */
  readonly runId: string;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  readonly random: () => number;
  /** Called if nothing is listening at a target. */
  readonly onRefused: (target: ForwardTarget) => void;
  /** Called once, when enough matching requests have their responses. */
  readonly onMet: () => void;
}

/** Responses that take longer than this are announced before they are sent. */
const announcedMs = 1000;

const shortSearch = "the short search ended before it had tried everything";

const notFound: Reply = { kind: "status", status: 404, headers: [], delayMs: 0 };
/** The response to a probe; doesn't advance the script. */
const ready: Reply = { kind: "status", status: 200, headers: [], delayMs: 0 };
const unavailable: Reply = { kind: "status", status: 503, headers: [], delayMs: 0 };

/**
 * Handles each request: inspects it, writes it to the capture, responds, and emits events. It is captured before its
 * response is sent; later results (forwards, the cause of an invalid signature) are written afterwards. A failure
 * affects that request only: it is reported and the next one is handled.
 */
export class Handler {
  readonly tally = new Tally();
  readonly #options: HandlerOptions;
  readonly #responses: Responses;
  readonly #ways: readonly ForwardPath[];
  readonly #isOnPath: (target: string) => boolean;
  readonly #inFlight = new Set<Exchange>();
  #isEnding = false;
  #number = 0;
  readonly #searches = new Set<Promise<void>>();
  #met = false;

  constructor(options: HandlerOptions) {
    this.#options = options;
    this.#responses = options.responses ?? new Responses(options.script);
    this.#ways = (options.routes ?? []).map((route) => ({
      ...route,
      forwarder: createForwarder(route.target, route.options),
    }));
    this.#isOnPath = pathTest(options.path);
  }

  /** Handles a request; waits if the reader of the events lags behind. */
  take(received: Received): void {
    const wait = this.#options.queue.room();
    if (wait !== undefined) {
      void wait.then(() => this.take(received));
      return;
    }
    const keys = this.#options.prepare(received.request);
    if (keys === undefined) this.#handle(received);
    else
      void keys.then(
        (found) => this.#handle(received, found),
        () => this.#handle(received),
      );
  }

  /** Resolves when no search for a cause is running. */
  async searched(): Promise<void> {
    while (this.#searches.size > 0) await Promise.all(this.#searches);
  }

  /** Emits that a connection's request could not be accepted. */
  refused(refusal: Refusal): void {
    this.tally.refused++;
    // Under a flood, refusals are only counted.
    if (this.#options.silent || this.#options.queue.room() !== undefined) return;
    this.#options.queue.push({ type: "notice", ...refusal });
  }

  /** Makes each response from now on the last of its connection. */
  end(): void {
    this.#isEnding = true;
    for (const { received } of this.#inFlight) received.response.shouldKeepAlive = false;
  }

  /** How many requests are waiting for their response, or for a target's. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Resolves when none is in flight. */
  async drained(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(Array.from(this.#inFlight, ({ finished }) => finished.promise));
  }

  /**
   * Aborts everything in flight: connections are closed without a response, which is recorded, and forwarding stops.
   */
  async cut(): Promise<void> {
    for (const exchange of this.#inFlight) {
      if (exchange.isResponded) continue;
      this.tally.cut++;
      this.#responded(exchange, "cut", { status: null, sent: false });
      exchange.received.response.destroy();
    }
    await Promise.all(this.#ways.map(({ forwarder }) => forwarder.close()));
    await this.drained();
  }

  #handle(received: Received, keys?: RequestKeys): void {
    if (this.#isEnding) received.response.shouldKeepAlive = false;
    const number = ++this.#number;
    const id = `req_${this.#options.runId}_${number}`;
    try {
      this.#examine(received, number, id, keys);
    } catch (error) {
      this.#broken(received, id, error);
    }
  }

  #examine(received: Received, number: number, id: string, keys: RequestKeys | undefined): void {
    const { random } = this.#options;
    const started = this.#options.clock();
    const probe = this.#isProbe(received);
    const onPath = this.#isOnPath(received.request.target);
    const like = onPath && !received.overflow ? this.#options.challenges?.spot(received.request) : undefined;
    const looked = this.#inspect(received, id, like === undefined && !probe, keys);
    // Anyone can make an event look like a challenge. A signed request is an event if the platform doesn't sign such
    // challenges.
    const isSigned = like !== undefined && like.challenge.request.signed !== true && looked.verdict?.valid === true;
    const spotted = isSigned ? undefined : like;
    if (spotted !== undefined) this.tally.challenges++;
    else if (probe) this.tally.probes++;
    else this.tally.requests++;
    const isEvent = !probe && spotted === undefined;
    const inspected = isSigned ? this.#inspect(received, id, isEvent, keys) : looked;
    const inspection = spotted === undefined ? inspected : asChallenge(inspected, spotted);
    const { counted } = inspection;
    const asked = spotted && this.#options.challenges?.respond(spotted, inspection.verdict);
    const scripted = isEvent ? this.#responses.replyTo(counted.attempt, this.tally.requests, random) : ready;
    const reply = onPath ? (asked?.reply ?? scripted) : notFound;
    const challenge = asked?.record ?? null;
    const plain = requestEvent(id, number, received, inspection, { onPath, probe, challenge });
    const isVisible = onPath && this.#isShown(plain);
    const matchable = matchableOf(plain);
    const paths = isVisible && asked?.reply === undefined ? this.#ways.filter(({ takes }) => takes(matchable)) : [];
    const event = paths.length > 0 ? plain : { ...plain, pending: pendingOf(reply) };
    if (onPath && !isVisible) this.tally.filtered++;
    if (isEvent) this.tally.count(event);
    this.#capture(
      {
        received,
        inspection,
        event,
        started,
        isVisible,
        paths,
        isCaptured: false,
        isResponded: false,
        open: 1,
        forwards: [],
        finished: resolvers(),
      },
      reply,
    );
  }

  /** Whether a request only probes whether the listener is up. */
  #isProbe({ request: { method, target } }: Received): boolean {
    return method === "HEAD" || method === "OPTIONS" || this.#options.ignores?.(method, pathOf(target)) === true;
  }

  #inspect(received: Received, id: string, isEvent: boolean, keys: RequestKeys | undefined): Inspection {
    try {
      return this.#options.inspect(received, isEvent, keys);
    } catch (error) {
      this.#problem(id, "examine-failed", `${id} could not be analyzed (${errorText(error)}); it is still captured`);
      return emptyInspection(received.request);
    }
  }

  #capture(exchange: Exchange, reply: Reply): void {
    this.#inFlight.add(exchange);
    const then = (isCaptured: boolean, place?: Place): void => {
      exchange.isCaptured = isCaptured;
      if (!isCaptured) this.tally.uncaptured++;
      if (this.#isVisible(exchange)) this.#options.observer?.received(exchange.event, place);
      this.#guarded(exchange, () => this.#captured(exchange, reply));
    };
    let line: string;
    try {
      line = requestLine(exchange.event);
    } catch (error) {
      const { id } = exchange.event;
      this.#problem(id, "uncaptured", `${id} cannot be written to the capture (${errorText(error)}); responding 503`);
      then(false);
      return;
    }
    this.#options.writer.add(line, then);
  }

  #captured(exchange: Exchange, reply: Reply): void {
    const { received, paths, isCaptured } = exchange;
    if (exchange.isResponded) return;
    if (received.overflow) this.#responded(exchange, "status", sendTooLarge(received.response));
    else if (!isCaptured) this.#reply(exchange, unavailable);
    else if (paths.length > 0) this.#forward(exchange);
    else this.#reply(exchange, reply);
  }

  /** Runs work for one request; an exception is reported as a problem of that request. */
  #guarded(exchange: Exchange, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#brokenExchange(exchange, error);
    }
  }

  #brokenExchange(exchange: Exchange, error: unknown): void {
    exchange.isResponded = true;
    this.#finish(exchange);
    this.#broken(exchange.received, exchange.event.id, error);
  }

  #broken({ response }: Received, id: string, error: unknown): void {
    this.#problem(
      id,
      "response-failed",
      `${id} could not be answered (${errorText(error)}); its connection was closed`,
    );
    response.destroy();
  }

  #problem(requestId: string, code: ProblemEvent["code"], message: string): void {
    // Under a flood, there would be a problem for each request.
    if (this.#options.queue.room() !== undefined) return;
    this.#options.queue.push({ type: "problem", requestId, code, message });
  }

  #isShown({ eventType, challenge }: RequestEvent): boolean {
    const { events } = this.#options;
    return events === undefined || challenge !== null || (eventType !== null && events.has(eventType));
  }

  #reply(exchange: Exchange, reply: Reply): void {
    if (reply.delayMs >= announcedMs) this.#emitRequest(exchange);
    if (reply.delayMs === 0) return this.#send(exchange, reply);
    this.#watch(exchange, reply.kind);
    exchange.timer = setTimeout(() => this.#send(exchange, reply), reply.delayMs);
  }

  #send(exchange: Exchange, reply: Reply): void {
    this.#respond(exchange, reply.kind, () => sendResponse(exchange.received.response, reply));
  }

  /** Sends a response unless one was sent; it may take a moment to know whether the sender got it. */
  #respond(exchange: Exchange, kind: ResponseEvent["kind"], send: () => Outcome | Promise<Outcome>): void {
    if (exchange.isResponded) return;
    const { response } = exchange.received;
    const failed = (): Outcome => {
      response.destroy();
      return { status: null, sent: false };
    };
    // An error with one response breaks only its connection.
    let outcome: Outcome | Promise<Outcome>;
    try {
      outcome = send();
    } catch {
      outcome = failed();
    }
    const record = (known: Outcome): void => this.#guarded(exchange, () => this.#responded(exchange, kind, known));
    if (outcome instanceof Promise) void outcome.catch(failed).then(record);
    else record(outcome);
  }

  /** Records a sender that leaves before its response. */
  #watch(exchange: Exchange, kind: ResponseEvent["kind"]): void {
    const { response } = exchange.received;
    watchSender(response, this.#options.clock);
    response.once("close", () => {
      if (!response.headersSent)
        this.#guarded(exchange, () => this.#responded(exchange, kind, { status: null, sent: false }));
    });
  }

  #forward(exchange: Exchange): void {
    const { paths, received } = exchange;
    this.#watch(exchange, "forwarded");
    exchange.open += paths.length;
    for (const [at, { forwarder, target }] of paths.entries()) {
      const passOn = async (): Promise<void> => {
        const forwarded = await forwarder.forward(received.request);
        if (isNotListening(forwarded)) this.#options.onRefused(target);
        this.#forwarded(exchange, forwarded, at === 0);
        if (at === 0) this.#respond(exchange, "forwarded", () => sendForwarded(received.response, forwarded));
      };
      passOn().catch((error: unknown) => this.#brokenExchange(exchange, error));
    }
  }

  #forwarded(exchange: Exchange, forwarded: Forwarded, answers: boolean): void {
    const { writer, queue, silent } = this.#options;
    const { url, status, durationMs, headers, error } = forwarded;
    exchange.forwards.push(status);
    if (isCounted(exchange.event)) {
      this.tally.forwards++;
      if (!isSuccess(status)) this.tally.forwardsFailed++;
    }
    const event: ForwardEvent = {
      type: "forward",
      requestId: exchange.event.id,
      url,
      answers,
      status,
      durationMs: rounded(durationMs),
      headers,
      body: encodeBytes(forwarded.body),
      error,
    };
    writer.add(JSON.stringify(event), (_, place) => {
      if (this.#isVisible(exchange)) this.#options.observer?.forwarded(event, place);
    });
    this.#emitRequest(exchange, () => {
      if (!silent) queue.push(event, event.body.data.length);
    });
    this.#closed(exchange);
  }

  #responded(exchange: Exchange, kind: ResponseEvent["kind"], { status, sent }: Outcome): void {
    if (exchange.isResponded) return;
    exchange.isResponded = true;
    exchange.isCut = kind === "cut";
    exchange.status = status;
    clearTimeout(exchange.timer);
    const { writer, queue, clock, silent } = this.#options;
    const ended = sent || kind === "cut" ? undefined : senderEndedAt(exchange.received.response);
    const durationMs = rounded((ended ?? clock()) - exchange.started);
    const event: ResponseEvent = { type: "response", requestId: exchange.event.id, status, kind, durationMs, sent };
    writer.add(JSON.stringify(event));
    if (this.#isVisible(exchange)) this.#options.observer?.responded(event);
    this.#emitRequest(exchange, () => {
      if (!silent && this.#isVisible(exchange)) queue.push(event);
    });
    this.#closed(exchange);
  }

  /** Marks one pending result as done; the request counts after the last one. */
  #closed(exchange: Exchange): void {
    if (--exchange.open > 0) return;
    this.#finish(exchange);
    this.#emitRequest(exchange, () => {
      if (exchange.isVisible && exchange.isCaptured && !exchange.isCut) this.#afterResponse(exchange);
    });
  }

  #finish(exchange: Exchange): void {
    clearTimeout(exchange.timer);
    this.#inFlight.delete(exchange);
    exchange.finished.resolve();
  }

  /** Emits the request itself, once, with the cause of an invalid signature; `then` follows it. */
  #emitRequest(exchange: Exchange, then: () => void = () => undefined): void {
    const { silent, observer } = this.#options;
    if ((silent && observer === undefined) || !this.#isVisible(exchange)) return then();
    if (exchange.emission === undefined) {
      const search = this.#search(exchange);
      if (search !== undefined) {
        exchange.emission = search.then(() => this.#push(exchange));
      } else {
        exchange.emission = "emitted";
        this.#push(exchange);
      }
    }
    const { emission } = exchange;
    if (emission === "emitted") return then();
    const emitted = emission.then(() => this.#guarded(exchange, then)).finally(() => this.#searches.delete(emitted));
    this.#searches.add(emitted);
  }

  #push({ event }: Exchange): void {
    if (!this.#options.silent) this.#options.queue.push(event, event.body.data.length);
  }

  /** Whether a request is shown: its event type and path are selected, or it is off the path listened on. */
  #isVisible({ isVisible, event }: Exchange): boolean {
    return isVisible || !event.onPath;
  }

  /** Adds the cause of an invalid signature to the event, or why none was found. */
  #search(exchange: Exchange): Promise<void> | undefined {
    const { causes, observer, verifyOptions } = this.#options;
    const { inspection, received } = exchange;
    const { candidate, verdict } = inspection;
    if (causes === undefined || candidate === undefined || verdict === undefined || verdict.valid) return undefined;
    const search = async (): Promise<void> => {
      try {
        const { keys, problem } = inspection.keys ?? {};
        const asked = { ...verifyOptions(received.receivedAt), keys, keyProblem: problem };
        let isStopped = false;
        const found = await causes.find(inspection.request, candidate, asked, () => void (isStopped = true));
        this.#found(exchange, found, verdict);
        const search = isStopped ? this.#searchOn(exchange, candidate, shortSearch) : undefined;
        if (search !== undefined) exchange.event = { ...exchange.event, search };
        observer?.explained(exchange.event);
      } catch (error) {
        const why = error instanceof SearchError ? error.message : `the search failed (${errorText(error)})`;
        const search = this.#searchOn(exchange, candidate, why);
        exchange.event = {
          ...exchange.event,
          verdict: withSearchProblem(verdict, why, search?.command),
          ...(search === undefined ? {} : { search }),
        };
        observer?.explained(exchange.event);
      }
    };
    return search();
  }

  /** How to continue a search that ended early, if the request was captured. */
  #searchOn({ event, isCaptured }: Exchange, { profile }: Candidate, ended: string): RequestEvent["search"] {
    if (!isCaptured) return undefined;
    const { capture, verifyWords = [] } = this.#options;
    const words = ["hookproof", "verify", capture, "--id", event.id, "-p", profile.id, ...verifyWords];
    return { ended, command: shellLine(words) };
  }

  #found(exchange: Exchange, found: Verdict, before: Verdict): void {
    exchange.event = { ...exchange.event, verdict: found };
    if (found.cause === before.cause) return;
    const { valid, cause, scheme, matchedSecret } = found;
    const requestId = exchange.event.id;
    this.#options.writer.add(JSON.stringify({ type: "verdict", requestId, valid, cause, scheme, matchedSecret }));
  }

  #afterResponse(exchange: Exchange): void {
    const { event, inspection, received } = exchange;
    const { command, matches, wanted, onMet } = this.#options;
    const { candidate, verdict, counted } = inspection;
    // A platform's challenge is not an event.
    if (event.challenge !== null) return;
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
    if (event.probe) return;
    const outcome = { status: exchange.status ?? null, forwards: exchange.forwards };
    if (matches !== undefined && !matches({ ...matchableOf(event), ...outcome })) return;
    this.tally.matched++;
    if (this.#met || wanted === undefined || this.tally.matched < wanted) return;
    this.#met = true;
    onMet();
  }
}

/** Detects platforms' challenges and responds to them. */
export interface ChallengeResponder {
  readonly spot: (request: WebhookRequest) => DetectedChallenge | undefined;
  /** The challenge's record and the response; without a response it is treated like any other request. */
  readonly respond: (spotted: DetectedChallenge, verdict: Verdict | undefined) => ChallengeReply;
}

export interface ChallengeReply {
  readonly record: NonNullable<RequestEvent["challenge"]>;
  readonly reply?: Reply;
}

/** A forward target and which requests it gets. */
interface ForwardPath extends Pick<Route, "takes" | "target"> {
  readonly forwarder: Forwarder;
}

interface Exchange {
  readonly received: Received;
  readonly inspection: Inspection;
  event: RequestEvent;
  readonly started: number;
  /** Whether its event type and path are selected. */
  readonly isVisible: boolean;
  /** The targets it is forwarded to. */
  readonly paths: readonly ForwardPath[];
  isCaptured: boolean;
  /** Whether its response was sent, or never will be. */
  isResponded: boolean;
  isCut?: boolean;
  /** The status that the sender got. */
  status?: number | null;
  readonly forwards: (number | null)[];
  /** The number of pending results: its response, and each target's. */
  open: number;
  readonly finished: Resolvers<void>;
  /** The timer of a delayed response. */
  timer?: NodeJS.Timeout;
  /** The emission of the request's event: waiting for its cause, or done. */
  emission?: Promise<void> | "emitted";
}

/** The verdict without a cause, with the reason why the search failed. */
const withSearchProblem = (verdict: Verdict, why: string, command: string | undefined): Verdict => {
  const others = verdict.findings.filter(({ code }) => code !== "unexplained");
  const message = `The cause of the invalid signature was not found: ${why}.`;
  const finding = {
    code: "unexplained" as const,
    certain: false,
    message: command === undefined ? message : `${message} The request is captured.`,
    fix: command === undefined ? "" : `Search again with: ${command}`,
    firstByte: null,
  };
  return { ...verdict, findings: [...others, finding] };
};

/** Adjusts the inspection of a challenge: an unsigned one isn't missing its signature. */
const asChallenge = (inspection: Inspection, { challenge }: DetectedChallenge): Inspection =>
  challenge.request.signed === true ? inspection : { ...inspection, verdict: undefined, unverified: "unsigned" };

const isCounted = ({ probe, challenge }: RequestEvent): boolean => !probe && challenge === null;

/** Whether nothing is listening; for a Unix socket the file may be missing. */
const isNotListening = ({ error }: Forwarded): boolean => error?.code === "ECONNREFUSED" || error?.code === "ENOENT";

const isSuccess = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

const pendingOf = (reply: Reply): string | null =>
  reply.kind === "hang" || reply.delayMs >= announcedMs ? describeReply(reply) : null;

const rounded = (ms: number): number => Math.round(ms * 100) / 100;
