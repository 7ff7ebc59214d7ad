import type { Profile, Scheme } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import { hmacHashOf } from "../signature/jws-algorithm.ts";
import { claimsOf, kidOf } from "../signature/jws.ts";
import { claimValue } from "../signature/claims.ts";
import { lacksKey } from "../signature/asymmetric-key.ts";
import { unusableReason } from "../signature/key.ts";
import { macMatches } from "../signature/mac.ts";
import { readToken } from "../signature/token.ts";
import type { JwsMac } from "../signature/token.ts";
import type { SchemeResult } from "../signature/try-schemes.ts";
import type { Finding, Verdict } from "../signature/verdict.ts";
import { placeName } from "../providers/place.ts";
import { Secret } from "../values/secret.ts";
import { explore } from "./explore.ts";
import type { DiagnoseOptions } from "./explore.ts";
import { otherKnown } from "./asymmetric.ts";
import { secretFacts } from "./secret-findings.ts";
import { withFindings } from "./verdicts.ts";
import { findingOf, observedFinding } from "./wording.ts";

/**
 * Diagnoses a token with an invalid signature. Its text is the signed content, so only the secret or key can differ.
 */
export const diagnoseJwt = (
  base: Verdict,
  mac: JwsMac,
  result: SchemeResult,
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): Verdict => {
  const text = result.reading.signatures[0] ?? "";
  const jws = readToken(mac, text, request.body);
  if ("problem" in jws) return base;
  const others = (options.otherSecrets ?? []).filter((one) => !secrets.includes(one));
  const { findings } = secretFacts(secrets, result.scheme, profile, request, others.length);
  const hash = hmacHashOf(mac.algorithm);
  if (hash === undefined) {
    const bytes = Buffer.from(text, "latin1");
    const other = others.find((one) => macMatches(mac, one.reveal(), request.body, bytes));
    if (other !== undefined)
      return {
        ...withFindings(base, [findingOf(otherKnown(other), true, request.headers)]),
        matchedSecret: other.label,
      };
    const fitting = secrets.filter((one) => unusableReason(one.reveal(), mac) === undefined);
    const kid = kidOf(jws);
    if (kid !== undefined && fitting.length > 0 && fitting.every((one) => lacksKey(one.reveal(), kid))) {
      const message = `${placeName(result.place)} names the key '${kid.slice(0, 80)}', which was not given.`;
      return withFindings(base, [observedFinding("key-unavailable", message, request.headers)]);
    }
    if (fitting.length === 0 && findings.length > 0) return withFindings(base, findings);
    const message = unsigned(result, fitting, mac);
    return withFindings(base, [
      ...findings,
      observedFinding("unexplained", message, request.headers, { certain: false }),
    ]);
  }
  const scheme: Scheme = {
    ...bare(result.scheme),
    mac: { kind: "hmac", hash, key: mac.key ?? "text" },
    encoding: "base64url",
    content: [{ text: jws.signingInput.toString("latin1") }],
  };
  const value = jws.signature.toString("base64url");
  // The body isn't signed, so body changes aren't searched.
  const explorer = explore(
    mac.payload === undefined || mac.payload === "claims" ? { ...request, body: Buffer.alloc(0) } : request,
    profile,
    { ...result, scheme, value, timestamp: undefined, reading: { signatures: [value], pairs: {} } },
    secrets,
    options,
  );
  const { match, tried } = explorer.outcome;
  if (match === undefined)
    return withFindings({ ...base, tried: base.tried + tried }, [
      ...findings,
      observedFinding("unexplained", unsigned(result, secrets, mac), request.headers, { certain: false }),
    ]);
  return {
    ...withFindings(
      { ...base, tried: base.tried + tried },
      match.steps.map((step) => findingOf(step, match.certain, request.headers)),
    ),
    matchedSecret: match.key.secret.label,
  };
};

/** The text of the finding for "no secret or key matches", and what remains possible. */
const unsigned = ({ place }: SchemeResult, secrets: readonly Secret[], { payload = "claims" }: JwsMac): string => {
  const what = payload.startsWith("detached") ? "the body or the token was changed" : "the token was changed";
  return `The token in ${placeName(place)} is not signed with ${secrets.map((one) => one.label).join(" or ")}: it was signed with a different secret or key, or ${what}.`;
};

/** If a hash in the token doesn't match the received body, finds the change to the body that makes it match. */
export const changedUnderHash = (
  result: SchemeResult,
  request: WebhookRequest,
  profile: Profile,
  options: DiagnoseOptions,
): readonly Finding[] => {
  const { mac } = result.scheme;
  if (mac.kind !== "jws") return [];
  const jws = readToken(mac, result.reading.signatures[0] ?? "", request.body);
  if ("problem" in jws) return [];
  return result.claims.flatMap(({ rule, kind }) => {
    if (kind !== "other" || !("of" in rule) || rule.hash === undefined) return [];
    const value = claimValue({ header: jws.header, claims: claimsOf(jws) ?? {} }, rule);
    if (typeof value !== "string") return [];
    const scheme: Scheme = {
      ...bare(result.scheme),
      mac: { kind: "digest", hash: rule.hash },
      encoding: rule.encoding ?? "hex",
      content: rule.of,
    };
    const reading = { signatures: [value], pairs: {} };
    const { match } = explore(
      request,
      profile,
      { ...result, scheme, value, timestamp: undefined, reading },
      [noSecret],
      {
        ...options,
        otherSecrets: [],
      },
    ).outcome;
    return (match?.steps ?? []).map((step) => findingOf(step, match?.certain === true, request.headers));
  });
};

/** Hashes have no key, but the search needs one. */
const noSecret = new Secret("no secret", "none");

/** The scheme without its token fields. */
const bare = ({ timestamp: _timestamp, bodyHash: _bodyHash, ...scheme }: Scheme): Scheme => ({
  ...scheme,
  layout: { kind: "single" },
});
