import { timingSafeEqual } from "node:crypto";

/** Compares two signatures, digests or tokens in time that doesn't depend on where they differ. */
export const constantTimeEqual = (one: Buffer, other: Buffer): boolean =>
  // `timingSafeEqual` throws on different lengths. The length isn't secret: the scheme determines it.
  one.length === other.length && timingSafeEqual(one, other);
