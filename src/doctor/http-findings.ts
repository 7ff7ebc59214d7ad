import { formatDuration } from "../values/duration.ts";
import { at, limitsOf } from "./finding.ts";
import type { FindingOptions, ProbeFinding } from "./finding.ts";
import { isLoop } from "./http.ts";
import type { ProbeFacts } from "./probe.ts";

/** What the response to the harmless request means: redirects, status, time, clock. */
export const httpFindings = (facts: ProbeFacts, options: FindingOptions): readonly ProbeFinding[] => {
  const [first] = facts.http;
  if (first === undefined) return [];
  if (first.error !== null) return [noAnswer(facts, first.error.code, first.error.message)];
  const status = first.status ?? 0;
  return [
    ...redirectFindings(facts),
    ...(status >= 300 && status < 400
      ? []
      : [statusFinding(status, first.method, first.ms, first.httpVersion, facts.tls?.alpn ?? null)]),
    ...slowFindings(facts, options),
    ...clockFindings(first.clockSkewSeconds),
  ];
};

const noAnswer = ({ limitMs, scheme }: ProbeFacts, code: string, message: string): ProbeFinding =>
  code === "TIMEOUT"
    ? at("http", {
        code: "http-hang",
        level: "problem",
        message: `connected, but no response within ${formatDuration(limitMs)}`,
        advice: "the process behind the port is hanging or waiting: check its log",
      })
    : code === "MALFORMED"
      ? at("http", {
          code: "http-malformed",
          level: "problem",
          message,
          advice:
            scheme === "http" ? "if the port speaks TLS, register https://" : "another service listens on this port",
        })
      : code === "PROXY"
        ? at("http", {
            code: "proxy-failed",
            level: "problem",
            message,
            advice: "check --proxy, or HTTP_PROXY and HTTPS_PROXY",
          })
        : at("http", {
            code: "http-reset",
            level: "problem",
            message: `the connection was closed without a response (${code}: ${message})`,
            advice: "check the receiver's log: a crash, a proxy limit, or another protocol on this port",
          });

const redirectFindings = (facts: ProbeFacts): readonly ProbeFinding[] => {
  const [first] = facts.http;
  const last = facts.http.at(-1);
  if (
    first === undefined ||
    last === undefined ||
    first.location === null ||
    (first.status ?? 0) < 300 ||
    (first.status ?? 0) > 399
  )
    return [];
  const way = facts.http.map(({ url }) => url).join(" → ");
  return isLoop(facts.http)
    ? [
        at("http", {
          code: "redirect-loop",
          level: "problem",
          message: `it returns ${first.status} and redirects in a loop: ${way}`,
          advice: "usually TLS ends at a proxy and the application redirects to HTTPS again: pass X-Forwarded-Proto on",
        }),
      ]
    : [
        at("http", {
          code: "redirect",
          level: "problem",
          message: `it returns ${first.status} and redirects to ${first.location}; platforms do not follow redirects`,
          advice: `register the final address: ${last.url}`,
        }),
      ];
};

const statusFinding = (
  status: number,
  method: string,
  ms: number,
  version: string | null,
  alpn: string | null,
): ProbeFinding => {
  const spoken = `${method} returned ${status} in ${formatDuration(ms)} over HTTP/${version ?? "?"}${alpn === "h2" ? " (HTTP/2 is offered)" : ""}`;
  if (status >= 500 && status !== 501)
    return at("http", {
      code: "http-5xx",
      level: "warning",
      message: spoken,
      advice: "the receiver, or a gateway in front of it, is failing: check its log",
    });
  if (status === 404)
    return at("http", {
      code: "http-404",
      level: "warning",
      message: spoken,
      advice:
        "normal for POST-only routes in some frameworks; otherwise the path is wrong: send a test event to be sure",
    });
  if (status === 401 || status === 403)
    return at("http", {
      code: "http-refused",
      level: "warning",
      message: spoken,
      advice:
        "something asks for credentials before the request reaches the webhook handler; make sure it lets signed POSTs through",
    });
  return at("http", { code: "http-ok", level: "ok", message: spoken, advice: "" });
};

const slowFindings = (facts: ProbeFacts, { profiles }: FindingOptions): readonly ProbeFinding[] => {
  const late = limitsOf(facts, profiles).filter(({ inTime }) => !inTime);
  if (late.length === 0) return [];
  const names = late.map(({ provider, limitMs }) => `${provider} ${formatDuration(limitMs)}`).join(", ");
  return [
    at("http", {
      code: "http-slow",
      level: late.length === profiles.length ? "problem" : "warning",
      message: `the response took ${formatDuration(facts.http[0]?.ms ?? 0)}, longer than the timeout of ${names}`,
      advice: "respond first, process later: put the event on a queue and return 2xx",
    }),
  ];
};

const clockFindings = (skew: number | null): readonly ProbeFinding[] =>
  skew === null || Math.abs(skew) <= 30
    ? []
    : [
        at("http", {
          code: "clock-skew",
          level: Math.abs(skew) >= 300 ? "problem" : "warning",
          message: `the receiver's clock is ${formatDuration(Math.abs(skew) * 1000)} ${skew > 0 ? "ahead of" : "behind"} this machine's`,
          advice:
            "sync the clocks with NTP: signatures with a timestamp are rejected outside their tolerance (often 5 minutes)",
        }),
      ];
