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

/** What a case changes in an otherwise valid delivery. */
interface EventOptions {
  readonly type?: string;
  readonly body?: (plain: string) => string;
  /** The attempt, from 0. */
  readonly attempt?: number;
  /** Offset of the signing clock. */
  readonly shiftMs?: number;
  readonly secret?: Secret | null;
  /** More secrets whose signatures go into the same header. */
  readonly additionalSecrets?: readonly Secret[];
  readonly url?: string;
  /** Overrides the target's scheme. */
  readonly scheme?: string;
}

/** An event ready to be sent. */
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
  /** The number of deliveries that got a response before it. */
  readonly before: number;
  /** Whether it or a later connection was refused, so that nothing is listening. */
  readonly isRefused: boolean;
}

/** Creates and sends deliveries to one receiver. */
export interface CheckSession {
  readonly target: Target;
  readonly deps: Deps;
  /** Creates a new event with an id unique in this run. */
  event(options?: EventOptions): SignedEvent;
  /** Re-signs the same event: same id and body bytes. */
  resend(made: SignedEvent, options?: EventOptions): SignedEvent;
  send(label: string, request: WebhookRequest, wire?: Wire): Promise<DeliveryResult>;
  /** Like `send`, but doesn't wait and resend if the receiver says it is busy. */
  sendOnce(label: string, request: WebhookRequest, wire?: Wire, timeoutMs?: number): Promise<DeliveryResult>;
  /** The first failure since the last call; undefined if every delivery to the receiver's address got a response. */
  takeFailure(): ConnectionFailure | undefined;
  close(): Promise<void>;
}

/** Opens a session for one receiver; the caller closes it. */
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
    // Plain HTTP on the same host is a different address, where possibly nothing listens.
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
    // Cases with wire options only check the status: a response that was cut off is still a response.
    return wire === undefined || seen.status === null ? seen : { ...seen, error: null };
  };

  // How often the receiver still said it was busy after a wait.
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
      // Only survives-burst may report a busy receiver; the other cases need its normal response.
      const isStopped = await pause(waitMs, false, { signal: deps.signal }).catch(() => true);
      if (isStopped) return { label, exchange: first };
      const second = await exchange(request, wire);
      // Nothing else is in flight with the first delivery, so this response isn't due to load.
      if (busyMs(second) !== undefined) stubborn += isFirst ? 2 : 1;
      return { label, exchange: second };
    },
    sendOnce: async (label, request, wire, timeoutMs) => ({
      label,
      exchange: await exchange(request, wire, timeoutMs),
    }),
    takeFailure: () => {
      const failure = broken;
      [responses, broken] = [0, undefined];
      return failure;
    },
    close: () => transport.close(),
  };
};

/** How long to wait for a busy receiver; undefined if it doesn't say it is busy. */
const busyMs = (exchange: Exchange): number | undefined => {
  if (exchange.status !== 429 && exchange.status !== 503) return undefined;
  const after = Number(headerValue(exchange.headers, "retry-after"));
  return Math.min(2000, after > 0 ? after * 1000 : 1100);
};

/** Changes the signature's text and removes older signatures. */
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
