import type { Step } from "./types.ts";

/**
 * Compares a computed MAC with the received one, which may be complete, truncated, or followed by extra bytes.
 * @returns undefined if they differ
 */
export const matching = (
  mac: Buffer,
  received: Buffer,
  cut: boolean,
): { readonly certain: boolean; readonly steps: readonly Step[] } | undefined => {
  if (mac[0] !== received[0] || mac[1] !== received[1]) return undefined;
  const length = Math.min(mac.length, received.length);
  if (mac.compare(received, 0, length, 0, length) !== 0) return undefined;
  if (received.length === mac.length) return { certain: true, steps: [] };
  if (received.length > mac.length) {
    const more = received.length - mac.length;
    return {
      certain: true,
      steps: [
        {
          code: "signature-malformed",
          done: `the ${more} ${more === 1 ? "byte" : "bytes"} after the signature are removed`,
        },
      ],
    };
  }
  if (cut && received.length < 16) return undefined;
  return {
    certain: received.length >= 8,
    steps: [
      {
        code: "signature-truncated",
        done: `only the first ${received.length} of the signature's ${mac.length} bytes are compared: the rest was cut off`,
      },
    ],
  };
};
