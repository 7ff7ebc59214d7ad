import type { HeaderPair } from "../request/request.ts";
import { constantTimeEqual } from "../values/constant-time-equal.ts";
import type { Secret } from "../values/secret.ts";
import type { DetectedChallenge } from "./detect.ts";
import { filledJson, filledText, hmacOf } from "./template.ts";
import type { PlaceholderValues } from "./template.ts";

/** The response to a challenge. */
export interface ChallengeResponse {
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
  /** Why the challenge was refused; null if it was accepted. */
  readonly refused: string | null;
}

export interface ResponseOptions {
  /** Signs `{hmac}`. */
  readonly secret: Secret | undefined;
  /** The token agreed on with the platform; without one, any token is accepted. */
  readonly token: Secret | undefined;
  /** True if the signature was checked and is invalid. */
  readonly isInvalid: boolean;
}

/**
 * The response the platform asks for, or a refusal if the sender isn't the platform. Undefined if it must be signed and
 * no secret is known.
 */
export const responseTo = (
  { challenge, value, token }: DetectedChallenge,
  options: ResponseOptions,
): ChallengeResponse | undefined => {
  const { secret } = options;
  const refusal = challenge.refuses?.find((one) => typeof one === "number") ?? 403;
  if (
    options.token !== undefined &&
    token !== undefined &&
    !constantTimeEqual(Buffer.from(token), options.token.reveal())
  )
    return { status: refusal, headers: [], body: none, refused: "its token does not match the verify token" };
  // Signed values go to the platform only. An unsigned response is of no use to anyone else.
  const isStrict = challenge.refuses !== undefined || challenge.hmac !== undefined;
  if (challenge.request.signed === true && isStrict && options.isInvalid)
    return { status: refusal, headers: [], body: none, refused: "its signature is invalid" };
  if (challenge.hmac !== undefined && secret === undefined) return undefined;
  const hmac = secret === undefined ? undefined : hmacOf(challenge, value, secret);
  const fillings: PlaceholderValues = { challenge: value, ...(hmac === undefined ? {} : { hmac }) };
  const fill = (text: string): string => filledText(text, fillings);
  const [{ status, type, headers = [], text, json }] = challenge.answers;
  const body = json === undefined ? fill(text ?? "") : filledJson(json, fill);
  const mediaType = type ?? (json === undefined ? "text/plain" : "application/json");
  return {
    status: status[0],
    headers: [
      ...(body === "" ? [] : [["Content-Type", mediaType] as const]),
      ...headers.map(([name, value]): HeaderPair => [name, fill(value)]),
    ],
    body: Buffer.from(body, "utf8"),
    refused: null,
  };
};

const none = Buffer.alloc(0);
