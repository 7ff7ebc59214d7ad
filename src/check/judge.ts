import { classify } from "../delivery/policy.ts";
import type { Exchange } from "../http/types.ts";
import { valueOf } from "../providers/profile.ts";
import type { Profile } from "../providers/profile.ts";
import { utf8Text } from "../request/request.ts";
import { problemFix } from "./fixes.ts";
import type { FailedDelivery, Outcome, DeliveryResult, Target } from "./types.ts";

/** Judges one delivery: undefined where it is as it should be. */
export type DeliveryCheck = (seen: DeliveryResult, target: Target) => Problem | undefined;

interface Problem {
  /** In a few words, after what was seen. */
  readonly what: string;
  /** Goes before the case's own fix, where the trouble is of another kind than the case looks for. */
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

/** Failures before anything responded: they say nothing about a handler. */
const unreached = new Set(["dns", "refused", "unreachable"]);

/** A 4xx that the platform does not try again. */
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

/** Any 4xx that does not ask for another try: the request itself is what is wrong. */
export const refusedPayload: DeliveryCheck = (seen, target) => {
  const { status } = seen.exchange;
  const isRefused = status !== null && seen.exchange.error === null && status >= 400 && status < 500;
  if (isRefused && !asksAgain(status, target.profile)) return undefined;
  const problem = rejected(seen, target);
  if (problem === undefined) return undefined;
  return { ...problem, what: problem.what.replace("a forgery", "a body that can never be parsed"), fix: null };
};

/** No 2xx, and a response all the same. */
export const refusedMethod: DeliveryCheck = ({ exchange }) => {
  if (isAccepted(exchange)) return { what: "accepted", fix: null };
  const { status } = exchange;
  if (exchange.error !== null || status === null) return { what: "", fix: problemFix.noAnswer };
  // 501 is what a server says to a method that it does not have (RFC 9110, 15.6.2; Python's http.server).
  return status >= 500 && status !== 501 ? { what: "the handler failed", fix: problemFix.crash } : undefined;
};

/** Whether an exchange came to a 2xx. */
export const isAccepted = ({ status, error }: Exchange): boolean =>
  error === null && status !== null && status >= 200 && status < 300;

/** What a case's deliveries came to, in one outcome. */
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
    fix: bad.problem.fix,
    failing,
  };
};

/** A delivery as the cases compare what they failed on. */
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

/** Whether a 4xx ends the matter for the platform. */
const isFinal = (status: number, profile: Profile): boolean => {
  if (asksAgain(status, profile)) return false;
  // Platforms that try every non-2xx again leave a receiver no better response than a plain 4xx.
  return isTerminal(status, profile) || (!isTerminal(401, profile) && !isTerminal(400, profile));
};

const isTerminal = (status: number, { delivery, ...profile }: Profile): boolean => {
  // With one attempt everything is the last: what counts is whether there would be another.
  const endless = { ...profile, delivery: { ...delivery, attempts: Number.MAX_SAFE_INTEGER } };
  return classify(endless, { status, error: null, headers: [] }, 0, 0).outcome === "terminal";
};

/** 408, 425 and 429 ask for another try by what they mean (RFC 9110, 8470, 6585); others where the platform says so. */
const asksAgain = (status: number, profile: Profile): boolean =>
  [408, 425, 429].includes(status) || valueOf(profile.delivery.retry).some((one) => one === status);

const rejectionsOf = (profile: Profile): string =>
  [401, 403, 400].filter((status) => isFinal(status, profile)).join(", ") || "401";
