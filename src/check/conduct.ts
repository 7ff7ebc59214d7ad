import { summarise } from "../delivery/load.ts";
import { valueOf } from "../providers/profile.ts";
import { endpointUrl } from "../signature/build-request.ts";
import { formatDuration } from "../values/duration.ts";
import { burstSize, sendBurst } from "./burst.ts";
import { appliesOnce } from "./effects.ts";
import type { CheckCase } from "./case.ts";
import { withoutHeaders } from "../request/request.ts";
import { accepted, failingOf, isAccepted, outcomeOf, responseWords } from "./delivery-checks.ts";
import type { CheckSession } from "./session.ts";
import type { Outcome, DeliveryResult, Target } from "./types.ts";

const timedDeliveries = 20;

/** Cases about the receiver's overall behavior, not one delivery's response. */
export const conduct: readonly CheckCase[] = [
  {
    id: "survives-burst",
    title: "Many deliveries at once are accepted",
    proves: "a busy minute loses no delivery to 429, 503 or a dropped connection",
    sent: `${burstSize} valid deliveries at the same time`,
    expected: "2xx for each",
    when: "apart",
    fix: "Respond first, process later: put the event on a queue. Raise the connection or rate limit for this path.",
    run: async (session) => {
      const seen = await sendBurst(session);
      const bad = seen.filter((one) => accepted(one, session.target) !== undefined);
      const { p50 = 0, p90 = 0, max = 0 } = summarise(seen.map(({ exchange }) => exchange.timings.totalMs)) ?? {};
      const spread = `p50 ${formatDuration(p50)}, p90 ${formatDuration(p90)}, max ${formatDuration(max)}`;
      if (bad.length === 0) return passed(`${burstSize} ok, ${spread}`);
      return {
        ...failed(`${bad.length} of ${burstSize} not accepted: ${responses(bad)}; ${spread}`),
        failing: bad.map(failingOf),
      };
    },
  },
  {
    id: "answers-in-time",
    title: "The response comes within the platform's timeout",
    proves: "deliveries do not fail because the response is late",
    sent: `up to ${timedDeliveries} valid deliveries, one after another`,
    expected: "2xx within the timeout",
    when: "apart",
    fix: "Verify, put the event on a queue, respond with 2xx; do the work later.",
    run: inTime,
  },
  {
    id: "refuses-plain-http",
    title: "Plain HTTP is not accepted where the platform requires HTTPS",
    proves: "deliveries and signatures cannot be read in transit",
    sent: "a valid delivery over plain HTTP to the same host",
    expected: "no 2xx",
    when: "together",
    passesOnRejection: true,
    notApplicable: ({ profile }) =>
      valueOf(profile.delivery.httpsOnly) ? undefined : `${profile.name} delivers over plain HTTP too`,
    fix: "Serve this path over HTTPS only; redirect plain HTTP or do not respond. Behind a proxy, reject `X-Forwarded-Proto: http`.",
    run: plainHttp,
  },
  {
    id: "applies-once",
    title: "A duplicate event is applied once",
    proves: "at-least-once delivery does not repeat the work",
    sent: "an event, then its retry and duplicates, two of them at the same time",
    expected: "the count of --effects rises by one for each event",
    when: "first",
    notApplicable: ({ effects }) =>
      effects === undefined ? "pass --effects CMD (a command that prints a count)" : undefined,
    fix: "Record the ids of applied events atomically: a unique index and `insert … on conflict do nothing` in the same transaction as the work.",
    run: appliesOnce,
  },
];

const passed = (observed: string): Outcome => ({ status: "pass", observed, fix: null });
const failed = (observed: string): Outcome => ({ status: "fail", observed, fix: null });

const responses = (seen: readonly DeliveryResult[]): string => {
  const counts = new Map<string, number>();
  for (const { exchange } of seen) counts.set(responseWords(exchange), (counts.get(responseWords(exchange)) ?? 0) + 1);
  return [...counts].map(([response, count]) => `${count} × ${response}`).join(", ");
};

async function inTime(session: CheckSession): Promise<Outcome> {
  const limitMs = session.target.timeLimitMs;
  const times: number[] = [];
  // Fewer deliveries for slow receivers, so that the run stays short.
  for (let spentMs = 0; times.length < timedDeliveries && (times.length < 3 || spentMs < 2000);) {
    const { exchange } = await session.send("timed", session.event().request);
    if (exchange.error?.kind === "timeout") return failed(`no response within ${formatDuration(limitMs)}`);
    if (exchange.error !== null) return outcomeOf([{ label: "timed", exchange }], accepted, session.target);
    times.push(exchange.timings.totalMs);
    spentMs += exchange.timings.totalMs;
    if (session.deps.signal.aborted) break;
  }
  times.sort((a, b) => a - b);
  const slowest = times.at(-1) ?? 0;
  const p99 = times[Math.ceil(times.length * 0.99) - 1] ?? slowest;
  const observed = `p99 ${formatDuration(p99)} over ${times.length}, limit ${formatDuration(limitMs)}`;
  if (p99 < limitMs / 2) return passed(observed);
  return { status: "advice", observed: `${observed}: near the limit`, fix: nearLimit };
}

const nearLimit = "It is in time, but only just: a busy hour could exceed the limit. Respond first, process later.";

async function plainHttp(session: CheckSession): Promise<Outcome> {
  const url = endpointUrl(session.target.url);
  if (url.protocol === "http:") return overHttp(session, url);
  const seen: DeliveryResult[] = [];
  for (const port of url.port === "" ? ["443", "80"] : [url.port]) {
    const plain = Object.assign(new URL(url), { protocol: "http:" });
    plain.port = port;
    seen.push(await session.send(`port ${port}`, session.event({ url: plain.href }).request));
  }
  const acceptedDeliveries = seen.filter(({ exchange }) => isAccepted(exchange));
  if (acceptedDeliveries.length > 0)
    return failed(`accepted over plain HTTP on ${acceptedDeliveries.map(({ label }) => label).join(", ")}`);
  return passed(`not accepted: ${responses(seen)}`);
}

/**
 * The receiver's URL is plain HTTP. On another host that is a fault in itself. On this machine it may be behind a proxy
 * that terminates TLS, as in development and CI: only a receiver that checks `X-Forwarded-Proto` can tell, and not
 * checking it isn't wrong.
 */
const overHttp = async (session: CheckSession, url: URL): Promise<Outcome> => {
  const { request } = session.event();
  if (!isThisMachine(url, session.target)) {
    const seen = await session.send("http", request);
    return isAccepted(seen.exchange)
      ? failed(`accepted over plain HTTP: ${responseWords(seen.exchange)}`)
      : passed(`not accepted: ${responseWords(seen.exchange)}`);
  }
  const others = withoutHeaders(request.headers, [forwarded]);
  const seen = await session.send("X-Forwarded-Proto: http", { ...request, headers: [...others, [forwarded, "http"]] });
  // With `-H 'X-Forwarded-Proto: https'` this run plays the proxy, so the receiver could tell.
  if (isAccepted(seen.exchange) && others.length < request.headers.length) {
    return failed("X-Forwarded-Proto: http is accepted like https");
  }
  return isAccepted(seen.exchange)
    ? {
        status: "skip",
        observed: `plain HTTP on localhost proves nothing: check the https URL, or add -H '${forwarded}: https'`,
        fix: null,
      }
    : passed(`X-Forwarded-Proto: http is not accepted: ${responseWords(seen.exchange)}`);
};

const forwarded = "X-Forwarded-Proto";

const isThisMachine = ({ hostname }: URL, { connection }: Target): boolean =>
  connection.unixSocket !== undefined || /^(?:localhost|.*\.localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
