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

/** An algorithm that may have been used, and where it takes the secret. */
export interface MacVariant {
  readonly cost: number;
  readonly steps: readonly Step[];
  readonly kind: "hmac" | "digest";
  readonly hash: string;
  readonly length: number;
  readonly secret: "as-is" | "first" | "last" | "none";
  readonly cut: boolean;
}

/** Algorithms whose output can be what the header holds. */
export const macsOf = (
  base: { readonly kind: "hmac" | "digest"; readonly hash: Hash },
  wanted: readonly number[],
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
    // Cut signatures of another algorithm are far-fetched: only lengths that a cut would leave.
    const cut = !wanted.includes(length) && !isBase;
    const rare = /-|md5|224/.test(hash);
    const more = (isBase ? 0 : 2) + (cut ? 3 : 0) + (rare ? 2 : 0);
    const add = (cost: number, kind: MacVariant["kind"], secret: MacVariant["secret"], how: string): void => {
      const done = `${how} is computed where ${due} is due`;
      const steps: readonly Step[] = cost + more === 0 ? [] : [{ code: "algorithm-other", done }];
      variants.push({ cost: cost + more, steps, kind, hash, length, secret, cut });
    };
    add(base.kind === "hmac" ? 0 : 2, "hmac", "none", nameOf("hmac", hash));
    if (base.kind === "digest") add(0, "digest", "as-is", nameOf("digest", hash));
    add(base.kind === "digest" ? 3 : 3, "digest", "first", `a plain ${upper(hash)} over secret and content`);
    add(4, "digest", "last", `a plain ${upper(hash)} over content and secret`);
    add(4, "digest", "none", `a plain ${upper(hash)} without any secret`);
  }
  return variants.toSorted((a, b) => a.cost - b.cost);
};

const upper = (hash: string): string => hash.toUpperCase().replace(/^SHA(?=\d)(?!3-)/, "SHA-");
const nameOf = (kind: "hmac" | "digest", hash: string): string =>
  kind === "hmac" ? `HMAC-${hash.toUpperCase()}` : `a plain ${upper(hash)}`;
