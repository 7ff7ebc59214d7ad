import type { Hash } from "../providers/profile.ts";
import type { Step } from "./types.ts";

const lengths: Readonly<Record<string, number>> = {
  md5: 16,
  sha1: 20,
  sha224: 28,
  sha256: 32,
  "sha3-256": 32,
  "sha512-256": 32,
  sha384: 48,
  sha512: 64,
};

/** A possible algorithm and how the secret is used with it. */
export interface MacVariant {
  readonly cost: number;
  readonly steps: readonly Step[];
  readonly kind: "hmac" | "digest";
  readonly hash: string;
  readonly length: number;
  readonly secret: "as-is" | "first" | "last" | "none";
  readonly cut: boolean;
}

/** Algorithms that could have produced the header's value. */
export const macsOf = (
  base: { readonly kind: "hmac" | "digest"; readonly hash: Hash },
  wanted: readonly number[],
  /** Set if the scheme's content starts or ends with the secret. */
  place?: "first" | "last",
): readonly MacVariant[] => {
  const variants: MacVariant[] = [];
  const longest = Math.max(0, ...wanted);
  const due = nameOf(base.kind, base.hash);
  for (const [hash, length] of Object.entries(lengths)) {
    const fits =
      wanted.includes(length) ||
      wanted.some((one) => one < length && one >= 4) ||
      (hash === base.hash && longest > length);
    if (!fits) continue;
    const isBase = hash === base.hash;
    // A truncated signature by a different algorithm is unlikely, so it costs more.
    const cut = !wanted.includes(length) && !isBase;
    const rare = /-|md5|224/.test(hash);
    const more = (isBase ? 0 : 2) + (cut ? 3 : 0) + (rare ? 2 : 0);
    const isOwnHash = isBase && base.kind === "digest";
    const add = (cost: number, kind: MacVariant["kind"], secret: MacVariant["secret"], how: string): void => {
      const done = `${how} is used instead of ${due}`;
      const steps: readonly Step[] = cost + more === 0 ? [] : [{ code: "algorithm-other", done }];
      variants.push({ cost: cost + more, steps, kind, hash, length, secret, cut });
    };
    // The same hash with the secret elsewhere is different content, not a different algorithm.
    const addAt = (cost: number, secret: "first" | "last" | "none", where: string): void => {
      if (!isOwnHash) return add(cost, "digest", secret, `a plain ${upper(hash)} ${where}`);
      const done = `the plain ${upper(hash)} is computed ${where}`;
      const isDue = secret === place;
      const steps: readonly Step[] = isDue ? [] : [{ code: "content-other", done, about: "scheme" }];
      variants.push({ cost: isDue ? 0 : cost, steps, kind: "digest", hash, length, secret, cut });
    };
    add(base.kind === "hmac" ? 0 : 2, "hmac", "none", nameOf("hmac", hash));
    if (base.kind === "digest") add(0, "digest", "as-is", nameOf("digest", hash));
    addAt(3, "first", "over secret and content");
    addAt(4, "last", "over content and secret");
    addAt(4, "none", "without any secret");
  }
  return variants.toSorted((a, b) => a.cost - b.cost);
};

const upper = (hash: string): string => hash.toUpperCase().replace(/^SHA(?=\d)(?!3-)/, "SHA-");
const nameOf = (kind: "hmac" | "digest", hash: string): string =>
  kind === "hmac" ? `HMAC-${hash.toUpperCase()}` : `a plain ${upper(hash)}`;
