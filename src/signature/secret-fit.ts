import type { Profile, Scheme } from "../providers/profile.ts";
import type { Secret } from "../values/secret.ts";
import { asymmetricOf } from "./jws-algorithm.ts";
import { unusableReason } from "./key.ts";
import { isPublicKey } from "./mac.ts";

/** Why a secret is not, or probably not, the signing secret that a scheme requires. */
export interface SecretMismatch {
  /** Completes "env:S (fingerprint) …"; says the kind of secret, never the secret. */
  readonly what: string;
  /**
   * `unusable`: can't be a key of the scheme. `unlike`: could be, but looks like something else. `perhaps`: looks like
   * an id, but some platforms' secrets do too.
   */
  readonly degree: "unusable" | "unlike" | "perhaps";
}

/** What is wrong with a secret, judged by its form; undefined if nothing is. */
export const secretMismatch = (secret: Secret, scheme: Scheme, profile: Profile): SecretMismatch | undefined => {
  const bytes = secret.reveal();
  const text = bytes.toString("latin1").trim();
  if (/^(?:""|''|``)?$/.test(text)) return { what: "is empty", degree: "unusable" };
  const look = lookOf(text, profile);
  const reason = unusableReason(bytes, scheme.mac);
  if (reason !== undefined) return { what: unusableWords(reason, look, scheme), degree: "unusable" };
  // A key of the scheme needn't look like a shared secret.
  if (isPublicKey(scheme.mac) || (scheme.mac.kind === "jws" && asymmetricOf(scheme.mac.algorithm) !== undefined))
    return undefined;
  if (look !== undefined) return { what: look.what, degree: look.isSure ? "unlike" : "perhaps" };
  const begins = profile.secret?.begins;
  if (begins !== undefined && !begins.some((start) => text.startsWith(start))) {
    return {
      what: `does not begin with ${begins.join(" or ")}, as ${profile.name}'s signing secrets do`,
      degree: "unlike",
    };
  }
  return undefined;
};

const unusableWords = (reason: string, look: Look | undefined, scheme: Scheme): string => {
  const bare = reason.replace(/^the secret /, "");
  const due =
    scheme.mac.kind === "hmac" && !/ed25519/.test(bare)
      ? `, and scheme ${scheme.name} decodes its secrets from it`
      : "";
  // A reason that names the kind of key needs nothing added.
  if (/^is an? .* key \(/.test(bare)) return bare;
  return `${bare}${due}${look === undefined ? "" : `; it ${look.what}`}`;
};

interface Look {
  readonly what: string;
  readonly isSure: boolean;
}

const begins = (start: string, whose: string): Look => ({
  what: `begins with ${start}, as ${whose} do: it is not a signing secret`,
  isSure: true,
});

/** Texts commonly mistaken for a signing secret, by prefix or format. */
const looks: readonly (readonly [RegExp, (match: RegExpExecArray) => Look])[] = [
  [/^(?:sk|rk|pk)_(?:live|test)_/, ([start]) => begins(start, "API keys")],
  [/^(?:sk|rk|pk|ak)[_-](?=.{8})/, ([start]) => begins(start, "API keys")],
  [/^(?:gh[pousr]_|github_pat_)/, ([start]) => begins(start, "GitHub's tokens")],
  [/^(?:xox[a-z]-|xapp-|xoxe\.)/, ([start]) => begins(start, "Slack's tokens")],
  [/^shp(?:at|ca|pa|ua|tka)_/, ([start]) => begins(start, "Shopify's access tokens")],
  [/^gl(?:pat|ptt|dt|rt|cbt)-/, ([start]) => begins(start, "GitLab's tokens")],
  [/^pat-(?:na|eu|ap)\d-/, ([start]) => begins(start, "HubSpot's access tokens")],
  [
    /^(?:lin_api_|npm_|dop_v1_|SG\.|re_(?=.{12})|AIza(?=.{30})|hf_(?=.{20})|EAA[A-Z](?=.{40}))/,
    ([start]) => begins(start, "API keys"),
  ],
  [/^A[KS]IA(?=[A-Z0-9]{12,}$)/, ([start]) => begins(start, "AWS access key ids")],
  [/^eyJ[\w-]+\.[\w-]+\.[\w-]*$/, () => ({ what: "is a JSON Web Token, not a signing secret", isSure: true })],
  [
    /^(?:we|wh|whk|ep|evt|msg|hook|webhook|endpoint|acct|app|sub|cus|org|usr|user|proj|prj|team|src)_[\w-]{4,}$/,
    ([all]) => begins(all.slice(0, all.indexOf("_") + 1), "ids"),
  ],
  [
    /^(?:\$\{\{?[^}]*\}?\}|\$\([^)]*\)|\$[A-Za-z_]\w*|%[A-Za-z_]\w*%|\{\{.*\}\}|\{[A-Za-z_]\w*\}|process\.env\b.*|os\.environ\b.*|ENV\[.*|env\(.*\)|!(?:Ref|Sub|GetAtt)\b.*)$/s,
    () => ({ what: "is a variable name that was not replaced by its value", isSure: true }),
  ],
  [
    /^(?:op|vault|bws|doppler|akeyless|infisical|aws-?sm|awssm|gcpsm|azkv|ssm|secretsmanager|env|file|store|ref\+\w+|secretref):|^arn:aws|^projects\/[^/]+\/secrets\/|^@Microsoft\.KeyVault|^ENC\[/i,
    () => ({ what: "is a reference to a secret store, not the secret itself", isSure: true }),
  ],
  [/^https?:\/\//i, () => ({ what: "is a URL", isSure: true })],
  [/^-----BEGIN /, () => ({ what: "is a PEM key or certificate, not a shared secret", isSure: true })],
  [
    /^(?:<[^>]*>|\[[^\]]*\]|(?:undefined|null|none|nil|true|false|NaN)|\[object Object\]|.*(?:your|my)[-_ ]?(?:webhook|signing|api|client|app|endpoint)?[-_ ]?(?:secret|key|token)(?:[-_ ]?here)?|(?:change|replace)[-_ ]?(?:me|this|it)|placeholder|todo|tbd|redacted|(?:whsec_)?(?:secret|test|example)?[x*.\u2022-]{3,}|insert[-_ ].*|put[-_ ].*here)$/i,
    () => ({ what: "is a placeholder", isSure: true }),
  ],
  [
    /(?:\*{3,}|\u2022{2,}|\xe2\x80\xa2|\.{3}|\u2026|\xe2\x80\xa6)/,
    () => ({ what: "is masked or cut off: it contains dots or asterisks", isSure: true }),
  ],
  [/^whsec_.{0,23}$/s, () => ({ what: "is too short for a whsec_ secret: it was cut off", isSure: true })],
  [
    /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
    () => ({ what: "is a UUID, which is common for ids but rare for signing secrets", isSure: false }),
  ],
];

const lookOf = (text: string, profile: Profile): Look | undefined => {
  for (const [pattern, look] of looks) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const found = look(match);
    // Some platforms' secrets are UUIDs or begin with one, as their profile says.
    if (!found.isSure && profile.secret?.uuid === true) return undefined;
    if (
      profile.secret?.begins?.some((start) => text.startsWith(start)) === true &&
      !/cut off|placeholder/.test(found.what)
    )
      return undefined;
    return found.isSure || profile.secret?.begins === undefined ? found : { ...found, isSure: true };
  }
  return undefined;
};
