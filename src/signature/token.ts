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

/** Where the content of a token is. */
export const contentOf = (payload: JwsMac["payload"]): JwsContent =>
  payload === "detached" || payload === "detached-unencoded" ? payload : "inside";

/** Takes a scheme's token apart. @param content what is signed where the token leaves it out */
export const readToken = (mac: JwsMac, text: string, content?: Buffer): Jws | JwsProblem =>
  readJws(text, contentOf(mac.payload), content);

/** What a token says, as the named items beside a signature: its claims, and its header where no claim is named so. */
export const tokenItems = (text: string): Readonly<Record<string, string>> => {
  // A detached content has no items: only the header is read then.
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

/** Why a token is none of the scheme's, whatever the key: its form, or the algorithm it names. */
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

/** The claims of a token whose signature is right, held against the request. */
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

/** A token's rules. */
export const rulesOf = (mac: JwsMac): readonly ClaimRule<Part>[] => mac.claims ?? [];

/** Whether a scheme has a secret in what its private key signs: two things to be given (PayPal). */
export const needsKeyAndSecret = ({ mac, content }: Scheme): boolean =>
  (mac.kind === "rsa" || mac.kind === "ecdsa" || mac.kind === "ed25519") && hasPart(content, "secret");

interface TokenParts {
  readonly content: Buffer | Missing;
  /** Header parameters besides the algorithm. */
  readonly header: Readonly<Record<string, unknown>>;
}

/** What a new token carries or covers, and its header; the scheme's timestamp is a claim, or a parameter where there are none. */
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
