import { setTimeout as pause } from "node:timers/promises";
import { createTransport } from "../http/client.ts";
import type { Exchange } from "../http/types.ts";
import { changedSignature } from "../delivery/tamper.ts";
import { signatureHeadersOf } from "../providers/place.ts";
import { newEventId } from "../providers/samples.ts";
import type { NetworkFailure } from "../request/attempt.ts";
import type { WebhookRequest } from "../request/request.ts";
import { headerValue } from "../request/request.ts";
import { buildRequest } from "../signature/build-request.ts";
import type { Signed } from "../signature/sign.ts";
import type { Secret } from "../values/secret.ts";
import { plainBody } from "./bodies.ts";
import type { DeliveryResult, Target, Deps } from "./types.ts";
import { spelled, wiring } from "./wire.ts";
import type { Wire } from "./wire.ts";

/** What a case changes about a delivery that is otherwise right. */
interface EventOptions {
  readonly type?: string;
  readonly body?: (plain: string) => string;
  /** Which try it is, from 0. */
  readonly attempt?: number;
  /** Added to the clock that signs. */
  readonly shiftMs?: number;
  readonly secret?: Secret | null;
  /** Secrets whose signatures go into the same header. */
  readonly additionalSecrets?: readonly Secret[];
  readonly url?: string;
  /** A scheme of the profile in place of the target's. */
  readonly scheme?: string;
}

/** An event as it is about to be sent. */
export interface SignedEvent {
  readonly id: string;
  readonly type: string | null;
  readonly body: Buffer;
  readonly request: WebhookRequest;
  readonly signed: Signed | null;
}

/** The first delivery that got no response. */
export interface ConnectionFailure {
  readonly failure: NetworkFailure;
  /** How many got one before it. */
  readonly before: number;
  /** A connection was refused, then or later: nothing listened. */
  readonly isRefused: boolean;
}

/** Makes and sends deliveries to one receiver. */
export interface CheckSession {
  readonly target: Target;
  readonly deps: Deps;
  /** A new event, with an id that no other delivery of the run has. */
  event(options?: EventOptions): SignedEvent;
  /** The same event once more: id and body bytes as they were, re-signed. */
  resend(made: SignedEvent, options?: EventOptions): SignedEvent;
  send(label: string, request: WebhookRequest, wire?: Wire): Promise<DeliveryResult>;
  /** As `send`, and a response "too busy" is taken as it is. */
  sendOnce(label: string, request: WebhookRequest, wire?: Wire, timeoutMs?: number): Promise<DeliveryResult>;
  /** What broke since the last call; undefined where every delivery to the receiver's address got a response. */
  takeFailure(): ConnectionFailure | undefined;
  close(): Promise<void>;
}

/** A session for one receiver; whoever opens it closes it. */
export const openSession = (target: Target, deps: Deps): CheckSession => {
  const transport = createTransport(target.connection);
  const make = (id: string, type: string | null, body: Buffer, options: EventOptions): SignedEvent => {
    const { request, signed } = buildRequest({
      profile: target.profile,
      scheme: options.scheme ?? target.scheme.name,
      secret: options.secret === undefined ? target.secret : options.secret,
      key: target.key,
      rotated: options.additionalSecrets ?? [],
      body,
      url: options.url ?? target.url,
      eventId: id,
      eventType: type,
      attempt: options.attempt ?? 0,
      at: deps.now() + (options.shiftMs ?? 0),
      uuid: deps.uuid,
      extra: target.extra,
    });
    return { id, type, body, request, signed };
  };
  let [responses, broken]: [number, ConnectionFailure | undefined] = [0, undefined];
  const { origin } = new URL(target.url);
  const note = ({ url }: WebhookRequest, { status, error }: Exchange): void => {
    if (status !== null) responses++;
    // The same host over plain HTTP is another address, and may well have nobody there.
    else if (error !== null && url?.startsWith(origin) === true) {
      const isRefused = broken?.isRefused === true || error.kind === "refused";
      broken = broken === undefined ? { failure: error, before: responses, isRefused } : { ...broken, isRefused };
    }
  };
  const exchange = async (
    request: WebhookRequest,
    wire: Wire | undefined,
    timeoutMs = target.timeLimitMs,
  ): Promise<Exchange> => {
    const limits = { timeoutMs, signal: deps.signal };
    const own = wire === undefined ? limits : { ...limits, ...wiring(wire, request.body) };
    const seen = await transport.exchange(wire === undefined ? request : spelled(request, wire), own);
    note(request, seen);
    // The status is what cases with a wire look at: a response whose end is missing is one.
    return wire === undefined || seen.status === null ? seen : { ...seen, error: null };
  };

  // How often a receiver that said it was busy said so again when asked once more.
  let [sent, stubborn] = [0, 0];
  return {
    target,
    deps,
    event: (options = {}) => {
      const id = newEventId(target.profile, deps.randomBytes);
      const type = options.type ?? target.eventType;
      const plain = plainBody(target.profile, target.eventType, id, deps.now());
      return make(id, type, Buffer.from(options.body === undefined ? plain : options.body(plain), "utf8"), options);
    },
    resend: (made, options = {}) => make(made.id, made.type, made.body, options),
    send: async (label, request, wire) => {
      const isFirst = ++sent === 1;
      const first = await exchange(request, wire);
      const waitMs = busyMs(first);
      if (waitMs === undefined || stubborn >= 2) return { label, exchange: first };
      // Only survives-burst may find that the receiver is busy: what it responds when it is not counts.
      const isStopped = await pause(waitMs, false, { signal: deps.signal }).catch(() => true);
      if (isStopped) return { label, exchange: first };
      const second = await exchange(request, wire);
      // The run's first delivery finds nobody else under way: this response has nothing to do with load.
      if (busyMs(second) !== undefined) stubborn += isFirst ? 2 : 1;
      return { label, exchange: second };
    },
    sendOnce: async (label, request, wire, timeoutMs) => ({
      label,
      exchange: await exchange(request, wire, timeoutMs),
    }),
    takeFailure: () => {
      const taken = broken;
      [responses, broken] = [0, undefined];
      return taken;
    },
    close: () => transport.close(),
  };
};

/** How long to wait before asking a busy receiver again; undefined where it does not say that it is. */
const busyMs = (exchange: Exchange): number | undefined => {
  if (exchange.status !== 429 && exchange.status !== 503) return undefined;
  const after = Number(headerValue(exchange.headers, "retry-after"));
  return Math.min(2000, after > 0 ? after * 1000 : 1100);
};

/** The request with the text of its signature changed, and without older signatures beside it. */
export const withSignature = (
  made: SignedEvent,
  others: readonly string[],
  change: (text: string) => string,
): WebhookRequest => {
  const { signed } = made;
  if (signed === null) return made.request;
  const main = new Set(signatureHeadersOf(signed.scheme).map((name) => name.toLowerCase()));
  const drop = new Set(others.map((name) => name.toLowerCase()).filter((name) => !main.has(name)));
  const headers = made.request.headers.filter(([name]) => !drop.has(name.toLowerCase()));
  return changedSignature({ ...made.request, headers }, signed, change);
};
