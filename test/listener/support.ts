import { createHmac } from "node:crypto";
import { connect } from "node:net";
import type { Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { EndReason, ListenEvent } from "../../src/listener/events.ts";
import { listen } from "../../src/listener/listen.ts";
import type { ListenOptions } from "../../src/listener/listen.ts";
import { parseReplies } from "../../src/listener/respond.ts";
import type { Profile } from "../../src/providers/profile.ts";
import { Secret } from "../../src/values/secret.ts";

/** A platform of the tests' own: signs the body, says type and attempt in headers. */
export const acme: Profile = {
  id: "acme",
  name: "Acme",
  summary: "a platform for tests",
  source: { document: "none" },
  sources: {},
  schemes: [
    {
      name: "hmac",
      summary: "sha256=<hex>",
      header: "X-Acme-Signature",
      layout: { kind: "single", prefix: "sha256=" },
      encoding: "hex",
      mac: { kind: "hmac", hash: "sha256", key: "text" },
      content: ["body"],
    },
  ],
  headers: [["X-Acme-Type", "{type}"]],
  attempt: { header: "X-Acme-Attempt", first: 1, onFirst: true },
  contentType: "application/json",
  envelope: {
    id: [{ json: "id" }],
    type: [{ header: "X-Acme-Type" }, { json: "type" }],
    dedupe: [{ json: "id" }],
    newId: "evt_{hex32}",
  },
  events: [],
  delivery: {
    httpsOnly: false,
    timeout: "30s",
    attempts: 3,
    delays: ["1s", "1s"],
    retry: ["5xx"],
    otherwise: "terminal",
  },
  troubleshooting: [],
};

export const secret = new Secret("test", "topsecret");

/** The signature header's value for a body. */
export const signed = (body: string | Buffer): string =>
  `sha256=${createHmac("sha256", "topsecret").update(body).digest("hex")}`;

export interface Listening {
  readonly port: number;
  readonly url: string;
  readonly events: readonly ListenEvent[];
  /** The lines of the capture, in the order of writing. */
  readonly lines: readonly string[];
  /** Stops it and waits for its end. */
  stop(): Promise<EndReason>;
  /** Waits for its own end. */
  readonly ended: Promise<EndReason>;
  /** Waits until there is an event that fits. */
  until<T extends ListenEvent["type"]>(
    type: T,
    fits?: (event: Extract<ListenEvent, { type: T }>) => boolean,
  ): Promise<Extract<ListenEvent, { type: T }>>;
}

/** Starts a listener on a free port, with a capture in memory. */
export const startListening = async (
  options: Partial<ListenOptions> & { readonly respond?: string } = {},
): Promise<Listening> => {
  const events: ListenEvent[] = [];
  const lines: string[] = [];
  const stop = new AbortController();
  const running = listen({
    host: "127.0.0.1",
    port: 0,
    path: "/",
    silent: false,
    maxBody: 1024 * 1024,
    now: () => Date.now(),
    clock: () => performance.now(),
    random: () => 0.5,
    runId: "test",
    script: parseReplies(options.respond ?? "200"),
    inspect: { auto: false, candidates: [{ profile: acme, secrets: [secret] }], secure: false },
    openSink: () => ({
      append: async (text) => void lines.push(...text.split("\n")),
      close: async () => undefined,
    }),
    signal: stop.signal,
    drainMs: 500,
    ready: {
      provider: "acme",
      secrets: [secret.label],
      capture: "memory",
      respond: "200",
      forwardTo: null,
      routes: [],
      tls: null,
      insecure: false,
    },
    ...options,
  });
  const read = async (): Promise<EndReason> => {
    for (;;) {
      const next = await running.next();
      if (next.done === true) return next.value;
      events.push(...next.value);
    }
  };
  const ended = read();
  let failure: unknown;
  ended.catch((error: unknown) => {
    failure = error;
  });
  const until: Listening["until"] = async (type, fits = () => true) => {
    const isType = (event: ListenEvent): event is Extract<ListenEvent, { type: typeof type }> => event.type === type;
    for (let tries = 0; tries < 1000; tries++) {
      if (failure !== undefined) throw failure;
      const found = events.filter(isType).find(fits);
      if (found !== undefined) return found;
      await sleep(5);
    }
    throw new Error(`no ${type} came; there were: ${events.map((event) => event.type).join(", ")}`);
  };
  const ready = await until("ready");
  return {
    port: ready.port,
    url: ready.url,
    events,
    lines,
    ended,
    until,
    stop: () => {
      stop.abort();
      return ended;
    },
  };
};

/** Sends bytes as they are and reads until the other side closes (or `ms` have gone by). */
export const sendRaw = async (
  port: number,
  bytes: string | Buffer,
  { end = false, ms }: { end?: boolean; ms?: number } = {},
): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    const done = (): void => {
      socket.destroy();
      resolve(Buffer.concat(chunks).toString("latin1"));
    };
    // A response may be late on a busy machine; one that has begun is over when nothing more comes.
    socket.setTimeout(ms ?? 20_000, done);
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      socket.setTimeout(ms ?? 2000);
    });
    socket.on("error", done);
    socket.on("end", done);
    socket.on("close", done);
    if (end) socket.end(bytes);
    else socket.write(bytes);
  });

/** A POST written by hand, so that header order, case and duplicates are the test's. */
export const post = (
  headers: readonly (readonly [string, string])[],
  body: string | Buffer,
  target = "/hooks",
): Buffer =>
  Buffer.concat([
    Buffer.from(
      `POST ${target} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`,
      "latin1",
    ),
    Buffer.from(body),
  ]);

/** The port a server listens on. */
export const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
};
