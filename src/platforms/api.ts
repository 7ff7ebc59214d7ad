import { HookproofError } from "../errors.ts";
import { createTransport } from "../http/client.ts";
import type { TransportOptions } from "../http/client.ts";
import { valueOf } from "../providers/profile.ts";
import type { ApiEndpoint, Profile } from "../providers/profile.ts";
import type { NetworkFailure } from "../request/attempt.ts";
import type { HeaderPair } from "../request/request.ts";
import { escapeControls } from "../values/escape.ts";
import { maskedUrl } from "../values/masked-url.ts";
import { withoutSecret } from "../values/masked-secret.ts";
import type { Secret } from "../values/secret.ts";
import { withoutEnd } from "../values/cut.ts";

interface ApiCall {
  readonly profile: Profile;
  /** Name of the endpoint in the profile: `test`, `subscriptions-list` … */
  readonly endpoint: string;
  /** Values for the path's `{…}` places; each is percent-encoded. */
  readonly params?: Readonly<Record<string, string>>;
  /** Sent as JSON, if given. */
  readonly body?: unknown;
  /** Replaces the profile's base URL. */
  readonly baseUrl?: string | undefined;
  /** The key or token, sent as the endpoint's `auth` says. */
  readonly token?: Secret | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The reply may contain a secret: messages show its structure only. */
  readonly confidential?: boolean;
  /** How the platform is reached: proxies, certificates. */
  readonly connection?: TransportOptions;
}

interface ApiReply {
  readonly url: string;
  readonly status: number;
  /** The parsed reply; undefined where there was none. */
  readonly json: unknown;
  /** The reply's text, safe to show in messages. */
  readonly text: string;
}

/** The largest reply that is accepted; real ones are a few kilobytes. */
const maxReply = 5 * 1024 * 1024;

/**
 * Calls a platform's API and requires the documented status.
 * @throws HookproofError `usage` if the base URL is unknown, `api-refused` for 401 and 403, `api-unreachable` without a
 *   response, `api-reply-malformed` for any other response
 */
export const callApi = async (call: ApiCall): Promise<ApiReply> => {
  const endpoint = endpointOf(call.profile, call.endpoint);
  const url = urlOf(call, endpoint);
  const reply = await exchange(call, endpoint, url);
  const endpointText = `${endpoint.method} ${reply.url}`;
  if (reply.status === 401 || reply.status === 403) {
    throw new HookproofError(
      "api-refused",
      `${call.profile.name} rejected the credentials: ${endpointText} returned ${reply.status}`,
      {
        hint: hintFor(endpoint),
      },
    );
  }
  const expected = valueOf(endpoint.success);
  if (!expected.includes(reply.status)) {
    throw new HookproofError(
      "api-reply-malformed",
      `${endpointText} returned ${reply.status}, not ${expected.join(" or ")}: ${excerpt(reply.text)}`,
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
  throw new HookproofError("unsupported", `${profile.name} has no documented API for this`, {
    hint: `hookproof providers show ${profile.id}`,
  });
};

const urlOf = (call: ApiCall, endpoint: ApiEndpoint): string => {
  const base = call.baseUrl ?? (endpoint.baseUrl === undefined ? undefined : valueOf(endpoint.baseUrl));
  if (base === undefined) {
    throw new HookproofError("usage", `the base URL of ${call.profile.name}'s API is not known`, {
      hint: "add --base-url https://…",
    });
  }
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) {
    throw new HookproofError("usage", `--base-url: '${maskedUrl(base)}' is not an http or https URL`);
  }
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(call.params?.[name] ?? ""));
  return withoutEnd(base, "/") + path;
};

const authHeaders = (endpoint: ApiEndpoint, token: Secret | undefined): readonly HeaderPair[] => {
  if (endpoint.auth === "none" || token === undefined) return [];
  const text = token.reveal().toString("utf8");
  if (/[\r\n\0]/.test(text)) throw new HookproofError("secret-unusable", `${token.label} contains a line break`);
  return endpoint.auth === "bearer" ? [["Authorization", `Bearer ${text}`]] : [["X-API-Key", text]];
};

const exchange = async (call: ApiCall, endpoint: ApiEndpoint, url: string): Promise<ApiReply> => {
  const { pathname, search } = new URL(url);
  const request = {
    method: endpoint.method,
    url,
    target: pathname + search,
    headers: [
      ["Accept", "application/json"],
      ["User-Agent", "hookproof"],
      ...authHeaders(endpoint, call.token),
      ...(call.body === undefined ? [] : [["Content-Type", "application/json"] as const]),
    ] satisfies readonly HeaderPair[],
    body: Buffer.from(call.body === undefined ? "" : JSON.stringify(call.body)),
  };
  // One byte more than the limit, so that a larger reply can be detected.
  const transport = createTransport({ ...call.connection, maxBody: maxReply + 1, endsAtMaxBody: true });
  try {
    const { status, body, error } = await transport.exchange(request, call);
    if (body.length > maxReply)
      throw new HookproofError("api-reply-malformed", `${url} returned ${status} with more than 5 MB`);
    if (status === null || error !== null) throw unreachable(call, url, error);
    // Many APIs repeat the token in their errors, and the text is shown and printed with --json.
    const text = withoutSecret(body.toString("utf8"), call.token);
    const json = parsed(text);
    return {
      url: withoutSecret(url, call.token),
      status,
      text: call.confidential === true ? formOf(text, json) : text,
      json,
    };
  } finally {
    await transport.close();
  }
};

const unreachable = (call: ApiCall, url: string, error: NetworkFailure | null): unknown => {
  if (error?.kind === "aborted" && call.signal.aborted) return call.signal.reason;
  const why = error?.kind === "timeout" ? `timed out after ${call.timeoutMs / 1000}s` : (error?.message ?? "");
  return new HookproofError("api-unreachable", `no response from ${url}: ${why}`, {
    hint: `hookproof doctor ${new URL(url).origin}`,
  });
};

/** A reply's structure without values; non-JSON isn't shown at all. */
const formOf = (text: string, json: unknown): string => {
  if (json === undefined) return text.trim() === "" ? "" : `${text.length} characters that are not JSON (not shown)`;
  return JSON.stringify(json, (_key, value: unknown) => (typeof value === "string" ? "…" : value));
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The start of a reply, safe to show. */
const excerpt = (text: string): string => {
  const flat = escapeControls(text.slice(0, 300).replace(/\s+/g, " ").trim());
  return flat === "" ? "an empty response" : text.length > 300 ? `${flat}…` : flat;
};

const hintFor = (endpoint: ApiEndpoint): string =>
  endpoint.auth === "bearer"
    ? "pass a token with --token env:NAME"
    : endpoint.auth === "x-api-key"
      ? "pass the API key with --token env:NAME"
      : "the endpoint takes no key: is the URL right?";

const statusHint = (status: number): string => {
  if (status === 404) return "check the ids and --base-url";
  if (status === 429) return "the platform is rate limiting: wait and try again";
  if (status >= 500) return "the platform had an error: try again later";
  return "the platform's documentation describes a different response";
};

/**
 * Requires JSON or an empty response, for calls whose docs don't specify the response.
 * @throws HookproofError `api-reply-malformed` with the reply, escaped
 */
export const replyOfAnApi = (reply: ApiReply): void => {
  if (reply.json === undefined && reply.text.trim() !== "") replyAs(reply, "JSON", () => undefined);
};

/**
 * Checks a reply against its documented form.
 * @param schema checks the parsed JSON and returns it typed, or undefined
 * @throws HookproofError `api-reply-malformed` with the reply, escaped
 */
export const replyAs = <T>(reply: ApiReply, what: string, schema: (json: unknown) => T | undefined): T => {
  const found = schema(reply.json);
  if (found !== undefined) return found;
  throw new HookproofError(
    "api-reply-malformed",
    `${reply.url} returned ${reply.status}, but not ${what}: ${excerpt(reply.text)}`,
    {
      hint: "is --base-url the platform's API?",
    },
  );
};
