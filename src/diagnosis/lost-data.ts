import type { Verdict } from "../signature/verdict.ts";
import { withFindings } from "./verdicts.ts";

/**
 * Notes on an invalid verdict that the request's file lost data (`WebhookRequest.lost`). Findings computed with a
 * secret still hold; findings about the body may come from the file, so nobody is blamed for them.
 */
export const noteLostData = (verdict: Verdict, lost: string | undefined): Verdict => {
  if (verdict.valid || lost === undefined) return verdict;
  const isMatched = verdict.matchedSecret !== null;
  const its = isMatched
    ? " The secret and the signature match; the finding about the body may only be due to this file."
    : "";
  const notes = [...verdict.notes, `The file does not contain the request as it was sent: ${lost}.${its}`];
  const isOfBody = verdict.cause === "unexplained" || verdict.cause?.startsWith("body-") === true;
  if (isMatched || !isOfBody) return { ...verdict, notes };
  const finding = {
    code: "unexplained",
    certain: false,
    message: `The file that was read does not contain the request as it was sent: ${lost}. It cannot show whether the signature is valid, so it is no evidence against the sender, the secret or the receiver.`,
    fix: "Capture the request itself, before anything parses it (hookproof listen --capture FILE), or log the raw body as base64 next to the headers, and verify that.",
    firstByte: null,
  } as const;
  return withFindings(verdict, [finding]);
};
