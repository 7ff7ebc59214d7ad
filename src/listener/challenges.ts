import { responseTo } from "../challenge/respond.ts";
import type { ChallengeResponse } from "../challenge/respond.ts";
import { challengeDetector } from "../challenge/detect.ts";
import { withoutHeaders } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";
import type { Secret } from "../values/secret.ts";
import type { ChallengeResponder, ChallengeReply } from "./handler.ts";
import type { Candidate } from "./inspect.ts";

const nosniff: HeaderPair = ["X-Content-Type-Options", "nosniff"];

/**
 * Creates a responder for the challenges of the candidate platforms. If the provider isn't given, only those with a
 * known secret: other challenges are too generic and could match an event.
 * @param token the verify token configured at the platform
 */
export const challengeResponder = (
  candidates: readonly Candidate[],
  auto: boolean,
  token: Secret | undefined,
): ChallengeResponder => {
  const asking = candidates.filter(({ secrets }) => !auto || secrets.length > 0);
  const secretsOf = new Map(asking.map(({ profile, secrets }) => [profile, secrets]));
  return {
    spot: challengeDetector(asking.map(({ profile }) => profile)),
    respond: (spotted, verdict) => {
      const { profile, challenge } = spotted;
      const secrets = secretsOf.get(profile) ?? [];
      const isInvalid = verdict?.valid === false;
      const secret = secrets.find(({ label }) => label === verdict?.matchedSecret) ?? secrets[0];
      const response = responseTo(spotted, { secret, token, isInvalid });
      const of = { provider: profile.id, name: challenge.name };
      if (response === undefined)
        return { record: { ...of, answer: "none", reason: "there is no secret to answer it with (--secret)" } };
      const record = {
        ...of,
        answer: response.refused === null ? "answered" : "refused",
        reason: response.refused,
      } as const;
      return { record, reply: replyOf(response) };
    },
  };
};

/** The response contains untrusted text: keep browsers from rendering it as a page. */
const replyOf = ({ status, headers, body }: ChallengeResponse): NonNullable<ChallengeReply["reply"]> => ({
  kind: "status",
  status,
  headers: [...withoutHeaders(headers, [nosniff[0]]), nosniff],
  body,
  delayMs: 0,
});
