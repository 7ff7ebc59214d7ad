import { builtInProfiles } from "../providers/index.ts";
import type { Profile, Scheme } from "../providers/profile.ts";
import { headerValue, requestUrl } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { hasSignatureLength, keysFor, verifyAsymmetric } from "../signature/asymmetric-key.ts";
import type { AsymmetricMac } from "../signature/asymmetric-key.ts";
import { readHeader } from "../signature/layout.ts";
import type { Finding } from "../signature/verdict.ts";
import { constantTimeEqual } from "../values/constant-time-equal.ts";
import type { Secret } from "../values/secret.ts";
import { explore } from "./explore.ts";
import type { DiagnoseOptions } from "./explore.ts";
import type { Match } from "./search.ts";
import { functionName, plainContents, signedBytes, signingVariants } from "./signing-variants.ts";
import { readTargets } from "./targets.ts";
import type { Step } from "./types.ts";
import { findingOf } from "./wording.ts";

/** A signature recognized without a profile: its scheme, secret, and any other changes needed. */
export interface SchemeFound {
  readonly header: string;
  /** For example `hex HMAC-SHA256 of the body under env:S (ab12cd34)`. */
  readonly name: string;
  readonly secret: Secret;
  /** Changes of secret, time or body that the match needs. */
  readonly findings: readonly Finding[];
  readonly tried: number;
}

const maxHeaders = 6;
const maxTries = 4000;

/** Headers that may hold a signature, those named like one first. */
export const signatureLike = (headers: readonly HeaderPair[]): readonly HeaderPair[] =>
  headers
    .slice(0, 100)
    .filter(
      ([name, value]) => /sig|hmac|hash|auth|digest|token/i.test(name) && value.length >= 16 && value.length <= 2048,
    )
    .toSorted(([a], [b]) => Number(/sig|hmac/i.test(b)) - Number(/sig|hmac/i.test(a)))
    .slice(0, maxHeaders);

/** A generic scheme to start the search from. */
const genericProfile = (header: string, value: string): readonly [Profile, Scheme] => {
  const scheme: Scheme = {
    name: "common",
    summary: "HMAC-SHA256 over the body",
    header,
    layout: { kind: "single" },
    encoding: /[0-9a-f]{40}/i.test(value) ? "hex" : "base64",
    mac: { kind: "hmac", hash: "sha256", key: "text" },
    content: ["body"],
  };
  const [base] = builtInProfiles();
  if (base === undefined) throw new Error("there are no built-in profiles");
  return [{ ...base, id: "common", schemes: [scheme] }, scheme];
};

/** The same scheme with its signature in another header. */
const movedTo = ({ place: _place, ...scheme }: Scheme, header: string): Scheme => ({ ...scheme, header });

/** The timestamp in a signature header or another header, whatever its name. */
const findTimestamp = (value: string, headers: readonly HeaderPair[]): string | undefined =>
  /(?:^|[,;&\s])(?:t|ts|timestamp)=([^,;&\s]{4,40})/.exec(value)?.[1] ??
  headers.find(([name, text]) => /timestamp|request-time/i.test(name) && text.length < 40)?.[1].trim();

/** Tries the common schemes on every header that may hold a signature. */
export const findScheme = (
  request: WebhookRequest,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
  from?: { readonly profile: Profile; readonly scheme: Scheme },
): { readonly found: SchemeFound | undefined; readonly tried: number } => {
  let tried = 0;
  for (const [header, value] of signatureLike(request.headers)) {
    const [profile, scheme] =
      from === undefined ? genericProfile(header, value) : [from.profile, movedTo(from.scheme, header)];
    const rule = scheme.timestamp?.from;
    const timestamp =
      (rule !== undefined && "header" in rule ? headerValue(request.headers, rule.header) : undefined) ??
      findTimestamp(value, request.headers);
    // In another header the prefix may differ too, so a missing prefix is not a finding.
    const targets = readTargets(value, scheme).map((one) => ({
      ...one,
      steps: one.steps.filter((step) => step.code !== "signature-prefix"),
    }));
    const tries = Math.min(maxTries, options.budget?.tries ?? maxTries);
    const { outcome } = explore(
      request,
      profile,
      { scheme, timestamp, value, place: { header }, scope: "", reading: readHeader(value, scheme.layout) },
      secrets,
      { ...options, budget: { ...options.budget, tries }, keyedOnly: true },
      targets,
    );
    tried += outcome.tried;
    if (outcome.match?.certain === true) return { found: named(header, outcome.match, request, tried), tried };
  }
  const found = publicKeyScheme(request, secrets, options);
  return { found, tried: tried + (found?.tried ?? 0) };
};

const named = (header: string, match: Match, request: WebhookRequest, tried: number): SchemeFound => ({
  header,
  name: schemeName(match),
  secret: match.key.secret,
  findings: match.steps.filter(isOutsideScheme).map((step) => findingOf(step, true, request.headers)),
  tried,
});

/** What a match computed, for example "hex HMAC-SHA256 of timestamp.body under env:S". */
const schemeName = ({ notation, variant, key }: Match): string =>
  `${notation} ${functionName(variant)} of ${variant.content} under ${key.secret.label}`;

/** Steps that the scheme's name does not already say. */
const isOutsideScheme = (step: Step): boolean =>
  step.about !== "scheme" && !["signature-prefix", "signature-encoding", "algorithm-other"].includes(step.code);

/** Finds a public-key signature by trying the given public keys with every algorithm they fit. */
export const publicKeyScheme = (
  request: WebhookRequest,
  secrets: readonly Secret[],
  options: DiagnoseOptions,
): SchemeFound | undefined => {
  const keys = secrets.flatMap((secret) => {
    const kinds = publicKeyKinds.filter(({ mac }) => !("unusable" in keysFor(secret.reveal(), mac)));
    return kinds.length === 0 ? [] : [{ secret, kinds }];
  });
  if (keys.length === 0) return undefined;
  let tried = 0;
  for (const [header, value] of signatureLike(request.headers)) {
    const [profile, scheme] = genericProfile(header, value);
    const targets = readTargets(value, scheme).slice(0, 8);
    const contents = plainContents(
      signingVariants({
        request,
        profile,
        scheme,
        timestamp: findTimestamp(value, request.headers),
        place: { header },
        scope: "",
        pairs: {},
        url: options.url ?? requestUrl(request),
        method: options.method ?? request.method,
        others: [...(options.profiles ?? []), ...builtInProfiles()],
        lengths: [32],
      }),
    ).slice(0, 300);
    for (const { secret, kinds } of keys) {
      for (const variant of contents) {
        const content = signedBytes(variant, request.body);
        for (const { bytes, notation } of targets) {
          const possible = kinds.filter(({ mac }) => hasSignatureLength(mac, bytes.length));
          if (possible.length === 0) continue;
          tried++;
          const kind = possible.find(({ mac }) => verifyAsymmetric(mac, secret.reveal(), content, bytes));
          if (kind === undefined) continue;
          return {
            header,
            secret,
            findings: [],
            tried,
            name: `${notation} ${kind.name} of ${variant.content} under ${secret.label}`,
          };
        }
      }
    }
  }
  return undefined;
};

/** The signature algorithms a public key may have been used with. */
const publicKeyKinds: readonly { readonly name: string; readonly mac: AsymmetricMac }[] = [
  { name: "ed25519", mac: { kind: "ed25519" } },
  ...(["sha256", "sha1", "sha384", "sha512"] as const).flatMap((hash) => {
    const suffix = hash.toUpperCase();
    return [
      { name: `ECDSA-${suffix}`, mac: { kind: "ecdsa", hash, form: "der" } },
      { name: `ECDSA-${suffix}`, mac: { kind: "ecdsa", hash, form: "p1363" } },
      { name: `RSA-${suffix}`, mac: { kind: "rsa", hash, padding: "pkcs1" } },
      { name: `RSA-PSS-${suffix}`, mac: { kind: "rsa", hash, padding: "pss" } },
    ] as const;
  }),
];

/** Finds the secret itself in a header or a query field. */
export const secretInRequest = (
  request: WebhookRequest,
  secrets: readonly Secret[],
): { readonly place: string; readonly header: string | undefined; readonly secret: Secret } | undefined => {
  const known = secrets
    .map((secret) => ({ secret, text: Buffer.from(secret.reveal().toString("latin1").trim(), "latin1") }))
    .filter(({ text }) => text.length > 0);
  const isIt = (text: string): Secret | undefined =>
    known.find((one) => constantTimeEqual(one.text, Buffer.from(text, "latin1")))?.secret;
  for (const [header, value] of request.headers.slice(0, 100)) {
    const isSecretName = /token|secret|key|auth|sig|pass|hmac/i.test(header);
    for (const [text, as] of tokensOf(value.trim())) {
      // A short secret may equal a header value by chance.
      const secret = text.length >= 8 || isSecretName ? isIt(text) : undefined;
      if (secret !== undefined) return { place: `${header}${as}`, header, secret };
    }
  }
  const query = /\?([^#]*)/.exec(request.url ?? request.target)?.[1] ?? "";
  for (const [name, value] of new URLSearchParams(query)) {
    const secret = value.length >= 8 ? isIt(value) : undefined;
    if (secret !== undefined) return { place: `the query parameter ${name}`, header: undefined, secret };
  }
  return undefined;
};

function* tokensOf(value: string): Generator<readonly [text: string, as: string]> {
  yield [value, ""];
  const [, kind = "", rest = ""] =
    /^(bearer|token|basic|apikey|key|secret|hmac|sha256=|sha1=)\s*(\S.*)$/i.exec(value) ?? [];
  if (kind === "") return;
  yield [rest, ` (after ${kind})`];
  if (kind.toLowerCase() !== "basic") return;
  const [user = "", ...password] = Buffer.from(rest, "base64").toString("latin1").split(":");
  yield [password.join(":"), " (its password)"];
  yield [user, " (its user name)"];
}
