import { timingSafeEqual } from "node:crypto";

/** Compares two signatures, digests or tokens; the time it takes does not show where they differ. */
export const constantTimeEqual = (one: Buffer, other: Buffer): boolean =>
  // `timingSafeEqual` throws on different lengths. A length is not a secret: the scheme says it.
  one.length === other.length && timingSafeEqual(one, other);
