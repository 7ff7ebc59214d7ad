import { startServer } from "../http/server.ts";
import type { Received } from "../http/read-request.ts";
import { HookproofError } from "../errors.ts";
import { headerValue } from "../request/request.ts";
import { Api } from "./api.ts";
import { failureResponse, refusal, safeHeaders, sendResponse } from "./response.ts";
import type { ApiResponse } from "./response.ts";
import { pageFile } from "./files.ts";
import type { Inspected } from "./inspector.ts";
import { Sessions } from "./session.ts";
import { Stream } from "./stream.ts";

export interface ServeOptions {
  readonly inspected: Inspected;
  /** 0 picks a free port. */
  readonly port: number;
  /** Whether to use another port if this one is taken. */
  readonly orAnother: boolean;
  readonly token: string;
  /** Signs the sessions' cookies. */
  readonly sessionKey: Buffer;
  /** Called with unexpected failures. */
  readonly onProblem: (message: string) => void;
}

export interface Serving {
  /** The URL with the token in its fragment, which browsers don't send to servers. */
  readonly url: string;
  /** The URL with a one-time token, for launching a browser: other users may see a process's arguments. */
  readonly urlToOpen: (token: string) => string;
  /** Tells open pages that the run has ended, then stops. */
  stop(reason: string): Promise<void>;
}

/** The largest API request: an edited body must fit into one call. */
const maxBody = 4 * 1024 * 1024;
const graceMs = 300;
const host = "127.0.0.1";

/**
 * Serves the inspector to browsers on this machine. No request can crash it.
 * @throws HookproofError `port-taken`, `no-permission`
 */
export const serveInspector = async (options: ServeOptions): Promise<Serving> => {
  const { inspected, token, onProblem } = options;
  const stream = new Stream(inspected.desk.store, inspected.run);
  const sessions = new Sessions({ token, key: options.sessionKey, now: inspected.desk.now });
  const schemas = await import("./schema.ts");
  const api = new Api(inspected, stream, schemas);

  const responseFor = async (received: Received): Promise<ApiResponse | undefined> => {
    const { request, overflow, response } = received;
    if (sessions.refusesHost(request)) return refusal(403, "host", "the Host header names another host");
    const url = URL.parse(request.target, "http://inspector");
    if (url === null || !/^\/(?!\/)/.test(request.target)) return refusal(400, "target", "not a path");
    const { pathname, searchParams } = url;
    if (!pathname.startsWith("/api/")) return page(request.method, pathname);
    if (sessions.refusesOrigin(request)) return refusal(403, "origin", "the request comes from a page of another site");
    if (overflow) return refusal(413, "input-too-large", "the request body is too large");
    const writes = request.method === "POST" || request.method === "PUT";
    if (writes && request.body.length > 0 && !isJson(headerValue(request.headers, "content-type")))
      return refusal(415, "content-type", "the request body must be application/json");
    const path = pathname.slice("/api/".length);
    if (path === "session") return session(received);
    if (!sessions.isSignedIn(request))
      return refusal(401, "session", "no session", "open the address that the command printed");
    if (path !== "stream") return api.handle(received, path, searchParams);
    if (request.method !== "GET") return refusal(405, "method", "method not allowed");
    if (!stream.hasRoom) return refusal(503, "busy", "too many pages are open");
    response.writeHead(200, { ...safeHeaders, "content-type": "text/event-stream; charset=utf-8" });
    stream.open(response, headerValue(request.headers, "last-event-id") ?? searchParams.get("after") ?? undefined);
    return undefined;
  };

  const session = ({ request }: Received): ApiResponse => {
    if (request.method !== "POST") return refusal(405, "method", "method not allowed");
    const given = schemas.sessionInput.safeParse(parsed(request.body));
    const cookie = given.success ? sessions.begin(given.data.token) : undefined;
    return cookie === undefined
      ? refusal(401, "session", "wrong token", "open the address that the command printed")
      : { status: 204, headers: { "set-cookie": cookie } };
  };

  const take = async (received: Received): Promise<void> => {
    try {
      const response = await responseFor(received);
      if (response !== undefined) sendResponse(received.response, response);
    } catch (error) {
      if (!(error instanceof HookproofError)) {
        const message = `the inspector failed at ${received.request.method} ${received.request.target.slice(0, 200)}: ${String(error)}`;
        onProblem(message);
        stream.announce("problem", { message });
      }
      if (received.response.headersSent) received.response.destroy();
      else sendResponse(received.response, failureResponse(error));
    }
  };

  const start = (port: number): ReturnType<typeof startServer> =>
    startServer({
      host,
      port,
      maxBody,
      now: inspected.desk.now,
      onRequest: (received) => void take(received),
      onRefusal: () => undefined,
    });
  const server = await start(options.port).catch((error: unknown) => {
    if (!(error instanceof HookproofError) || error.code !== "port-taken") throw error;
    if (options.orAnother) return start(0);
    const hint = "choose another for the inspector: --ui-port PORT, or --ui-port 0 for any free one";
    throw new HookproofError("port-taken", error.message, { hint, cause: error });
  });
  sessions.port = server.port;
  api.explainStored().catch((error: unknown) => onProblem(`the causes could not be searched for: ${String(error)}`));
  const urlWith = (one: string): string => `http://${host}:${server.port}/#token=${one}`;
  return {
    url: urlWith(token),
    urlToOpen: (one) => {
      sessions.addOneTimeToken(one);
      return urlWith(one);
    },
    stop: async (reason) => {
      stream.stop(reason);
      await server.close(graceMs);
      await inspected.deadLetters.close();
    },
  };
};

const page = async (method: string, path: string): Promise<ApiResponse> => {
  if (method !== "GET" && method !== "HEAD") return refusal(405, "method", "method not allowed");
  return (await pageFile(path)) ?? (path === "/" ? withoutPage : refusal(404, "not-found", "there is no such file"));
};

/** The response if the page was not built. */
const withoutPage: ApiResponse = {
  status: 200,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: Buffer.from(
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>hookproof</title><p>The inspector\'s page is not part of this build. Its API is at /api/.</p></html>\n',
  ),
};

const isJson = (type: string | undefined): boolean => /^application\/json\s*(?:;|$)/i.test(type ?? "");

const parsed = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
};
