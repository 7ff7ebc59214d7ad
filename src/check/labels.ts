/** Deliveries that the search for common causes (causes.ts) recognizes by their label. */
export const labels = {
  otherSecret: "another secret",
  noHeader: "no signature header",
  firstDigit: "only its first digit",
  firstHalf: "only its first half correct",
  secondHalf: "only its second half correct",
  secondAttempt: "second attempt",
  falseToken: "another token",
} as const;
