import { createTransport } from "../http/client.ts";
import type { TransportOptions } from "../http/client.ts";
import type { NetworkFailure } from "../request/attempt.ts";
import { headerValue } from "../request/request.ts";
import type { ProbeFacts } from "./probe.ts";
import type { StepFailure } from "./step.ts";

/** One request of a probe, with its response. */
type HttpStep = ProbeFacts["http"][number];

interface HttpOptions {
  /** True after TLS was tested separately, so that a bad certificate doesn't hide the HTTP result. */
  readonly trustAll: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly connection: TransportOptions;
}

const maxRedirects = 10;

/**
 * Sends `HEAD`, which no receiver acts on, or `GET` if the server drops the connection on `HEAD`. There is no body,
 * signature or event, nothing that a receiver could mistake for a delivery. Follows redirects to see where they end,
 * although platforms don't.
 * @param address to use for the first request; undefined if a proxy resolves the name
 * @returns the steps in order, up to the final response or a loop
 */
export const probeHttp = async (
  url: string,
  address: string | undefined,
  options: HttpOptions,
): Promise<readonly HttpStep[]> => {
  const steps: HttpStep[] = [];
  const seen = new Set<string>();
  let next: string | undefined = url;
  while (next !== undefined && steps.length < maxRedirects && !seen.has(next)) {
    seen.add(next);
    const pinned: string | undefined = steps.length === 0 ? address : undefined;
    let step: HttpStep = await ask("HEAD", next, pinned, options);
    if (step.status === null && step.error?.code === "ECONNRESET") step = await ask("GET", next, pinned, options);
    steps.push(step);
    next = leadsTo(step);
  }
  return steps;
};

/** Whether the redirects lead back to an earlier URL, or are too many. */
export const isLoop = (steps: readonly HttpStep[]): boolean => {
  const last = steps.at(-1);
  const target = last === undefined ? undefined : leadsTo(last);
  return target !== undefined && (steps.length >= maxRedirects || steps.some(({ url }) => url === target));
};

/** A redirect's target, without credentials. */
const leadsTo = ({ url, status, location }: HttpStep): string | undefined => {
  if (location === null || status === null || status < 300 || status > 399) return undefined;
  const target = URL.parse(location, url);
  if (target === null || !/^https?:$/.test(target.protocol)) return undefined;
  target.username = target.password = "";
  return target.href;
};

const ask = async (
  method: "HEAD" | "GET",
  url: string,
  address: string | undefined,
  { trustAll, connection, timeoutMs, signal, now }: HttpOptions,
): Promise<HttpStep> => {
  const { hostname, port, protocol, pathname, search } = new URL(url);
  const at = { host: hostname, port: Number(port || (protocol === "https:" ? 443 : 80)) };
  const transport = createTransport({
    ...connection,
    insecure: trustAll,
    // Use the address that the TCP step connected to.
    ...(address === undefined ? {} : { resolve: [{ ...at, address }] }),
    // Only the head of the response is needed.
    maxBody: 1,
    endsAtMaxBody: true,
  });
  const request = {
    method,
    url,
    target: pathname + search,
    headers: [
      ["User-Agent", "hookproof-doctor"],
      ["Accept", "*/*"],
    ] as const,
    body: Buffer.alloc(0),
  };
  try {
    const {
      status,
      headers,
      protocol: spoken,
      timings,
      error,
    } = await transport.exchange(request, { timeoutMs, signal });
    if (error?.kind === "aborted") throw signal.reason instanceof Error ? signal.reason : new Error("stopped");
    const date = Date.parse(headerValue(headers, "date") ?? "");
    return {
      method,
      url,
      status,
      httpVersion: status === null ? null : (spoken?.replace("HTTP/", "") ?? null),
      ms: timings.totalMs,
      location: headerValue(headers, "location") ?? null,
      server: headerValue(headers, "server") ?? null,
      clockSkewSeconds: Number.isNaN(date) ? null : Math.round((date - now()) / 1000),
      error: status === null && error !== null ? failureOf(error) : null,
    };
  } finally {
    await transport.close();
  }
};

const failureOf = ({ kind, code, message }: NetworkFailure): StepFailure => ({
  code: kind === "proxy" ? "PROXY" : (code ?? kind.toUpperCase()),
  message,
});
