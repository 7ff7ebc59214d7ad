import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import type { ProbeFacts } from "./probe.ts";
import { failed, within } from "./step.ts";

/** One request of a probe and its answer. */
export type HttpStep = ProbeFacts["http"][number];

export interface HttpOptions {
  /** Certificates to trust besides the usual ones. */
  readonly ca?: string;
  /** True where TLS has been judged already: its refusal must not hide what HTTP says. */
  readonly trustAll: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const maxRedirects = 10;

/**
 * Asks with `HEAD`, which no receiver acts on; with `GET` where the server drops `HEAD`. No body, no
 * signature, no event: nothing that a receiver would take for a delivery. Redirects are followed to
 * see where they end; platforms do not follow them.
 * @returns the steps in order, the last being the end or the one that closes a loop
 */
export const probeHttp = async (url: string, address: string, options: HttpOptions): Promise<readonly HttpStep[]> => {
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

/** Whether the steps end where they have been, or never end. */
export const isLoop = (steps: readonly HttpStep[]): boolean => {
  const last = steps.at(-1);
  const target = last === undefined ? undefined : leadsTo(last);
  return target !== undefined && (steps.length >= maxRedirects || steps.some(({ url }) => url === target));
};

/** Where a redirect leads; without credentials, which are for nobody whom an answer names. */
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
  options: HttpOptions,
): Promise<HttpStep> => {
  const { protocol, hostname } = new URL(url);
  const start = performance.now();
  const send = protocol === "https:" ? httpsRequest : httpRequest;
  const outgoing = send(url, {
    method,
    agent: false,
    headers: { "user-agent": "hookproof-doctor", accept: "*/*" },
    rejectUnauthorized: !options.trustAll,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(address === undefined || isIP(hostname.replace(/^\[|\]$/g, "")) !== 0 ? {} : { lookup: pinnedTo(address) }),
  });
  const base = { method, url, status: null, httpVersion: null, location: null, server: null, clockSkewSeconds: null };
  try {
    const answer = await within(
      new Promise<IncomingMessage>((resolve, reject) => {
        outgoing.once("response", resolve);
        outgoing.once("error", reject);
        outgoing.end();
      }),
      options.timeoutMs,
      options.signal,
    );
    const { headers } = answer;
    const date = headers.date === undefined ? Number.NaN : Date.parse(headers.date);
    return {
      ...base,
      status: answer.statusCode ?? null,
      httpVersion: answer.httpVersion,
      ms: performance.now() - start,
      location: headers.location ?? null,
      server: headers["server"]?.toString() ?? null,
      clockSkewSeconds: Number.isNaN(date) ? null : Math.round((date - options.now()) / 1000),
      error: null,
    };
  } catch (error) {
    return { ...base, ms: performance.now() - start, error: failed(error) };
  } finally {
    outgoing.on("error", () => undefined);
    outgoing.destroy();
  }
};

/** Resolves every name to the one address that was connected to before. */
const pinnedTo =
  (address: string): LookupFunction =>
  (_hostname, options, done) => {
    const family = isIP(address);
    if (options.all === true) done(null, [{ address, family }]);
    else done(null, address, family);
  };
