import { bodyCoverage, isOfBody } from "../providers/parts.ts";
import type { Profile } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import { hashUnder } from "../signature/asymmetric-key.ts";
import { signatureBytes } from "../signature/layout.ts";
import { encodingOf, isPublicKey } from "../signature/mac.ts";
import type { SchemeResult } from "../signature/try-schemes.ts";
import type { Finding } from "../signature/verdict.ts";
import type { Secret } from "../values/secret.ts";
import { isOwn } from "./header-findings.ts";
import { observedFinding } from "./wording.ts";

/** The finding if an RSA signature was made with a given key but for content other than what was received. */
export const otherContent = (
  { scheme, reading }: SchemeResult,
  request: WebhookRequest,
  profile: Profile,
  secrets: readonly Secret[],
): Finding | undefined => {
  if (!isPublicKey(scheme.mac)) return undefined;
  for (const text of reading.signatures) {
    const bytes = signatureBytes(text, encodingOf(scheme), scheme.eitherCase);
    if (bytes === undefined) continue;
    for (const secret of secrets) {
      const signedDigest = hashUnder(scheme.mac, secret.reveal(), bytes);
      if (signedDigest === undefined) continue;
      const { hash, digest } = signedDigest;
      const shown = `The signature was made with the private key of ${secret.label}, so the key is right. It is for other content: the ${hash.replace("sha", "SHA-")} hash inside it, ${digest.toString("hex").slice(0, 16)}…, is not that of what was received.`;
      // The mismatch may be in the profile if the user wrote it, or in other signed fields if more than the body is
      // signed.
      if (isOwn(profile) || !isOfBody(scheme.content))
        return observedFinding("content-other", shown, request.headers, { certain: false });
      const what = bodyCoverage(scheme.content) === "all" ? "The body was" : "A signed field of the body was";
      return observedFinding("body-altered", `${shown} ${what} changed after it was signed.`, request.headers);
    }
  }
  return undefined;
};
