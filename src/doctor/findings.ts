import { at } from "./finding.ts";
import type { FindingOptions, ProbeFinding } from "./finding.ts";
import { valueOf } from "../providers/profile.ts";
import { formatDuration } from "../values/duration.ts";
import { privateKind } from "./addresses.ts";
import { httpFindings } from "./http-findings.ts";
import type { ProbeFacts } from "./probe.ts";
import { tlsFindings } from "./tls-findings.ts";

/** What the facts mean for deliveries, in the order of a connection: URL, DNS, TCP, TLS, HTTP. */
export const findingsOf = (facts: ProbeFacts, options: FindingOptions): readonly ProbeFinding[] => [
  ...urlFindings(facts, options),
  ...(facts.proxy === null ? directFindings(facts, options) : [proxyFinding(facts.proxy)]),
  ...httpFindings(facts, options),
];

/** The DNS, TCP and TLS findings; with a proxy there are none. */
const directFindings = (facts: ProbeFacts, options: FindingOptions): readonly ProbeFinding[] => [
  ...dnsFindings(facts, options),
  ...tcpFindings(facts),
  ...(facts.tls === null ? [] : tlsFindings(facts.tls, facts, options.now)),
];

const proxyFinding = (proxy: string): ProbeFinding =>
  at("tcp", {
    code: "through-proxy",
    level: "ok",
    message: `checked through the proxy ${proxy}: names, addresses and certificates cannot be checked`,
    advice: "",
  });

const urlFindings = ({ scheme }: ProbeFacts, { profiles, local }: FindingOptions): readonly ProbeFinding[] => {
  if (scheme === "https" || local) return [];
  const strict = profiles.filter(({ delivery }) => valueOf(delivery.httpsOnly)).map(({ id }) => id);
  if (strict.length === 0) return [];
  const all = strict.length === profiles.length;
  return [
    at("url", {
      code: "plain-http",
      level: all ? "problem" : "warning",
      message: `the URL is plain HTTP, and ${strict.length > 5 ? `${strict.length} of ${profiles.length} platforms` : strict.join(", ")} ${strict.length === 1 ? "delivers" : "deliver"} to HTTPS only`,
      advice: "register an https:// URL",
    }),
  ];
};

const dnsFindings = ({ dns }: ProbeFacts, { local }: FindingOptions): readonly ProbeFinding[] => {
  if (dns.error !== null) {
    const unknown = dns.error.code === "ENOTFOUND";
    return [
      at("dns", {
        code: unknown ? "dns-unresolvable" : dns.error.code === "TIMEOUT" ? "dns-timeout" : "dns-failed",
        level: "problem",
        message: unknown
          ? `the name ${dns.hostname} has no address`
          : `the name ${dns.hostname} could not be looked up (${dns.error.code})`,
        advice: unknown
          ? "check the name for typos, and that its DNS record exists and is public"
          : "check the name servers of the domain, then try again",
      }),
    ];
  }
  const list = dns.addresses.map(({ address }) => address).join(", ");
  const closed = dns.addresses.flatMap(({ address }) => {
    const kind = privateKind(address);
    return kind === null ? [] : [{ address, kind }];
  });
  const [first] = closed;
  if (first !== undefined && !local) {
    return [
      at("dns", {
        code: "private-address",
        level: "problem",
        message: `${dns.hostname} resolves to ${first.address}, which is ${first.kind}: no platform can reach it`,
        advice:
          "give the receiver a public address, or use a tunnel during development; to test a receiver on this machine, add --local",
      }),
    ];
  }
  return [
    at("dns", {
      code: "dns-ok",
      level: "ok",
      message: `${dns.hostname} resolves to ${list} (${formatDuration(dns.ms)})`,
      advice: "",
    }),
  ];
};

const tcpFindings = ({ tcp, port, limitMs }: ProbeFacts): readonly ProbeFinding[] => {
  const broken = tcp.filter(({ error }) => error !== null);
  const good = tcp.filter(({ error }) => error === null);
  const fine = good.map(({ address, ms }) => `${address} in ${formatDuration(ms ?? 0)}`).join(", ");
  return [
    ...(good.length === 0
      ? []
      : [at("tcp", { code: "tcp-ok", level: "ok", message: `port ${port} is open: ${fine}`, advice: "" })]),
    ...broken.map(({ address, error }) => {
      const code = error?.code ?? "";
      const level = good.length > 0 ? ("warning" as const) : ("problem" as const);
      const part = good.length > 0 ? " (another address works: some deliveries will fail)" : "";
      if (code === "ECONNREFUSED") {
        return at("tcp", {
          code: "tcp-refused",
          level,
          message: `${address} refuses connections on port ${port}${part}`,
          advice: "start the receiver, or correct the port; a load balancer with no healthy target also refuses",
        });
      }
      if (code === "TIMEOUT" || code === "ETIMEDOUT") {
        return at("tcp", {
          code: "tcp-timeout",
          level,
          message: `${address} port ${port} does not respond within ${formatDuration(limitMs)}${part}`,
          advice: "a firewall or security group drops the packets: let the platform's addresses in",
        });
      }
      return at("tcp", {
        code: "tcp-unreachable",
        level,
        message: `${address} port ${port} cannot be reached (${code})${part}`,
        advice: "check routes and firewall; if the receiver has no IPv6, remove its AAAA record",
      });
    }),
  ];
};
