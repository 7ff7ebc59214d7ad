import { challengeRequest } from "../challenge/ask.ts";
import { responseProblem } from "../challenge/response-problem.ts";
import { needsToken, newValue } from "../challenge/template.ts";
import { tampering } from "../delivery/tamper.ts";
import { isOutcome } from "../delivery/policy.ts";
import type { Challenge } from "../providers/profile.ts";
import type { Secret } from "../values/secret.ts";
import type { CheckCase } from "./case.ts";
import { failingOf, isAccepted, responseWords } from "./delivery-checks.ts";
import { labels } from "./labels.ts";
import type { CheckSession } from "./session.ts";
import type { Outcome, DeliveryResult, Target } from "./types.ts";

/** The platform sends no challenge to endpoints for other content types (Slack's slash commands). */
const challengesOf = ({ profile, eventType }: Target): readonly Challenge[] =>
  profile.events.some(({ type, contentType }) => type === eventType && contentType !== undefined)
    ? []
    : (profile.challenges ?? []);
const refusable = (target: Target): readonly Challenge[] =>
  challengesOf(target).filter(({ refuses }) => refuses !== undefined);

const withoutToken = (target: Target, challenges: readonly Challenge[]): string | undefined =>
  target.verifyToken === undefined && challenges.some(needsToken)
    ? `pass --verify-token (${target.profile.name}'s challenge carries it)`
    : undefined;

/** Cases for the challenges that a platform sends before events. */
export const challengeCases: readonly CheckCase[] = [
  {
    id: "answers-challenge",
    title: "The platform's challenge is answered",
    proves: "the platform accepts the endpoint at registration",
    sent: "the request the platform sends to verify an endpoint",
    expected: "the response the platform documents",
    when: "apart",
    isOmitted: (target) => challengesOf(target).length === 0,
    notApplicable: (target) =>
      challengesOf(target).length === 0
        ? `${target.profile.name} does not verify endpoints before sending events`
        : withoutToken(target, challengesOf(target)),
    fix: "Answer the challenge as the platform documents, before doing anything else with the request; `hookproof send --challenge` sends only the challenge.",
    run: (session) => askEach(session, challengesOf(session.target), acceptsChallenge),
  },
  {
    id: "rejects-false-challenge",
    title: "A forged challenge is rejected",
    proves: "nobody else can make the endpoint confirm a subscription",
    sent: "the challenge with another token, or signed with another secret",
    expected: "the rejection the platform documents",
    when: "apart",
    isOmitted: (target) => refusable(target).length === 0,
    notApplicable: (target) =>
      refusable(target).length === 0
        ? `${target.profile.name} does not document which challenges to reject`
        : withoutToken(target, refusable(target)),
    fix: "Compare the token with your own (or verify the signature) before answering the challenge, and reject a mismatch with 401 or 403.",
    run: (session) => askEach(session, refusable(session.target), rejectsForgedChallenge),
  },
];

interface ChallengeResult {
  readonly seen: DeliveryResult;
  readonly problem: string | undefined;
}

const askEach = async (
  session: CheckSession,
  challenges: readonly Challenge[],
  ask: (session: CheckSession, challenge: Challenge) => Promise<ChallengeResult>,
): Promise<Outcome> => {
  const results: ChallengeResult[] = [];
  for (const challenge of challenges) results.push(await ask(session, challenge));
  const bad = results.find(({ problem }) => problem !== undefined);
  const seen = bad?.seen ?? results[0]?.seen;
  const observed = seen === undefined ? "" : responseWords(seen.exchange);
  if (bad === undefined) return { status: "pass", observed, fix: null };
  const failing = results.flatMap(({ seen, problem }) => (problem === undefined ? [] : [failingOf(seen)]));
  return { status: "fail", observed: `${observed}: ${bad.problem}`, fix: null, failing };
};

const acceptsChallenge = async (session: CheckSession, challenge: Challenge): Promise<ChallengeResult> => {
  const { secret } = session.target;
  const { seen, value } = await send(session, challenge, challenge.name, secret, session.target.verifyToken);
  const { status, error, headers, body } = seen.exchange;
  const problem =
    status === null || error !== null
      ? "no answer"
      : responseProblem(challenge, value, secret, { status, headers, body });
  return { seen, problem };
};

const rejectsForgedChallenge = async (session: CheckSession, challenge: Challenge): Promise<ChallengeResult> => {
  const { target, deps } = session;
  const byToken = needsToken(challenge);
  const { secret } = tampering("wrong-secret", target.profile, target.secret, target.scheme.name);
  const { seen } = byToken
    ? await send(session, challenge, labels.falseToken, target.secret, deps.randomBytes(12).toString("hex"))
    : await send(session, challenge, labels.otherSecret, secret, target.verifyToken);
  const isRight = challenge.refuses?.some((one) => isOutcome(one, seen.exchange)) === true;
  if (isRight) return { seen, problem: undefined };
  return {
    seen,
    problem: isAccepted(seen.exchange) ? "accepted" : `not ${challenge.refuses?.join(" or ") ?? "refused"}`,
  };
};

const send = async (
  session: CheckSession,
  challenge: Challenge,
  label: string,
  secret: Secret,
  token: Secret | string | undefined,
): Promise<{ readonly seen: DeliveryResult; readonly value: string }> => {
  const { target, deps } = session;
  const value = newValue(challenge, target.secret, deps.randomBytes);
  const request = challengeRequest({
    profile: target.profile,
    challenge,
    value,
    url: target.url,
    secret,
    scheme: target.scheme.name,
    token: typeof token === "string" ? token : token?.reveal().toString("utf8"),
    extra: target.extra,
    at: deps.now(),
    uuid: deps.uuid,
    randomBytes: deps.randomBytes,
  });
  return { seen: await session.send(label, request), value };
};
