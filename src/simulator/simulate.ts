import type { ServerResponse } from "node:http";
import type { Transport } from "../delivery/attempt.ts";
import { deliver } from "../delivery/deliver.ts";
import type { DeliveryClock } from "../delivery/deliver.ts";
import type { Delivery } from "../delivery/types.ts";
import type { Dlq } from "../dlq/dlq.ts";
import { HookproofError } from "../errors.ts";
import type { Received } from "../listener/intake.ts";
import { startServer } from "../listener/server.ts";
import type { ServerOptions } from "../listener/server.ts";
import { findProfile } from "../providers/index.ts";
import type { Profile } from "../providers/profile.ts";
import { freshEvent, newEventId } from "../providers/samples.ts";
import type { WebhookRequest } from "../request/request.ts";
import { signingScheme } from "../signature/sign.ts";
import { safeJson } from "../values/escape.ts";
import { setJson } from "../values/json-text.ts";
import type { Answer, SimulatorEvent } from "./events.ts";
import { Platforms } from "./platform.ts";
import type { PlatformOptions, Subscription } from "./platform.ts";
import { findRoute, routesOf } from "./routes.ts";

export interface SimulateOptions extends Omit<PlatformOptions, "emit" | "secure"> {
  readonly host: string;
  readonly port: number;
  readonly tls?: NonNullable<ServerOptions["tls"]>;
  /** The file a sender trusts the certificate by. */
  readonly certificate: string | null;
  readonly transport: Transport;
  readonly clock: DeliveryClock;
  /** Divides the schedules' waits. */
  readonly speed: number;
  /** Where deliveries go that failed for good. */
  readonly dlq: Dlq;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Plays the platforms on this machine: their routes, and real deliveries with their retries, DLQ and
 * terminal-failure event. `POST /simulate/{provider}/{type}` makes a platform send an event.
 * @throws HookproofError `port-taken`, `no-permission`
 */
export async function* simulate(options: SimulateOptions): AsyncGenerator<SimulatorEvent, void> {
  const told: SimulatorEvent[] = [];
  let wake: (() => void) | undefined;
  const tell = (event: SimulatorEvent): void => {
    told.push(event);
    wake?.();
  };
  const counts = { calls: 0, delivered: 0, terminal: 0 };
  const underWay = new Set<Promise<void>>();

  const send = (
    profile: Profile,
    type: string,
    to: Subscription,
    body: Buffer,
    eventId: string,
    secret: PlatformSecret,
  ): void => {
    const run = delivered(options, { profile, type, to, body, eventId, secret }, tell)
      .then(async ({ delivery, request }) => {
        if (delivery.outcome === "delivered") counts.delivered++;
        else counts.terminal++;
        tell({ type: "delivery", provider: profile.id, delivery: await putAway(options, profile, delivery, request) });
        const { terminalEvent } = profile.delivery;
        if (delivery.outcome === "terminal" && terminalEvent !== undefined && type !== terminalEvent)
          await emitTerminal(profile, terminalEvent, delivery);
      })
      .catch((error: unknown) => {
        tell({
          type: "call",
          method: "",
          target: "",
          provider: profile.id,
          route: null,
          status: 0,
          note: error instanceof Error ? error.message : String(error),
        });
      })
      .finally(() => underWay.delete(run));
    underWay.add(run);
  };
  const secretFor = async (profile: Profile, to: Subscription): Promise<PlatformSecret> =>
    to.secret ?? (await options.secretOf(profile));
  const emit = async (profile: Profile, type: string, to: Subscription): Promise<string> => {
    const eventId = newEventId(profile, options.randomBytes);
    const body = freshEvent(profile, type, { id: eventId, at: options.now() });
    const secret = await secretFor(profile, to);
    // Told to whoever asks: what cannot be signed is not queued.
    if (secret !== null) signingScheme(profile, secret);
    // After the answer: dispatch is asynchronous (10x.txt, Delivery model).
    setImmediate(() => send(profile, type, to, body, eventId, secret));
    return eventId;
  };
  const emitTerminal = async (profile: Profile, type: string, failed: Delivery): Promise<void> => {
    for (const to of platforms.receivers(profile, type)) {
      const eventId = newEventId(profile, options.randomBytes);
      const sample = freshEvent(profile, type, { id: eventId, at: options.now() }).toString("utf8");
      const payload = {
        eventId: failed.eventId,
        eventType: failed.eventType,
        url: failed.url,
        attempts: failed.attempts.length,
        lastStatus: failed.attempts.at(-1)?.status ?? null,
        reason: failed.reason,
      };
      send(
        profile,
        type,
        to,
        Buffer.from(setJson(sample, "payload", JSON.stringify(payload)) ?? sample),
        eventId,
        await secretFor(profile, to),
      );
    }
  };

  const platforms = new Platforms({ ...options, secure: options.tls !== undefined, emit });
  const server = await startServer({
    host: options.host,
    port: options.port,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    maxBody: 10 * 1024 * 1024,
    now: options.now,
    fast: false,
    onRequest: (received) => {
      counts.calls++;
      void answered(received, platforms, options, emit).then(tell);
    },
    onRefusal: (refusal) =>
      tell({
        type: "call",
        method: "",
        target: "",
        provider: null,
        route: null,
        status: 400,
        note: `refused: ${JSON.stringify(refusal).slice(0, 100)}`,
      }),
  });
  tell({
    type: "ready",
    url: `${options.tls === undefined ? "http" : "https"}://${options.host}:${server.port}`,
    routes: routesOf(options.profiles).map(({ profile, name, endpoint }) => ({
      provider: profile.id,
      name,
      method: endpoint.method,
      path: endpoint.path,
    })),
    deliversTo: options.to ?? null,
    certificate: options.certificate,
  });
  options.signal.addEventListener("abort", () => wake?.(), { once: true });
  try {
    for (;;) {
      for (let event = told.shift(); event !== undefined; event = told.shift()) yield event;
      if (options.signal.aborted) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    await server.close(500);
    await Promise.allSettled(underWay);
  }
  for (const event of told) yield event;
  yield { type: "summary", ...counts };
}

type PlatformSecret = Awaited<ReturnType<PlatformOptions["secretOf"]>>;

interface Sending {
  readonly profile: Profile;
  readonly type: string;
  readonly to: Subscription;
  readonly body: Buffer;
  readonly eventId: string;
  readonly secret: PlatformSecret;
}

const delivered = async (
  options: SimulateOptions,
  { profile, type, to, body, eventId, secret }: Sending,
  tell: (event: SimulatorEvent) => void,
): Promise<{ readonly delivery: Delivery; readonly request: WebhookRequest | undefined }> => {
  let request: WebhookRequest | undefined;
  const delivery = await deliver(
    {
      profile,
      secret,
      body,
      eventId,
      eventType: type,
      url: to.url,
      transport: options.transport,
      clock: options.clock,
      signal: options.signal,
      retry: "provider",
      speed: options.speed,
    },
    (event) => {
      if (event.type !== "attempt") return;
      request = event.request;
      tell({ type: "attempt", provider: profile.id, eventId, eventType: type, url: to.url, attempt: event.attempt });
    },
  );
  return { delivery, request };
};

const putAway = async (
  { dlq, now }: SimulateOptions,
  profile: Profile,
  delivery: Delivery,
  request: WebhookRequest | undefined,
): Promise<Delivery> => {
  if (delivery.outcome !== "terminal" || request === undefined) return delivery;
  const { eventId, eventType, url, reason, attempts } = delivery;
  return {
    ...delivery,
    dlqId: await dlq.add({ eventId, eventType, provider: profile.id, url, failedAt: now(), reason, request, attempts }),
  };
};

const answered = async (
  { request, overflow, response }: Received,
  platforms: Platforms,
  options: SimulateOptions,
  emit: PlatformOptions["emit"],
): Promise<SimulatorEvent> => {
  const route = findRoute(options.profiles, request.method, request.target);
  const answer = overflow
    ? { status: 413, json: { error: "too large" }, note: "too large" }
    : route === undefined
      ? await simulated(request, platforms, options, emit)
      : await platforms.answer(route, request).catch(failed);
  if ("writeHead" in response) reply(response, answer);
  return {
    type: "call",
    method: request.method,
    target: request.target,
    provider: route?.profile.id ?? null,
    route: route?.name ?? null,
    status: answer.status,
    note: answer.note,
  };
};

/** The simulator's own route: makes a platform send an event. */
const simulated = async (
  request: WebhookRequest,
  platforms: Platforms,
  options: SimulateOptions,
  emit: PlatformOptions["emit"],
): Promise<Answer> => {
  const [, id, type] = /^\/simulate\/([^/?]+)\/([^?]+)/.exec(request.target) ?? [];
  if (request.method !== "POST" || id === undefined || type === undefined)
    return { status: 404, json: { error: "no such route" }, note: "no such route" };
  try {
    const profile = findProfile(decodeURIComponent(id), options.profiles);
    const receivers = platforms.receivers(profile, decodeURIComponent(type));
    if (receivers.length === 0)
      return { status: 409, json: { error: "nobody subscribes to it" }, note: "nobody subscribes to it" };
    const eventIds: string[] = [];
    for (const to of receivers) eventIds.push(await emit(profile, decodeURIComponent(type), to));
    return { status: 202, json: { eventId: eventIds[0], eventIds }, note: `queued ${eventIds.join(", ")}` };
  } catch (error) {
    return failed(error);
  }
};

const failed = (error: unknown): Answer => ({
  status: error instanceof HookproofError || error instanceof URIError ? 400 : 500,
  json: { error: error instanceof Error ? error.message : String(error) },
  note: error instanceof Error ? error.message : String(error),
});

const reply = (response: ServerResponse, { status, json }: Answer): void => {
  const body = json === undefined ? "" : safeJson(json);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
};
