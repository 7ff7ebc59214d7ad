import type { Scheme } from "../providers/profile.ts";
import { headerValue } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { macLength } from "../signature/mac.ts";
import type { Finding } from "../signature/verdict.ts";
import type { SchemeResult } from "../signature/try-schemes.ts";
import { expectedForm } from "./targets.ts";
import type { Target } from "./targets.ts";
import { seen } from "./wording.ts";

/** What the header and the timestamp show by themselves, in the order in which a verifier stumbles. */
export const headerFindings = (one: SchemeResult, request: WebhookRequest): readonly Finding[] => {
  const { scheme } = one;
  const findings: Finding[] = one.problems.flatMap((code) => {
    switch (code) {
      case "signature-prefix":
        return [
          seen(code, `${scheme.header} does not have the documented form ${expectedForm(scheme)}.`, request.headers),
        ];
      case "signature-malformed":
        return [seen(code, malformedWords(one, request), request.headers)];
      case "timestamp-missing":
        return [
          seen(
            code,
            `The timestamp (${timestampName(scheme)}) is missing, and it is a part of what is signed.`,
            request.headers,
          ),
        ];
      case "timestamp-malformed":
        return [
          seen(
            code,
            `The timestamp (${timestampName(scheme)}) is '${(one.timestamp ?? "").slice(0, 40)}', which is not whole epoch ${scheme.timestamp?.unit === "ms" ? "milliseconds" : "seconds"}.`,
            request.headers,
          ),
        ];
      case "body-charset":
        return [
          seen(
            code,
            "The body is not UTF-8, and the documented verifier decodes it before it verifies.",
            request.headers,
          ),
        ];
      default:
        return [];
    }
  });
  return findings;
};

/** A signature that is shorter than any of its kind and that nothing explains. */
export const tooShort = (
  one: SchemeResult,
  request: WebhookRequest,
  targets: readonly Target[],
): readonly Finding[] => {
  const longest = Math.max(0, ...targets.map((target) => target.bytes.length));
  const due = macLength(one.scheme.mac);
  if (longest >= due) return [];
  const has = longest === 0 ? "no readable signature" : `${longest} bytes`;
  return [
    seen(
      "signature-malformed",
      `${one.scheme.header} holds ${has} where a signature of ${due} bytes is due.`,
      request.headers,
    ),
  ];
};

const malformedWords = (one: SchemeResult, request: WebhookRequest): string => {
  const id = one.scheme.id?.header;
  if (id !== undefined && headerValue(request.headers, id) === undefined)
    return `${id} is missing, and it is a part of what is signed.`;
  if (one.value === "") return `${one.scheme.header} is empty.`;
  return `${one.scheme.header} does not hold a signature in the documented form ${expectedForm(one.scheme)}.`;
};

const timestampName = (scheme: Scheme): string => {
  const from = scheme.timestamp?.from;
  return from === undefined ? "timestamp" : "header" in from ? from.header : `${from.pair}= of ${scheme.header}`;
};
