import { hasPart } from "../providers/parts.ts";
import type { Mac, Part, Scheme } from "../providers/profile.ts";
import { algorithmProblem, claimsOf, readJws } from "./jws.ts";
import { signedContent } from "./content.ts";
import type { ContentFields, Missing } from "./content.ts";
import type { Jws, JwsContent, JwsProblem } from "./jws.ts";
import { checkClaims, makeClaims } from "./claims.ts";
import type { ClaimProblem, ClaimRule } from "./claims.ts";

/** A scheme whose signature is a JSON Web Token or a detached JWS. */
export type JwsMac = Extract<Mac, { readonly kind: "jws" }>;

/** Where a token's content is. */
export const contentOf = (payload: JwsMac["payload"]): JwsContent =>
  payload === "detached" || payload === "detached-unencoded" ? payload : "inside";

/** Parses a scheme's token. @param content what is signed, if the token doesn't contain it */
export const readToken = (mac: JwsMac, text: string, content?: Buffer): Jws | JwsProblem =>
  readJws(text, contentOf(mac.payload), content);

/** A token's data as named items: its claims, and header parameters unless a claim has the same name. */
export const tokenItems = (text: string): Readonly<Record<string, string>> => {
  // With detached content there are no claims: only the header is read.
  const jws = [readJws(text), readJws(text, "detached"), readJws(text, "detached-unencoded")].find(
    (one): one is Jws => !("problem" in one),
  );
  if (jws === undefined) return {};
  const members = Object.entries({ ...jws.header, ...claimsOf(jws) });
  return Object.fromEntries(
    members.flatMap(([name, value]) =>
      typeof value === "string" || typeof value === "number" ? [[name, String(value)]] : [],
    ),
  );
};

/** Why a token can't be the scheme's, whatever the key: its form, or the algorithm it names. */
export const tokenProblem = (mac: JwsMac, text: string): TokenProblem | undefined => {
  const jws = readToken(mac, text);
  if ("problem" in jws) return { code: "signature-malformed", message: jws.problem };
  const message = algorithmProblem(jws, mac.algorithm);
  return message === undefined ? undefined : { code: "algorithm-other", message };
};

interface TokenProblem {
  readonly code: "signature-malformed" | "algorithm-other";
  /** Completes "the token …". */
  readonly message: string;
}

/** Checks the claims of a token with a valid signature against the request. */
export const claimProblems = (
  { mac }: Scheme,
  text: string,
  checking: Parameters<typeof checkClaims<Part>>[2],
): readonly ClaimProblem<Part>[] => {
  if (mac.kind !== "jws") return [];
  const jws = readToken(mac, text);
  if ("problem" in jws) return [];
  return checkClaims({ header: jws.header, claims: claimsOf(jws) ?? {} }, rulesOf(mac), checking);
};

/** The rules for a token's claims. */
export const rulesOf = (mac: JwsMac): readonly ClaimRule<Part>[] => mac.claims ?? [];

/** Whether a scheme needs both a private key and a secret, because the signed content includes the secret (PayPal). */
export const needsKeyAndSecret = ({ mac, content }: Scheme): boolean =>
  (mac.kind === "rsa" || mac.kind === "ecdsa" || mac.kind === "ed25519") && hasPart(content, "secret");

interface TokenParts {
  readonly content: Buffer | Missing;
  /** Header parameters besides the algorithm. */
  readonly header: Readonly<Record<string, unknown>>;
}

/**
 * The content and header of a new token; the scheme's timestamp is a claim, or a header parameter if there are no
 * claims.
 */
export const tokenFor = (
  { content, timestamp }: Scheme,
  mac: JwsMac,
  fields: ContentFields,
  at: number,
): TokenParts => {
  let missing: Missing | undefined;
  const made = makeClaims(rulesOf(mac), {
    at,
    eventId: fields.id ?? "",
    contentOf: (parts) => {
      const bytes = signedContent(parts, fields);
      if (!("missing" in bytes)) return bytes;
      missing ??= bytes;
      return undefined;
    },
  });
  if ("missing" in made) return { content: missing ?? { missing: "content", isField: true }, header: {} };
  const name = timestamp !== undefined && "pair" in timestamp.from ? timestamp.from.pair : undefined;
  const time = name === undefined ? {} : { [name]: numeric(fields.timestamp ?? "") };
  if (mac.payload === undefined || mac.payload === "claims")
    return { content: Buffer.from(JSON.stringify({ ...made.claims, ...time })), header: made.header };
  return { content: signedContent(content, fields), header: { ...made.header, ...time } };
};

const numeric = (text: string): number | string => (/^\d{1,15}$/.test(text) ? Number(text) : text);
