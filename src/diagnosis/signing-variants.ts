import type { Mac, Place, Profile, Scheme } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import { signedContent } from "../signature/content.ts";
import { macsOf } from "./algorithms.ts";
import type { MacVariant } from "./algorithms.ts";
import { contentsOf } from "./contents.ts";
import type { Step } from "./types.ts";

/** Fixed bytes, or a part that depends on body and secret. */
export type ContentPart = Buffer | "body" | "secret" | "form" | MadeOfBody;

/** A part that is read from the body, or computed over it. */
export interface MadeOfBody {
  readonly name: string;
  /** Empty if the body has no such field. */
  readonly of: (body: Buffer) => Buffer;
}

/** One way to compute a signature: what is signed and by which function. */
export interface SigningVariant {
  readonly cost: number;
  readonly steps: readonly Step[];
  readonly kind: "hmac" | "digest";
  readonly hash: string;
  readonly length: number;
  readonly pieces: readonly ContentPart[];
  /** What is signed, in words: the body, timestamp.body … */
  readonly content: string;
  readonly url?: string | undefined;
  readonly timestamp?: string | undefined;
  /** Compare only the first bytes, because the signature is shorter than this algorithm's. */
  readonly cut?: true;
}

export interface SigningFacts {
  readonly request: WebhookRequest;
  readonly profile: Profile;
  readonly scheme: Scheme;
  readonly timestamp: string | undefined;
  /** Where the signature is; for parts of the content that depend on it. */
  readonly place: Place;
  readonly scope: string;
  readonly pairs: Readonly<Record<string, string>>;
  readonly url: string | undefined;
  readonly method: string;
  /** Profiles whose signed contents are tried too. */
  readonly others: readonly Profile[];
  /** Lengths of the signatures to match. */
  readonly lengths: readonly number[];
}

/** All variants: the profile's own first, then by likelihood. */
export const signingVariants = (facts: SigningFacts): readonly SigningVariant[] => {
  const { scheme } = facts;
  const base: Extract<Mac, { readonly kind: "hmac" | "digest" }> =
    scheme.mac.kind === "hmac" || scheme.mac.kind === "digest"
      ? scheme.mac
      : { kind: "hmac", hash: "sha256", key: "whsec" };
  const contents = contentsOf(facts);
  const found = new Map<string, SigningVariant>();
  const place = scheme.content[0] === "secret" ? "first" : scheme.content.at(-1) === "secret" ? "last" : undefined;
  for (const mac of macsOf(base, facts.lengths, place)) {
    for (const content of contents) {
      const cost = mac.cost + content.cost;
      if (cost > 8) continue;
      const pieces = arranged(content.pieces, mac, base.kind);
      const id = `${mac.kind} ${mac.hash} ${pieces.map((piece) => idOf(piece)).join(" ")}`;
      const existing = found.get(id);
      if (existing !== undefined && existing.cost <= cost) continue;
      found.set(id, {
        cost,
        steps: [
          ...content.steps.filter((step) => step.code === "timestamp-unit"),
          ...mac.steps,
          ...content.steps.filter((step) => step.code !== "timestamp-unit"),
        ],
        kind: mac.kind,
        hash: mac.hash,
        length: mac.length,
        pieces,
        content: content.name,
        url: content.url,
        timestamp: content.timestamp,
        ...(mac.cut ? { cut: true } : {}),
      });
    }
  }
  return [...found.values()].toSorted((a, b) => a.cost - b.cost);
};

const idOf = (piece: ContentPart): string =>
  typeof piece === "string"
    ? `<${piece}>`
    : Buffer.isBuffer(piece)
      ? `${piece.length}:${piece.toString("latin1")}`
      : `<${piece.name}>`;

/**
 * Puts the secret where the algorithm expects it. An HMAC's documented content is left as is; it may contain the secret
 * too.
 */
const arranged = (pieces: readonly ContentPart[], mac: MacVariant, due: "hmac" | "digest"): readonly ContentPart[] => {
  if (mac.secret === "as-is" || (mac.kind === "hmac" && due === "hmac")) return pieces;
  const rest = pieces.filter((piece) => piece !== "secret");
  return mac.secret === "first" ? ["secret", ...rest] : mac.secret === "last" ? [...rest, "secret"] : rest;
};

/** The distinct contents, for public-key signatures. */
export const plainContents = (variants: readonly SigningVariant[]): readonly SigningVariant[] =>
  variants.filter(
    ({ kind, pieces, steps }) =>
      kind === "hmac" && !pieces.includes("secret") && !steps.some(({ code }) => code === "algorithm-other"),
  );

/** The bytes that are signed with a body. */
export const signedBytes = ({ pieces }: SigningVariant, body: Buffer, secret = Buffer.alloc(0)): Buffer =>
  Buffer.concat(
    pieces.map((piece) => {
      if (piece === "body") return body;
      if (piece === "secret") return secret;
      if (piece === "form") return formContent(body);
      return Buffer.isBuffer(piece) ? piece : piece.of(body);
    }),
  );

/** The sorted fields of a form, joined as schemes that sign them do. */
export const formContent = (body: Buffer): Buffer => {
  const content = signedContent([{ sorted: "form" }], {
    request: { headers: [], target: "/", body },
    timestamp: undefined,
    id: undefined,
    method: "",
    url: () => undefined,
    secret: Buffer.alloc(0),
  });
  return "missing" in content ? Buffer.alloc(0) : content;
};

/** Whether a signature of this kind needs a secret at all. */
export const isKeyed = ({ kind, pieces }: SigningVariant): boolean => kind === "hmac" || pieces.includes("secret");

/** The function in words: HMAC-SHA256, plain SHA-256. */
export const functionName = ({ kind, hash }: SigningVariant): string =>
  kind === "hmac" ? `HMAC-${hash.toUpperCase()}` : `plain ${hash.toUpperCase()}`;
