import { request as httpRequest } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { DeadLetters } from "../../src/inspector/dead-letters.ts";
import type { Desk } from "../../src/inspector/desk.ts";
import { maskFor } from "../../src/inspector/mask.ts";
import { Resender } from "../../src/inspector/resend.ts";
import { serveInspector } from "../../src/inspector/server.ts";
import type { Serving } from "../../src/inspector/server.ts";
import { Store } from "../../src/inspector/store.ts";
import type { Row } from "../../src/inspector/types.ts";
import { acme, secret } from "../listener/support.ts";

/** What a test takes apart and compares. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly json: () => Json;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** One request with exactly these headers; `fetch` would set some of its own. */
export const ask = (url: string, { method = "GET", headers = {}, body }: Asking = {}): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const sent = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    const type = sent === undefined ? {} : { "content-type": "application/json" };
    const req = httpRequest(url, { method, headers: { ...type, ...headers }, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("end", () => {
        const bytes = Buffer.concat(chunks);
        resolve({
          status: res.statusCode ?? 0,
          headers: res.headers,
          body: bytes,
          json: () => JSON.parse(bytes.toString("utf8")),
        });
      });
      res.on("error", reject);
    });
    req.on("error", reject);
    req.end(sent);
  });

/** An open inspector, as its page sees it. */
export interface Page {
  readonly base: string;
  readonly cookie: string;
  get(path: string): Promise<Reply>;
  call(method: string, path: string, body?: unknown): Promise<Reply>;
  stream(options?: { readonly lastId?: string; readonly after?: string }): Promise<EventStream>;
}

/** Exchanges the token of a printed address for a session. */
export const openPage = async (ui: string): Promise<Page> => {
  const [base = "", token = ""] = ui.split("/#token=");
  const session = await ask(`${base}/api/session`, { method: "POST", body: { token } });
  if (session.status !== 204) throw new Error(`no session: ${session.status} ${session.body.toString()}`);
  const cookie = session.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  return pageWith(base, cookie);
};

export const pageWith = (base: string, cookie: string): Page => {
  const call: Page["call"] = (method, path, body) =>
    ask(`${base}/api/${path}`, { method, headers: { cookie }, ...(body === undefined ? {} : { body }) });
  return {
    base,
    cookie,
    get: (path) => call("GET", path),
    call,
    stream: ({ lastId, after } = {}) =>
      openStream(`${base}/api/stream${after === undefined ? "" : `?after=${after}`}`, {
        cookie,
        ...(lastId === undefined ? {} : { "last-event-id": lastId }),
      }),
  };
};

export interface StreamEvent {
  readonly name: string;
  readonly id: string | undefined;
  readonly data: Json;
}

export interface EventStream {
  readonly events: readonly StreamEvent[];
  /** Waits for an event. */
  until(fits: (event: StreamEvent) => boolean): Promise<StreamEvent>;
  /** The id that a browser would come back with. */
  lastId(): string | undefined;
  close(): void;
}

const openStream = (url: string, headers: Readonly<Record<string, string>>): Promise<EventStream> =>
  new Promise((resolve, reject) => {
    const events: StreamEvent[] = [];
    const waiting = new Set<() => void>();
    const req = httpRequest(url, { headers, agent: false }, (res) => {
      if (res.statusCode !== 200) reject(new Error(`the stream answered ${res.statusCode}`));
      let rest = "";
      res.setEncoding("utf8");
      res.on("data", (text: string) => {
        const parts = (rest + text).split("\n\n");
        rest = parts.pop() ?? "";
        for (const part of parts) if (!part.startsWith(":")) events.push(eventOf(part));
        for (const look of waiting) look();
      });
      res.on("error", () => undefined);
      resolve({
        events,
        until: (fits) =>
          new Promise((found) => {
            const look = (): void => {
              const event = events.find(fits);
              if (event === undefined) return;
              waiting.delete(look);
              found(event);
            };
            waiting.add(look);
            look();
          }),
        lastId: () => events.findLast(({ id }) => id !== undefined)?.id,
        close: () => req.destroy(),
      });
    });
    req.on("error", reject);
    req.end();
  });

const eventOf = (text: string): StreamEvent => {
  const field = (name: string): string | undefined =>
    text
      .split("\n")
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  return { name: field("event") ?? "", id: field("id"), data: JSON.parse(field("data") ?? "null") };
};

/** A row as the listener would make it. */
export const rowFor = (id: string, more: Partial<Row> = {}): Omit<Row, "number"> => ({
  id,
  at: "2026-06-19T12:00:00.000Z",
  provider: "acme",
  eventType: "link.clicked",
  eventId: `evt_${id}`,
  attempt: 1,
  verdict: { state: "valid", cause: null, sentence: "The signature matches." },
  pending: false,
  kind: "status",
  status: 200,
  durationMs: 12,
  method: "POST",
  target: "/hooks",
  path: "/hooks",
  bytes: 2,
  resentFrom: null,
  source: null,
  ...more,
});

export interface Served extends Serving {
  readonly store: Store;
  readonly problems: readonly string[];
}

/** The server over a store that the test fills. */
export const serveStore = async (
  store = new Store(),
  { run = "run1", key = Buffer.alloc(32, 1), port = 0 } = {},
): Promise<Served> => {
  const problems: string[] = [];
  const desk: Desk = {
    store,
    mask: maskFor([secret], [acme]),
    profiles: [acme],
    candidates: [{ profile: acme, secrets: [secret] }],
    load: async ({ origin }) =>
      origin !== undefined && "request" in origin
        ? { request: origin.request, remote: null, flags: [], overflow: false }
        : undefined,
    loadForward: async (forward) => ("offset" in forward ? undefined : forward),
    explainer: { explain: () => Promise.reject(new Error("no search in this test")) },
    verifyOptions: (at) => ({ at }),
    now: () => Date.now(),
  };
  const resender = new Resender({
    desk,
    run,
    routes: [],
    listener: () => undefined,
    expect: () => undefined,
    anywhere: false,
    connection: {},
    uuid: () => "00000000-0000-4000-8000-000000000000",
  });
  const deadLetters = new DeadLetters({
    desk,
    open: () => Promise.reject(new Error("no queue in this test")),
    resender,
    connection: {},
    clock: { now: desk.now, sleep: async () => undefined, uuid: () => "" },
    signal: new AbortController().signal,
  });
  const serving = await serveInspector({
    inspected: {
      desk,
      mode: "files",
      version: "0",
      run,
      listening: () => null,
      sources: () => [],
      targets: [],
      start: () => [],
      resender,
      deadLetters,
      canDeadLetter: false,
      writeNew: async (name) => name,
    },
    port,
    orAnother: false,
    token: "the-token-of-this-run",
    sessionKey: key,
    onProblem: (message) => problems.push(message),
  });
  return { ...serving, store, problems };
};
