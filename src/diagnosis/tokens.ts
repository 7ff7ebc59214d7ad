import { placeName } from "../providers/place.ts";
import type { Profile } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import { encodingOf, layoutOf } from "../signature/mac.ts";
import { readHeader, signatureBytes } from "../signature/layout.ts";
import type { SchemeResult } from "../signature/try-schemes.ts";
import type { Finding } from "../signature/verdict.ts";
import { constantTimeEqual } from "../values/constant-time-equal.ts";
import { pluralize } from "../values/count.ts";
import type { Secret } from "../values/secret.ts";
import { keyVariants } from "./keys.ts";
import type { KeyVariant } from "./keys.ts";
import { readTargets } from "./targets.ts";
import type { Target } from "./targets.ts";
import { findingOf, observedFinding } from "./wording.ts";

/** A token's problem, and the secret it belongs to. */
interface TokenDiagnosis {
  readonly findings: readonly Finding[];
  readonly secret: Secret | undefined;
  readonly tried: number;
}

/**
 * Why a token matches none of the given secrets: one of them with something around it, another known secret, or an
 * unknown one. Direct comparison, so every finding is certain.
 */
export const diagnoseToken = (
  request: WebhookRequest,
  profile: Profile,
  one: SchemeResult,
  secrets: readonly Secret[],
  others: readonly Secret[],
): TokenDiagnosis => {
  const unknown = others.filter((other) => !secrets.some((given) => given.reveal().equals(other.reveal())));
  const keys = keyVariants(secrets, unknown, "text");
  const targets = readTokens(one);
  let tried = 0;
  for (const key of keys) {
    for (const target of targets) {
      tried++;
      if (!constantTimeEqual(key.key, target.bytes)) continue;
      const steps = [...target.steps, ...key.steps].map((step) => ({
        ...step,
        done: step.done.replace("the signer did", "the platform has it"),
      }));
      const findings = steps.map((step) => tokenFinding(findingOf(step, true, request.headers)));
      return { findings, secret: key.secret, tried };
    }
  }
  return { findings: [otherToken(request, profile, one, secrets, keys, targets)], secret: undefined, tried };
};

const tokenFinding = (finding: Finding): Finding => ({
  ...finding,
  message: finding.message.replace("The signature matches", "The token matches"),
});

/** The token as documented, and in other interpretations. */
const readTokens = ({ value, scheme, place }: SchemeResult): readonly Target[] => {
  const layout = layoutOf(scheme);
  const exact = readHeader(value, layout).signatures.flatMap((text): readonly Target[] => {
    const bytes = signatureBytes(text, encodingOf(scheme));
    return bytes === undefined ? [] : [{ bytes, steps: [], notation: "token" }];
  });
  const [, kind = "", rest = ""] = /^(bearer|token|basic)\s+(\S.*)$/i.exec(value) ?? [];
  const named =
    kind === ""
      ? []
      : [rest, ...(kind.toLowerCase() === "basic" ? [Buffer.from(rest, "base64").toString("latin1")] : [])];
  const after = named.map((text): Target => ({
    bytes: Buffer.from(text, "latin1"),
    steps: [{ code: "signature-prefix", done: `'${kind} ' before the token in ${placeName(place)} is removed` }],
    notation: "token",
  }));
  return [...exact, ...after, ...readTargets(value, scheme)];
};

/**
 * The finding for "a different token". It reports how similar the token is to the secret, but never shows the token.
 */
const otherToken = (
  request: WebhookRequest,
  profile: Profile,
  { place }: SchemeResult,
  secrets: readonly Secret[],
  keys: readonly KeyVariant[],
  targets: readonly Target[],
): Finding => {
  const name = placeName(place);
  const [token] = targets;
  const like = token === undefined ? undefined : keys.find(({ key }) => isLike(key, token.bytes));
  const given = secrets.map(({ label }) => label).join(", ");
  const length =
    token === undefined
      ? ""
      : ` It has ${pluralize(token.bytes.length, "character")}, the secret ${lengthsOf(secrets)}.`;
  const remark = like === undefined || token === undefined ? "" : ` ${likeness(like.key, token.bytes)}`;
  return observedFinding(
    "secret-other",
    `The token in ${name} is not ${given === "" ? "one that is known here" : given}.${length}${remark}`,
    request.headers,
    {
      fix: `Take the token of this endpoint from ${profile.name}'s settings, and compare all of it in constant time. Nothing else in the request shows who sent it.`,
    },
  );
};

const lengthsOf = (secrets: readonly Secret[]): string =>
  secrets.map((secret) => String(secret.reveal().length)).join(" or ");

/**
 * Whether one is a prefix of the other or they differ only in case. Values shorter than 8 bytes may do so by chance.
 */
const isLike = (key: Buffer, token: Buffer): boolean =>
  Math.min(key.length, token.length) >= 8 && (begins(key, token) || begins(token, key) || isOtherCase(key, token));

const begins = (whole: Buffer, start: Buffer): boolean =>
  whole.length > start.length && constantTimeEqual(whole.subarray(0, start.length), start);

const isOtherCase = (key: Buffer, token: Buffer): boolean =>
  key.toString("latin1").toLowerCase() === token.toString("latin1").toLowerCase();

const likeness = (key: Buffer, token: Buffer): string => {
  if (begins(key, token)) return "It is only the beginning of the secret: it was cut off.";
  return begins(token, key)
    ? "It starts with the secret and is longer: the secret was cut off, or something was added."
    : "It differs from the secret only in case.";
};
