import { HookproofError, errnoOf } from "../errors.ts";
import { valueOf } from "../providers/profile.ts";
import type { ApiEndpoint, Profile } from "../providers/profile.ts";
import { escapeControls } from "../values/escape.ts";
import type { Secret } from "../values/secret.ts";

export interface ApiCall {
  readonly profile: Profile;
  /** Name of the endpoint in the profile: `test`, `subscriptions-list` … */
  readonly endpoint: string;
  /** Values for the path's `{…}` places; each is percent-encoded. */
  readonly params?: Readonly<Record<string, string>>;
  /** Sent as JSON where given. */
  readonly body?: unknown;
  /** In place of the profile's base URL. */
  readonly baseUrl?: string | undefined;
  /** The key or token, sent as the endpoint's `auth` says. */
  readonly token?: Secret | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The reply may hold a secret: messages show its form only. */
  readonly confidential?: boolean;
  /** The proxies of the user's environment: platforms are often reached through one. */
  readonly proxies?: Proxies;
}

/** Proxy addresses as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` give them. */
export interface Proxies {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

export interface ApiReply {
  readonly url: string;
  readonly status: number;
  /** The parsed reply; undefined where there was none. */
  readonly json: unknown;
  /** The reply as messages may show it. */
  readonly text: string;
}

/** The largest reply that is read; a platform's answers are a few kilobytes. */
const maxReply = 5 * 1024 * 1024;

/**
 * Calls a platform's API and insists on the status its document promises.
 * @throws HookproofError `usage` where the base URL is not known, `api-refused` for 401 and 403,
 *   `api-unreachable` where no answer came, `api-reply-malformed` for any other reply than promised
 */
export const callApi = async (call: ApiCall): Promise<ApiReply> => {
  const endpoint = endpointOf(call.profile, call.endpoint);
  const url = urlOf(call, endpoint);
  const reply = await exchange(call, endpoint, url);
  const shown = `${endpoint.method} ${url}`;
  if (reply.status === 401 || reply.status === 403) {
    throw new HookproofError(
      "api-refused",
      `${call.profile.name} refused the credentials: ${shown} answered ${reply.status}`,
      {
        hint: hintFor(endpoint),
      },
    );
  }
  const expected = valueOf(endpoint.success);
  if (!expected.includes(reply.status)) {
    throw new HookproofError(
      "api-reply-malformed",
      `${shown} answered ${reply.status}, not ${expected.join(" or ")}: ${excerpt(reply.text)}`,
      {
        hint: statusHint(reply.status),
      },
    );
  }
  return reply;
};

/** The endpoint of a profile by name. @throws HookproofError `unsupported` where the platform has none */
export const endpointOf = (profile: Profile, name: string): ApiEndpoint => {
  const endpoint = profile.endpoints?.[name];
  if (endpoint !== undefined) return endpoint;
  throw new HookproofError("unsupported", `${profile.name} documents no such API`, {
    hint: `hookproof providers show ${profile.id}`,
  });
};

const urlOf = (call: ApiCall, endpoint: ApiEndpoint): string => {
  const base = call.baseUrl ?? (endpoint.baseUrl === undefined ? undefined : valueOf(endpoint.baseUrl));
  if (base === undefined) {
    throw new HookproofError("usage", `the address of ${call.profile.name}'s API is not known`, {
      hint: "add --base-url https://…",
    });
  }
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) {
    throw new HookproofError("usage", `--base-url: '${base}' is not an http or https URL`);
  }
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(call.params?.[name] ?? ""));
  return base.replace(/\/+$/, "") + path;
};

const authHeaders = (endpoint: ApiEndpoint, token: Secret | undefined): Readonly<Record<string, string>> => {
  if (endpoint.auth === "none" || token === undefined) return {};
  const text = token.reveal().toString("utf8");
  if (/[\r\n\0]/.test(text)) throw new HookproofError("secret-unusable", `${token.label} holds a line break`);
  return endpoint.auth === "bearer" ? { authorization: `Bearer ${text}` } : { "x-api-key": text };
};

const exchange = async (call: ApiCall, endpoint: ApiEndpoint, url: string): Promise<ApiReply> => {
  const timeout = AbortSignal.timeout(call.timeoutMs);
  const { EnvHttpProxyAgent, fetch } = await import("undici");
  const dispatcher = new EnvHttpProxyAgent({ httpProxy: "", httpsProxy: "", noProxy: "", ...call.proxies });
  try {
    const response = await fetch(url, {
      dispatcher,
      method: endpoint.method,
      headers: {
        accept: "application/json",
        "user-agent": "hookproof",
        ...authHeaders(endpoint, call.token),
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
      },
      // A redirect could carry the key to another host.
      redirect: "manual",
      signal: AbortSignal.any([call.signal, timeout]),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    const text = await readLimited(response, url);
    const json = parsed(text);
    return { url, status: response.status, text: call.confidential === true ? formOf(text, json) : text, json };
  } catch (error) {
    if (error instanceof HookproofError || call.signal.aborted) throw error;
    throw new HookproofError(
      "api-unreachable",
      `no answer from ${url}: ${timeout.aborted ? `nothing within ${call.timeoutMs / 1000}s` : reasonOf(error)}`,
      {
        cause: error,
        hint: `hookproof doctor ${new URL(url).origin}`,
      },
    );
  } finally {
    await dispatcher.destroy();
  }
};

const readLimited = async (response: Pick<Response, "body" | "status">, url: string): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes: Uint8Array = chunk;
    size += bytes.length;
    if (size > maxReply)
      throw new HookproofError("api-reply-malformed", `${url} answered ${response.status} with more than 5 MB`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
};

/** A reply without its values; one that is no JSON is not shown at all. */
const formOf = (text: string, json: unknown): string => {
  if (json === undefined) return text.trim() === "" ? "" : `${text.length} characters that are no JSON (not shown)`;
  return JSON.stringify(json, (_key, value: unknown) => (typeof value === "string" ? "…" : value));
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  ENOTFOUND: "the host name does not resolve",
  EAI_AGAIN: "the host name does not resolve",
  UND_ERR_SOCKET: "the connection ended before the answer was complete",
};

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = errnoOf(cause) ?? errnoOf(error);
  return (
    (code === undefined ? undefined : (words[code] ?? code)) ?? (cause instanceof Error ? cause.message : String(error))
  );
};

/** The start of a reply, safe to show. */
const excerpt = (text: string): string => {
  const flat = escapeControls(text.slice(0, 300).replace(/\s+/g, " ").trim());
  return flat === "" ? "an empty reply" : text.length > 300 ? `${flat}…` : flat;
};

const hintFor = (endpoint: ApiEndpoint): string =>
  endpoint.auth === "bearer"
    ? "give a token with --token env:NAME"
    : endpoint.auth === "x-api-key"
      ? "give the API key with --token env:NAME"
      : "the endpoint takes no key: is the address right?";

const statusHint = (status: number): string => {
  if (status === 404) return "check the ids and --base-url";
  if (status === 429) return "the platform is limiting calls: wait and try again";
  if (status >= 500) return "the platform failed: try again later";
  return "the platform's document promises another answer";
};

/**
 * Insists on JSON or an empty reply, where the document gives no form.
 * @throws HookproofError `api-reply-malformed` with the reply, escaped
 */
export const replyOfAnApi = (reply: ApiReply): void => {
  if (reply.json === undefined && reply.text.trim() !== "") replyAs(reply, "JSON", () => undefined);
};

/**
 * A reply held against the form that the document gives it.
 * @param schema checks the parsed JSON and returns it typed, or undefined
 * @throws HookproofError `api-reply-malformed` with the reply, escaped
 */
export const replyAs = <T>(reply: ApiReply, what: string, schema: (json: unknown) => T | undefined): T => {
  const found = schema(reply.json);
  if (found !== undefined) return found;
  throw new HookproofError(
    "api-reply-malformed",
    `${reply.url} answered ${reply.status}, but not with ${what}: ${excerpt(reply.text)}`,
    {
      hint: "is --base-url the platform's API?",
    },
  );
};
