import { isBuiltIn } from "../providers/index.ts";
import { placeName } from "../providers/place.ts";
import type { Profile } from "../providers/profile.ts";
import { headerValue } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { readHeader } from "../signature/layout.ts";
import { rsaLength } from "../signature/asymmetric-key.ts";
import { macLength } from "../signature/mac.ts";
import { expectedTimestamp } from "../signature/timestamp.ts";
import { claimWords, hashName, timestampName } from "../signature/verify.ts";
import type { Finding, FindingCode } from "../signature/verdict.ts";
import type { SchemeResult } from "../signature/try-schemes.ts";
import type { Secret } from "../values/secret.ts";
import { expectedForm } from "./targets.ts";
import type { Target } from "./targets.ts";
import type { Step } from "./types.ts";
import { observedFinding } from "./wording.ts";

/** Whether a profile is the user's own, which may be wrong; built-in ones follow the platform's docs. */
export const isOwn = (profile: Profile): boolean => !isBuiltIn(profile);

/** Problems visible in the signature header and the timestamp, in the order in which a verifier finds them. */
export const headerFindings = (
  one: SchemeResult,
  request: WebhookRequest,
  profile: Profile,
  isMatched = one.match !== undefined,
): readonly Finding[] =>
  one.problems.flatMap((code) => {
    const found = problemWords(code, one, request, profile, isMatched);
    return found === undefined ? [] : [observedFinding(found.code, found.message, request.headers, found)];
  });

interface ProblemWords {
  readonly code: FindingCode;
  readonly message: string;
  readonly certain?: boolean;
  readonly fix?: string;
}

const problemWords = (
  code: FindingCode,
  one: SchemeResult,
  request: WebhookRequest,
  profile: Profile,
  isMatched: boolean,
): ProblemWords | undefined => {
  const { scheme } = one;
  const form = expectedForm(scheme);
  switch (code) {
    case "signature-prefix":
    case "signature-malformed": {
      if (one.token !== undefined) return { code, message: `The token in ${placeName(one.place)} ${one.token}.` };
      const isForm = one.value !== "" && missingPart(one, request) === undefined;
      if (!isForm || !isOwn(profile)) {
        const fix =
          one.missing === undefined ? {} : { fix: `Send ${one.missing}, and make sure nothing on the way removes it.` };
        return { code, message: malformedWords(code, one, request), ...fix };
      }
      const message = `${placeName(one.place)} is not in the format your profile ${profile.id} describes, ${form}: the profile may not fit, or the header was changed.`;
      return { code: "scheme-other", message, certain: false, fix: profileFix(profile) };
    }
    case "timestamp-missing":
      return {
        code,
        message: `The timestamp (${timestampName(scheme, one.place)}) is missing, but it is part of the signed content.`,
      };
    case "timestamp-malformed":
      return timestampWords(one, profile, isMatched);
    case "algorithm-other":
      return { code, message: `The token in ${placeName(one.place)} ${one.token ?? "names another algorithm"}.` };
    case "key-unavailable":
      return {
        code,
        message: `The signature was not checked: ${one.keyProblem ?? "the platform's public key is not available"}.`,
      };
    case "claim-other":
    case "content-other":
      return { code, message: `The signature is correct, but the token's ${claimWords(one, code)}.` };
    case "timestamp-stale":
    case "timestamp-future": {
      const words = claimWords(one, code);
      return words === "" ? undefined : { code, message: `The signature is correct, but the token's ${words}.` };
    }
    case "body-altered":
      return {
        code,
        message: `The signature is correct, but ${hashName(one)}, which it covers, is not the hash of the received body: the body was changed after it was signed.`,
      };
    case "body-charset":
      return { code, message: "The body is not UTF-8, and the documented verifier decodes it before it verifies." };
    default:
      return undefined;
  }
};

/** The fix if the user's own profile contradicts the request. */
export const profileFix = (profile: Profile): string =>
  `Compare the profile ${profile.id} with the platform's documentation. If the profile is wrong, correct it (docs/profiles.md); if it is right, the sender is wrong.`;

/** Adds the profile fix to a step if the profile it deviates from is the user's own. */
export const withProfileFix = (step: Step, profile: Profile): Step =>
  isOwn(profile) &&
  (step.about === "scheme" || ["signature-prefix", "signature-encoding", "algorithm-other"].includes(step.code))
    ? {
        ...step,
        culprit: null,
        more: `The signature is correct this way: your profile ${profile.id} may not fit.`,
        fix: profileFix(profile),
      }
    : step;

const timestampWords = (one: SchemeResult, profile: Profile, isMatched: boolean): ProblemWords => {
  const { scheme } = one;
  const text = one.timestamp ?? "";
  const due = scheme.timestamp === undefined ? "a time" : expectedTimestamp(scheme.timestamp);
  const isTime =
    text.length < 40 && (/^\d+\.\d+$/.test(text) || (/\d{4}|GMT/.test(text) && !Number.isNaN(Date.parse(text))));
  const quotedText = `'${text.slice(0, 40)}'`;
  const notChecked = "its age was not checked";
  if (isTime && isMatched && isOwn(profile)) {
    const message = `The signature is correct over the timestamp (${timestampName(scheme, one.place)}) as it is, ${quotedText}; your profile ${profile.id} describes ${due}, so the profile does not fit, and ${notChecked}.`;
    return { code: "scheme-other", message, fix: profileFix(profile) };
  }
  const right = isMatched ? ` The signature is correct over it as it is; ${notChecked}.` : "";
  return {
    code: "timestamp-malformed",
    message: `The timestamp (${timestampName(scheme, one.place)}) is ${quotedText}, which is not ${due}.${right}`,
  };
};

/** The finding for a signature shorter than its scheme's signatures, if no truncation explains it. */
export const tooShort = (
  one: SchemeResult,
  request: WebhookRequest,
  targets: readonly Target[],
  secrets: readonly Secret[],
): readonly Finding[] => {
  const { mac } = one.scheme;
  const rsa = mac.kind === "rsa" ? secrets.map((secret) => rsaLength(mac, secret.reveal())) : [];
  const [keyed, ...otherwise] = new Set(rsa.filter((length) => length !== undefined));
  const due = macLength(mac) ?? (otherwise.length === 0 ? keyed : undefined);
  if (due === undefined) return [];
  if (targets.some((target) => target.bytes.length >= due)) return [];
  const [plainest] = targets.toSorted((a, b) => a.steps.length - b.steps.length);
  const length = plainest?.bytes.length ?? 0;
  const hash = hashLengths[length];
  const has =
    length === 0 ? "no readable signature" : `${length} bytes${hash === undefined ? "" : ` (the length of ${hash})`}`;
  const message = `${placeName(one.place)} contains ${has}, but a signature of ${due} bytes is expected${mac.kind === "rsa" ? " with the given key" : ""}.`;
  const fix =
    mac.kind === "rsa"
      ? "If the signature was cut off, keep the whole value; else pass the key that made it."
      : `Sign with the documented algorithm: its signatures have ${due} bytes. If the signature was cut off, keep the whole header value.`;
  return [observedFinding("signature-malformed", message, request.headers, length === 0 ? {} : { fix })];
};

const hashLengths: Readonly<Record<number, string>> = {
  16: "MD5",
  20: "SHA-1",
  28: "SHA-224",
  32: "SHA-256",
  48: "SHA-384",
};

/** A signed part that is missing, other than the timestamp. */
const missingPart = ({ scheme, missing }: SchemeResult, request: WebhookRequest): string | undefined =>
  scheme.id !== undefined && headerValue(request.headers, scheme.id.header) === undefined ? scheme.id.header : missing;

const malformedWords = (code: FindingCode, one: SchemeResult, request: WebhookRequest): string => {
  const { scheme } = one;
  const name = placeName(one.place);
  const missing = missingPart(one, request);
  if (missing !== undefined) return `${missing} is missing, but it is part of the signed content.`;
  if (one.value === "") return `${name} is empty.`;
  return code === "signature-prefix"
    ? `${name} does not have the documented format ${expectedForm(scheme)}.`
    : `${name} does not contain a signature in the documented format ${expectedForm(scheme)}.`;
};

/**
 * Recognizes a list with a separator other than the scheme's. Returns both separators, and the header rewritten with
 * the scheme's.
 */
export const otherSeparator = (
  one: SchemeResult,
): { readonly by: string; readonly due: string; readonly value: string } | undefined => {
  const { layout } = one.scheme;
  if (layout.kind !== "pairs") return undefined;
  const { separator: due = ",", assign = "=" } = layout;
  for (const by of [",", ";", "&", "|", " "]) {
    if (
      by === due ||
      by === layout.groups ||
      assign !== "=" ||
      !one.value.includes(by) ||
      one.reading.signatures.some((text) => !text.includes(by) && text !== "")
    )
      continue;
    const items = one.value
      .split(by)
      .map((item) => item.trim())
      .filter((item) => item !== "");
    // Items must be named; anything else is, say, a stray space inside a signature.
    if (!items.every((item) => /^[A-Za-z][\w-]{0,23}=[^=]/.test(item))) continue;
    const value = items.join(due);
    if (value !== one.value && readHeader(value, layout).signatures.length > 0) return { by, due, value };
  }
  return undefined;
};
