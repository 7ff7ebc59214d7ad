import { challengeRequest } from "../challenge/ask.ts";
import { answerProblem } from "../challenge/judge.ts";
import { needsToken, newValue } from "../challenge/template.ts";
import { tampering } from "../delivery/tamper.ts";
import { isOutcome } from "../delivery/policy.ts";
import type { Challenge } from "../providers/profile.ts";
import type { Secret } from "../values/secret.ts";
import type { CheckCase } from "./case.ts";
import { failingOf, isAccepted, responseWords } from "./judge.ts";
import type { CheckSession } from "./session.ts";
import type { Outcome, Seen, Target } from "./types.ts";

/** An endpoint for events of another content type (Slack's slash commands) is one that the platform does not ask. */
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

/** Cases about what the platform asks before it sends events. */
export const challengeCases: readonly CheckCase[] = [
  {
    id: "answers-challenge",
    title: "The platform's challenge is answered",
    proves: "the platform lets the endpoint be registered",
    sent: "the request by which the platform verifies an endpoint",
    expected: "the answer that the platform documents",
    when: "apart",
    isLeftOut: (target) => challengesOf(target).length === 0,
    unfit: (target) =>
      challengesOf(target).length === 0
        ? `${target.profile.name} asks an endpoint for nothing before it sends events`
        : withoutToken(target, challengesOf(target)),
    fix: "Answer the challenge before anything else is done with the request, as the platform documents it; `hookproof send --challenge` sends it alone.",
    run: (session) => askedAll(session, challengesOf(session.target), answered),
  },
  {
    id: "rejects-false-challenge",
    title: "A challenge that is not the platform's is rejected",
    proves: "nobody else can have the endpoint confirm a subscription",
    sent: "the challenge with another token, or signed with another secret",
    expected: "the refusal that the platform documents",
    when: "apart",
    isLeftOut: (target) => refusable(target).length === 0,
    unfit: (target) =>
      refusable(target).length === 0
        ? `${target.profile.name} documents no challenge that is to be refused`
        : withoutToken(target, refusable(target)),
    fix: "Compare the token with your own (or verify the signature) before the challenge is answered, and refuse what differs: 401 or 403.",
    run: (session) => askedAll(session, refusable(session.target), refused),
  },
];

interface Asked {
  readonly seen: Seen;
  readonly problem: string | undefined;
}

const askedAll = async (
  session: CheckSession,
  challenges: readonly Challenge[],
  ask: (session: CheckSession, challenge: Challenge) => Promise<Asked>,
): Promise<Outcome> => {
  const asked: Asked[] = [];
  for (const challenge of challenges) asked.push(await ask(session, challenge));
  const bad = asked.find(({ problem }) => problem !== undefined);
  const seen = bad?.seen ?? asked[0]?.seen;
  const observed = seen === undefined ? "" : responseWords(seen.exchange);
  if (bad === undefined) return { status: "pass", observed, fix: null };
  const failing = asked.flatMap(({ seen, problem }) => (problem === undefined ? [] : [failingOf(seen)]));
  return { status: "fail", observed: `${observed}: ${bad.problem}`, fix: null, failing };
};

const answered = async (session: CheckSession, challenge: Challenge): Promise<Asked> => {
  const { secret } = session.target;
  const { seen, value } = await send(session, challenge, challenge.name, secret, session.target.verifyToken);
  const { status, error, headers, body } = seen.exchange;
  const problem =
    status === null || error !== null
      ? "no answer"
      : answerProblem(challenge, value, secret, { status, headers, body });
  return { seen, problem };
};

const refused = async (session: CheckSession, challenge: Challenge): Promise<Asked> => {
  const { target, deps } = session;
  const byToken = needsToken(challenge);
  const { secret } = tampering("wrong-secret", target.profile, target.secret, target.scheme.name);
  const { seen } = byToken
    ? await send(session, challenge, falseToken, target.secret, deps.randomBytes(12).toString("hex"))
    : await send(session, challenge, "another secret", secret, target.verifyToken);
  const isRight = challenge.refuses?.some((one) => isOutcome(one, seen.exchange)) === true;
  if (isRight) return { seen, problem: undefined };
  return {
    seen,
    problem: isAccepted(seen.exchange) ? "accepted" : `not ${challenge.refuses?.join(" or ") ?? "refused"}`,
  };
};

/** The label of a challenge whose token nobody agreed on. */
export const falseToken = "another token";

const send = async (
  session: CheckSession,
  challenge: Challenge,
  label: string,
  secret: Secret,
  token: Secret | string | undefined,
): Promise<{ readonly seen: Seen; readonly value: string }> => {
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
