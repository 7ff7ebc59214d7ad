import type { TransportOptions } from "../http/client.ts";
import { proxyFor } from "../http/proxy.ts";
import type { Infer } from "../values/infer.ts";
import { probeDns } from "./dns.ts";
import { probeHttp } from "./http.ts";
import type { factsSchema } from "./schema.ts";
import { probeTcp } from "./tcp.ts";
import { probeTls } from "./tls.ts";

/** The results of each step on the way to a receiver. */
export type ProbeFacts = Infer<typeof factsSchema>;

interface ProbeOptions {
  /** The timeout of each step. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Trusted certificates, a client certificate, and proxies. */
  readonly connection?: TransportOptions;
}

/** Follows a delivery's path to the receiver: DNS, TCP, TLS, and one harmless request. */
export const probe = async (target: URL, options: ProbeOptions): Promise<ProbeFacts> => {
  const scheme = target.protocol === "https:" ? "https" : "http";
  const hostname = target.hostname.replace(/^\[|\]$/g, "");
  const port = target.port === "" ? (scheme === "https" ? 443 : 80) : Number(target.port);
  const { timeoutMs, signal, connection = {} } = options;
  // A probe sends neither credentials nor a fragment.
  const bare = new URL(target);
  [bare.username, bare.password, bare.hash] = ["", "", ""];
  const facts = { url: bare.href, scheme, hostname, port, limitMs: timeoutMs } as const;
  const proxy = connection.proxies === undefined ? undefined : proxyFor(target, connection.proxies);
  if (proxy !== undefined) {
    const http = await probeHttp(bare.href, undefined, { ...options, connection, trustAll: false });
    return {
      ...facts,
      proxy: proxy.name,
      dns: { hostname, addresses: [], ms: 0, error: null },
      tcp: [],
      tls: null,
      http,
    };
  }
  const dns = await probeDns(hostname, timeoutMs, signal);
  const tcp = await Promise.all(dns.addresses.map(({ address }) => probeTcp(address, port, timeoutMs, signal)));
  const reached = tcp.find(({ ms }) => ms !== null)?.address;
  const tls =
    reached === undefined || scheme === "http"
      ? null
      : await probeTls(reached, {
          hostname,
          port,
          timeoutMs,
          signal,
          connection,
        });
  const speaks = reached !== undefined && (tls === null || tls.error === null);
  const trustAll = tls !== null && tls.refusal !== null;
  const http = speaks ? await probeHttp(bare.href, reached, { ...options, connection, trustAll }) : [];
  return { ...facts, proxy: null, dns, tcp, tls, http };
};
