import { createHash } from "node:crypto";

/** A secret that looks as machines make them, the same for the same number. */
export const planted = (number: number): string => {
  const digest = createHash("sha256").update(`planted ${number}`).digest("base64url").replace(/[-_]/g, "x");
  return `S3c${number}x${digest.slice(0, 20)}`;
};
