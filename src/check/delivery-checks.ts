import { classify } from "../delivery/policy.ts";
import type { Exchange } from "../http/types.ts";
import { valueOf } from "../providers/profile.ts";
import type { Profile } from "../providers/profile.ts";
import { utf8Text } from "../request/request.ts";
import { problemFix } from "./fixes.ts";
import type { FailedDelivery, Outcome, DeliveryResult, Target } from "./types.ts";

/** Checks one delivery; undefined if it was handled correctly. */
export type DeliveryCheck = (seen: DeliveryResult, target: Target) => Problem | undefined;

interface Problem {
  /** A short clause that follows the observed response. */
  readonly what: string;
  /** Takes precedence over the case's fix if the problem is of a different kind. */
  readonly fix: string | null;
}

/** A 2xx in time. */
export const accepted: DeliveryCheck = ({ exchange }) => {
  if (isAccepted(exchange)) return undefined;
  const { status } = exchange;
  if (exchange.error?.kind === "timeout") return { what: "", fix: problemFix.slow };
  if (exchange.error?.kind === "tls") return { what: "", fix: problemFix.untrusted };
  if (exchange.error !== null && unreached.has(exchange.error.kind)) return { what: "", fix: problemFix.unreached };
  if (status === null || exchange.error !== null) return { what: "", fix: problemFix.noAnswer };
  if (status >= 300 && status < 400) return { what: "redirects are not followed", fix: problemFix.redirect };
  if (status === 413) return { what: "the body exceeds the receiver's limit", fix: null };
  return { what: "", fix: status >= 500 ? problemFix.crash : null };
};

/** Network failures that say nothing about the handler. */
const unreached = new Set(["dns", "refused", "unreachable"]);

/** A 4xx that the platform doesn't retry. */
export const rejected: DeliveryCheck = ({ exchange }, { profile }) => {
  if (isAccepted(exchange)) return { what: "accepted", fix: null };
  const { status } = exchange;
  if (exchange.error !== null || status === null) {
    return { what: "the platform would retry a forgery", fix: problemFix.rejectByCrash };
  }
  if (status < 400) return { what: "not a rejection", fix: problemFix.rejectByRedirect };
  if (status >= 500) return { what: "the platform would retry a forgery", fix: problemFix.rejectByCrash };
  return isFinal(status, profile)
    ? undefined
    : { what: "the platform would retry a forgery", fix: problemFix.rejectByRetryable(rejectionsOf(profile)) };
};

/** Any 4xx that doesn't ask for a retry: the request itself is at fault. */
export const refusedPayload: DeliveryCheck = (seen, target) => {
  const { status } = seen.exchange;
  const isRefused = status !== null && seen.exchange.error === null && status >= 400 && status < 500;
  if (isRefused && !asksAgain(status, target.profile)) return undefined;
  const problem = rejected(seen, target);
  if (problem === undefined) return undefined;
  return { ...problem, what: problem.what.replace("a forgery", "a body that can never be parsed"), fix: null };
};

/** A response, but not a 2xx. */
export const refusedMethod: DeliveryCheck = ({ exchange }) => {
  if (isAccepted(exchange)) return { what: "accepted", fix: null };
  const { status } = exchange;
  if (exchange.error !== null || status === null) return { what: "", fix: problemFix.noAnswer };
  // 501 means an unsupported method (RFC 9110, 15.6.2; Python's http.server).
  return status >= 500 && status !== 501 ? { what: "the handler failed", fix: problemFix.crash } : undefined;
};

/** Whether the response was a 2xx. */
export const isAccepted = ({ status, error }: Exchange): boolean =>
  error === null && status !== null && status >= 200 && status < 300;

/** Combines a case's deliveries into one outcome. */
export const outcomeOf = (seen: readonly DeliveryResult[], check: DeliveryCheck, target: Target): Outcome => {
  const checked = seen.map((one) => ({ one, problem: check(one, target) }));
  const [bad] = checked.filter(({ problem }) => problem !== undefined);
  if (bad?.problem === undefined) return { status: "pass", observed: together(seen), fix: null };
  const failing = checked.filter(({ problem }) => problem !== undefined).map(({ one }) => failingOf(one));
  const labels = seen.length > 1 && failing.length < seen.length ? failing.map(({ label }) => label) : [];
  const which = labels.length === 0 ? "" : ` (${labels.join(", ")})`;
  const what = bad.problem.what === "" ? "" : `: ${bad.problem.what}`;
  return {
    status: "fail",
    observed: `${responseWords(bad.one.exchange)}${which}${what}`,
    ...(seen.length < 2
      ? {}
      : {
          deliveries: {
            failed: failing.map(({ label }) => label),
            passed: checked.flatMap(({ one, problem }) => (problem === undefined ? [one.label] : [])),
          },
        }),
    fix: bad.problem.fix,
    failing,
  };
};

/** The facts of a failed delivery that are compared between cases. */
export const failingOf = ({ label, exchange }: DeliveryResult): FailedDelivery => ({
  label,
  isAccepted: isAccepted(exchange),
  response: exchange.error?.kind ?? exchange.status ?? "other",
  text: isPage(exchange) ? "" : short(bodyText(exchange)),
});

/** A response in a few words: `401 "bad signature"`, `403 (HTML page "Just a moment…")`. */
export const responseWords = (exchange: Exchange): string => {
  if (exchange.error !== null) {
    return exchange.status === null ? exchange.error.message : `${exchange.status}, then ${exchange.error.message}`;
  }
  const status = String(exchange.status);
  const text = bodyText(exchange);
  if (isPage(exchange)) {
    const title = /<title[^<>]*>([^<]{1,200})/i.exec(text)?.[1]?.trim() ?? "";
    return `${status} (HTML page${title === "" ? "" : ` "${short(title)}"`})`;
  }
  return text === "" || isAccepted(exchange) ? status : `${status} "${short(text)}"`;
};

/** Whether the response is an HTML document. */
export const isPage = (exchange: Exchange): boolean => /^<(?:!doctype html|html)/i.test(bodyText(exchange));

const bodyText = ({ body }: Exchange): string => (utf8Text(body) ?? "").replaceAll(/\s+/g, " ").trim();

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

const together = (seen: readonly DeliveryResult[]): string => {
  const responses = [...new Set(seen.map(({ exchange }) => responseWords(exchange)))];
  if (seen.length < 2) return responses.join();
  return responses.length === 1 ? `${responses.join()}, ${seen.length} times` : responses.join(", ");
};

/** Whether the platform gives up after this 4xx. */
const isFinal = (status: number, profile: Profile): boolean => {
  if (asksAgain(status, profile)) return false;
  // A plain 4xx is then the best a receiver can do.
  return isTerminal(status, profile) || retriesRejections(profile);
};

/** Whether the platform retries whatever a receiver rejects a forgery with. */
export const retriesRejections = (profile: Profile): boolean => !isTerminal(401, profile) && !isTerminal(400, profile);

const isTerminal = (status: number, { delivery, ...profile }: Profile): boolean => {
  // With a single attempt every failure is terminal; what matters is whether the platform would retry.
  const endless = { ...profile, delivery: { ...delivery, attempts: Number.MAX_SAFE_INTEGER } };
  return classify(endless, { status, error: null, headers: [] }, 0, 0).outcome === "terminal";
};

/** 408, 425 and 429 ask for a retry by definition (RFC 9110, 8470, 6585); other statuses if the platform says so. */
const asksAgain = (status: number, profile: Profile): boolean =>
  [408, 425, 429].includes(status) || valueOf(profile.delivery.retry).some((one) => one === status);

const rejectionsOf = (profile: Profile): string =>
  [401, 403, 400].filter((status) => isFinal(status, profile)).join(", ") || "401";
