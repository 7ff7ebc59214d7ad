import { tampering } from "../delivery/tamper.ts";
import { isAssumed, schemesOf } from "../providers/profile.ts";
import type { Scheme } from "../providers/profile.ts";
import { headerValue } from "../request/request.ts";
import { unusableReason } from "../signature/key.ts";
import { windowSeconds } from "../signature/timestamp.ts";
import { formatDuration } from "../values/duration.ts";
import { formatSize } from "../values/size.ts";
import { labels } from "./labels.ts";
import { problemFix } from "./fixes.ts";
import { accepted, isAccepted, isPage, outcomeOf, responseWords } from "./delivery-checks.ts";
import type { CheckSession } from "./session.ts";
import type { Outcome, DeliveryResult, Target } from "./types.ts";

/**
 * The outcome if the valid delivery isn't accepted. If the docs leave the signature format open, it may instead be
 * another format of the platform that the receiver accepts.
 */
type Refusal = { readonly outcome: Outcome } | { readonly form: Scheme; readonly accepted: DeliveryResult };

/** Sends a few more deliveries to find out why the receiver rejects the valid one. */
export const explainRefusal = async (session: CheckSession, control: DeliveryResult): Promise<Refusal> => {
  const { target } = session;
  const { error, status } = control.exchange;
  if (error !== null || status === null) {
    const isLate = error?.kind === "timeout";
    return { outcome: isLate ? await tooSlow(session) : outcomeOf([control], accepted, target) };
  }
  if (status >= 300 && status < 400) return { outcome: await redirected(session, control) };
  const other = await otherForm(session);
  if (other !== undefined) {
    return isOpen(other.form, target)
      ? other
      : { outcome: refused(control, `; ${formTaken(other.form)}`, formFix(other.form)) };
  }
  return {
    outcome: fromRecord(session, control) ?? (await atThisPath(session, control)) ?? (await compared(session, control)),
  };
};

/** Describes a scheme: `the receiver accepts scheme base64 (X-Webhook-Signature: <base64 of …>)`. */
export const formTaken = ({ name, header, summary }: Scheme): string =>
  `the receiver accepts scheme ${name} (${header}: ${summary})`;

const formFix = ({ name }: Scheme): string =>
  `Verify the scheme the platform sends now, or check the one the receiver supports: --scheme ${name}.`;

const refused = ({ exchange }: DeliveryResult, what: string, fix: string | null): Outcome => ({
  status: "fail",
  observed: `${responseWords(exchange)}${what}`,
  fix,
});

/** The platform's first other scheme with which the receiver accepts the event. */
const otherForm = async (session: CheckSession): Promise<Extract<Refusal, { form: Scheme }> | undefined> => {
  const { profile, scheme, secret } = session.target;
  for (const form of schemesOf(profile) ?? []) {
    if (
      form.name === scheme.name ||
      form.signing === "beside" ||
      unusableReason(secret.reveal(), form.mac) !== undefined
    )
      continue;
    const seen = await session.send(form.name, session.event({ scheme: form.name }).request);
    if (isAccepted(seen.exchange)) return { form, accepted: seen };
  }
  return undefined;
};

/** Whether the docs leave it open which of the two formats is sent, or both are signed alike. */
const isOpen = (form: Scheme, { profile, scheme, isSchemeChosen }: Target): boolean =>
  !isSchemeChosen && (isAssumed(profile.schemes) || signedAlike(form) === signedAlike(scheme));

const signedAlike = ({ mac, content, encoding, layout }: Scheme): string =>
  JSON.stringify([mac, content, encoding, layout]);

const letThrough =
  "Allow this path without a login: the signature authenticates it. Or send credentials: -H 'Authorization: …'.";

const asksForLogin = (text: string): boolean =>
  /bearer|access.?token|api.?key|log.?in|sign.?in|session|jwt|authorization header|unauthenticated/i.test(text) &&
  !/signature|hmac|webhook/i.test(text);

/** The reason shown by the response itself, if any. */
const fromRecord = (session: CheckSession, control: DeliveryResult): Outcome | undefined => {
  const { status, headers, body } = control.exchange;
  const asked = headerValue(headers, "www-authenticate");
  if (status === 401 && asked !== undefined) {
    return refused(control, `: it asks for credentials (WWW-Authenticate: ${asked.slice(0, 60)})`, letThrough);
  }
  if ((status === 401 || status === 403) && asksForLogin(body.toString("latin1", 0, 2000))) {
    return refused(control, ": its text is about a login or token, not a signature", letThrough);
  }
  if (status === 405) {
    const allow = headerValue(headers, "allow");
    const what = `: POST is not allowed on this path${allow === undefined ? "" : ` (Allow: ${allow.slice(0, 60)})`}`;
    return refused(control, what, "Handle POST on this path, or correct the URL.");
  }
  if (status === 413) {
    return refused(control, `: ${formatSize(session.event().body.length)} exceeds its limit`, problemFix.large);
  }
  if (status === 415) {
    return refused(
      control,
      `: it does not accept ${session.target.profile.contentType}`,
      "Accept the platform's Content-Type on this path.",
    );
  }
  if (status === 419 || /csrf|authenticity.?token/i.test(body.toString("latin1"))) {
    const fix = "Exempt this path from CSRF protection: the platform has no CSRF token; its signature replaces it.";
    return refused(control, ": CSRF protection rejects it", fix);
  }
  return skewed(session, control);
};

/** Clock skew larger than the timestamp tolerance. */
const skewed = ({ target, deps }: CheckSession, control: DeliveryResult): Outcome | undefined => {
  const { timestamp } = target.scheme;
  const window = timestamp === undefined ? undefined : windowSeconds(timestamp.past);
  const date = headerValue(control.exchange.headers, "date");
  const offMs = Date.parse(date ?? "") - deps.now();
  if (window === undefined || date === undefined || !(Math.abs(offMs) > window * 1000)) return undefined;
  const off = `${formatDuration(Math.abs(offMs))} ${offMs > 0 ? "ahead" : "behind"}`;
  const what = `: its clock is ${off} (Date: ${date.slice(0, 40)}), and timestamps may be at most ${formatDuration(window * 1000)} old`;
  return refused(control, what, "Set the clock of the receiver (or of this machine): run NTP.");
};

/** The response to an unsigned delivery to a path that can't exist. */
const unknownPathResponse = async (session: CheckSession): Promise<DeliveryResult> => {
  const url = new URL(session.target.url);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/hookproof-no-such-path`;
  return session.send("no such path", session.event({ url: url.href, secret: null }).request);
};

/** The outcome if the response is a page that unknown paths get too, so that nothing handles this path. */
export const pageForAll = async (session: CheckSession, control: DeliveryResult): Promise<Outcome | undefined> => {
  if (!isPage(control.exchange)) return undefined;
  const unknownPath = await unknownPathResponse(session);
  return unknownPath.exchange.status === control.exchange.status &&
    unknownPath.exchange.body.equals(control.exchange.body)
    ? refused(
        control,
        ": an unsigned delivery to another path gets the same page, so nothing handles this one",
        "Correct the path, or mount the handler there, before any catch-all route.",
      )
    : undefined;
};

/** The outcome if both this path and an unknown path return 404. */
const atThisPath = async (session: CheckSession, control: DeliveryResult): Promise<Outcome | undefined> => {
  if (control.exchange.status !== 404 || (await unknownPathResponse(session)).exchange.status !== 404) return undefined;
  return refused(
    control,
    ": nothing handles this path",
    "Correct the path, or mount the handler there. `hookproof doctor` shows what the server returns.",
  );
};

/** Compares with the response to a definitely wrong signature. */
const compared = async (session: CheckSession, control: DeliveryResult): Promise<Outcome> => {
  const { target } = session;
  const { secret } = tampering("wrong-secret", target.profile, target.secret, target.scheme.name);
  const forged = await session.send(labels.otherSecret, session.event({ secret }).request);
  const [valid, wrong] = [responseWords(control.exchange), responseWords(forged.exchange)];
  if (valid !== wrong) {
    const fix = "The signature makes a difference: check the receiver's log for what fails after verification.";
    return refused(control, `; signed with another secret: ${wrong}`, fix);
  }
  const isUrlSigned = target.scheme.content.some((part) => typeof part === "object" && "url" in part);
  const byUrl = isUrlSigned ? ` The URL is signed: the receiver must verify with ${target.url}.` : "";
  const front = isPage(control.exchange) ? frontFix : "";
  return refused(control, ", also when signed with another secret", `${front}${secretFix}${byUrl}`);
};

const frontFix =
  "A webhook handler rarely returns a page: check whether a firewall, bot protection or login in front of it did, and let the platform's deliveries through. ";

/** The fix if the receiver rejects the signature. */
export const secretFix =
  "Verify over the raw body with the same secret, header and scheme as used here, and respond with 2xx. Capture the delivery (`hookproof listen --forward-to URL`) and run `hookproof verify` to see why it fails.";

/** Where a redirect leads, and whether the delivery is accepted there. */
const redirected = async (session: CheckSession, control: DeliveryResult): Promise<Outcome> => {
  const to = headerValue(control.exchange.headers, "location") ?? "";
  const here = new URL(session.target.url);
  const there = URL.canParse(to, here.href) ? new URL(to, here.href) : undefined;
  if (there === undefined) return refused(control, ": redirects are not followed", problemFix.redirect);
  const what = ` to ${to.slice(0, 100)}: redirects are not followed`;
  // Signed deliveries only go to the user's host.
  if (there.hostname !== here.hostname || there.href === here.href) return refused(control, what, problemFix.redirect);
  const seen = await session.send("redirected", session.event({ url: there.href }).request);
  return isAccepted(seen.exchange)
    ? refused(
        control,
        `${what}, and the delivery is accepted there`,
        `Platforms do not follow redirects: register ${there.href}`,
      )
    : refused(control, what, problemFix.redirect);
};

/** Sends a second delivery with a longer timeout. */
const tooSlow = async (session: CheckSession): Promise<Outcome> => {
  const { timeLimitMs } = session.target;
  const maxWaitMs = timeLimitMs + Math.min(timeLimitMs, 5000);
  const { exchange } = await session.sendOnce("patient", session.event().request, undefined, maxWaitMs);
  const { totalMs } = exchange.timings;
  const then =
    exchange.error?.kind === "timeout"
      ? `nor within ${formatDuration(maxWaitMs)}`
      : `another delivery got ${responseWords(exchange)} after ${formatDuration(totalMs)}`;
  return {
    status: "fail",
    observed: `no response within ${formatDuration(timeLimitMs)}, ${then}`,
    fix: problemFix.slow,
  };
};
