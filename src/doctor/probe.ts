import type { Infer } from "../values/infer.ts";
import { probeDns } from "./dns.ts";
import { probeHttp } from "./http.ts";
import type { factsSchema } from "./schema.ts";
import { probeTcp } from "./tcp.ts";
import { probeTls } from "./tls.ts";

/** What was found on the way to a receiver, step by step. */
export type ProbeFacts = Infer<typeof factsSchema>;

export interface ProbeOptions {
  /** For each step. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** PEM of certificates to trust besides the usual ones. */
  readonly ca?: string;
}

/** Goes the way of a delivery up to the receiver's door: name, connection, TLS, one harmless request. */
export const probe = async (target: URL, options: ProbeOptions): Promise<ProbeFacts> => {
  const scheme = target.protocol === "https:" ? "https" : "http";
  const hostname = target.hostname.replace(/^\[|\]$/g, "");
  const port = target.port === "" ? (scheme === "https" ? 443 : 80) : Number(target.port);
  const { timeoutMs, signal } = options;
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
          ...(options.ca === undefined ? {} : { ca: options.ca }),
        });
  const speaks = reached !== undefined && (tls === null || tls.error === null);
  // Neither credentials nor a fragment belong on the wire of a probe.
  const bare = new URL(target);
  [bare.username, bare.password, bare.hash] = ["", "", ""];
  const http = speaks
    ? await probeHttp(bare.href, reached, { ...options, trustAll: tls?.refusal !== null && tls !== null })
    : [];
  return { url: bare.href, scheme, hostname, port, dns, tcp, tls, http, limitMs: timeoutMs };
};
