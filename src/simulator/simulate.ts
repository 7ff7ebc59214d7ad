import { startServer } from "../http/server.ts";
import type { ServerOptions } from "../http/server.ts";
import { respond } from "./respond.ts";
import type { SimulatorEvent } from "./events.ts";
import { Platforms } from "./platform.ts";
import type { PlatformOptions } from "./platform.ts";
import { routesOf } from "./routes.ts";
import { Sender } from "./sending.ts";
import type { SenderOptions } from "./sending.ts";

interface SimulateOptions extends Omit<PlatformOptions, "emit" | "secure">, SenderOptions {
  readonly host: string;
  readonly port: number;
  /** Host names allowed for the simulator, besides addresses, localhost and `host`. */
  readonly allowedHosts: readonly string[];
  readonly tls?: NonNullable<ServerOptions["tls"]>;
  /** The certificate file, for senders to trust. */
  readonly certificate: string | null;
  /** Stops the simulator. */
  readonly signal: AbortSignal;
}

/**
 * Simulates the platforms on this machine: their routes, and real deliveries with their retries, DLQ and
 * terminal-failure event. `POST /simulate/{provider}/{type}` makes a platform send an event.
 * @throws HookproofError `port-taken`, `no-permission`
 */
export async function* simulate(options: SimulateOptions): AsyncGenerator<SimulatorEvent, void> {
  const events: SimulatorEvent[] = [];
  let wake: (() => void) | undefined;
  const push = (event: SimulatorEvent): void => {
    events.push(event);
    wake?.();
  };
  let calls = 0;
  const sender = new Sender(options, push, (profile, type) => platforms.receivers(profile, type));
  const emit: PlatformOptions["emit"] = (profile, type, to) => sender.emit(profile, type, to);
  const platforms = new Platforms({ ...options, secure: options.tls !== undefined, emit });
  const names = [options.host, ...options.allowedHosts];
  const server = await startServer({
    host: options.host,
    port: options.port,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    maxBody: 10 * 1024 * 1024,
    now: options.now,
    onRequest: (received) => {
      calls++;
      void respond(received, platforms, { ...options, emit, names }).then(push);
    },
    onRefusal: (refusal) =>
      push({
        type: "call",
        method: "",
        target: "",
        provider: null,
        route: null,
        status: 400,
        note: `refused: ${JSON.stringify(refusal).slice(0, 100)}`,
      }),
  });
  push({
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
      for (let event = events.shift(); event !== undefined; event = events.shift()) yield event;
      if (options.signal.aborted) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    await server.close(500);
    await sender.settled();
  }
  for (const event of events) yield event;
  yield { type: "summary", calls, ...sender.counts };
}
