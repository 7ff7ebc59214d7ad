import type { Profile, Scheme } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import { secretMismatch } from "../signature/secret-fit.ts";
import type { SecretMismatch } from "../signature/secret-fit.ts";
import type { Finding } from "../signature/verdict.ts";
import type { Secret } from "../values/secret.ts";
import { observedFinding } from "./wording.ts";

/** What the secrets' own format shows. */
interface SecretFacts {
  /** Reported first if nothing matches: secrets that can't be, or probably aren't, this scheme's. */
  readonly findings: readonly Finding[];
  readonly hints: readonly string[];
  /** Secrets that may be right: only these can be ruled out by testing. */
  readonly fit: readonly Secret[];
}

/** Compares the given secrets with what the scheme and platform require. */
export const secretFacts = (
  secrets: readonly Secret[],
  scheme: Scheme,
  profile: Profile,
  request: WebhookRequest,
  others = 0,
): SecretFacts => {
  const checked = secrets.map((secret) => ({ secret, found: secretMismatch(secret, scheme, profile) }));
  const bad = checked.filter((one): one is { secret: Secret; found: SecretMismatch } => isBad(one.found));
  const fit = checked.filter((one) => !isBad(one.found)).map(({ secret }) => secret);
  const hints = checked.flatMap(({ secret, found }) =>
    found?.degree === "perhaps" || (fit.length > 0 && isBad(found)) ? [`${secret.label} ${found?.what ?? ""}`] : [],
  );
  if (bad.length === 0 || fit.length > 0) return { findings: [], hints, fit };
  const certain = bad.every(({ found }) => found.degree === "unusable");
  const problems = bad.map(({ secret, found }) => `${secret.label} ${found.what}`).join(". ");
  const rest =
    others > 0
      ? "Only the other known secrets were tried."
      : scheme.mac.kind === "ed25519"
        ? "Without a public key of this kind nothing was checked, and nothing is ruled out."
        : "";
  return {
    findings: [observedFinding("secret-unfit", `${problems}. ${rest}`.trim(), request.headers, { certain })],
    hints,
    fit,
  };
};

const isBad = (found: SecretMismatch | undefined): boolean => found !== undefined && found.degree !== "perhaps";
