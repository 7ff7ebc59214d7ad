import { challengeRequest } from "../../challenge/ask.ts";
import { responseProblem } from "../../challenge/response-problem.ts";
import { needsSecret, needsToken, newValue } from "../../challenge/template.ts";
import { timeLimitMs } from "../../delivery/policy.ts";
import { HookproofError } from "../../errors.ts";
import type { Transport } from "../../http/client.ts";
import type { Challenge, Profile } from "../../providers/profile.ts";
import type { Infer } from "../../values/infer.ts";
import type { Secret } from "../../values/secret.ts";
import type { Context } from "../../cli/context.ts";
import { Exit } from "../../cli/exit.ts";
import type { ExitCode } from "../../cli/exit.ts";
import { verifyTokenOf } from "../shared/verify-token.ts";
import type { SendInput } from "./command.ts";
import type { challengeLine } from "./schema.ts";

export type ChallengeEvent = Infer<typeof challengeLine>;

interface Asking {
  readonly context: Context;
  readonly input: SendInput;
  readonly profile: Profile;
  readonly url: string;
  readonly transport: Transport;
}

/** The profile's challenges. @throws HookproofError `usage` if it has none, or if other options ask to send an event */
export const challengesFor = (profile: Profile, input: SendInput): readonly Challenge[] => {
  const { data, payload, event, tamper, count, duplicate, retry } = input;
  const isEvent = [data, payload, event, tamper].some((one) => one !== undefined) || input.set.length > 0;
  if (isEvent || count * duplicate > 1 || retry !== "none")
    throw new HookproofError("usage", "--challenge sends the platform's challenge instead of an event", {
      hint: "remove the payload and the event options, and send the event in a second run",
    });
  if (profile.challenges !== undefined && profile.challenges.length > 0) return profile.challenges;
  throw new HookproofError("usage", `${profile.name} does not verify endpoints before sending events`, {
    hint: "remove --challenge",
  });
};

/** Sends each challenge and reports whether the endpoint answers it correctly. */
export async function* sendChallenges(
  { context, input, profile, url, transport }: Asking,
  challenges: readonly Challenge[],
): AsyncGenerator<ChallengeEvent, ExitCode> {
  const secret = await secretFor(context, input, profile, challenges);
  const token = await verifyTokenOf(context, input.verifyToken);
  if (token === undefined && challenges.some(needsToken))
    throw new HookproofError(
      "usage",
      `missing --verify-token: ${profile.name}'s challenge carries a token the endpoint checks`,
      {
        hint: "add --verify-token env:NAME",
      },
    );
  let isRight = true;
  for (const challenge of challenges) {
    const { randomBytes, uuid } = context;
    const value = newValue(challenge, secret, randomBytes);
    const request = challengeRequest({
      profile,
      challenge,
      value,
      url,
      secret,
      scheme: input.scheme,
      token: token?.reveal().toString("utf8"),
      extra: input.header,
      at: context.now(),
      uuid,
      randomBytes,
    });
    const timeoutMs = input.timeout ?? timeLimitMs(profile.delivery);
    const { status, error, headers, body, timings } = await transport.exchange(request, {
      timeoutMs,
      signal: context.signal,
    });
    if (error?.kind === "aborted") return Exit.interrupted;
    const problem =
      status === null || error !== null
        ? (error?.message ?? "no response")
        : responseProblem(challenge, value, secret, { status, headers, body });
    if (problem !== undefined) isRight = false;
    yield {
      type: "challenge",
      provider: profile.id,
      name: challenge.name,
      method: request.method,
      url,
      status,
      right: problem === undefined,
      problem: problem ?? null,
      durationMs: timings.totalMs,
    };
  }
  return isRight ? Exit.yes : Exit.no;
}

/** The signing secret: required by some challenges, optional for others. */
const secretFor = async (
  context: Context,
  { secret }: SendInput,
  profile: Profile,
  challenges: readonly Challenge[],
): Promise<Secret | undefined> =>
  challenges.some(needsSecret)
    ? (await context.needSecrets(secret, profile))[0]
    : (await context.secrets(secret, profile))[0];
