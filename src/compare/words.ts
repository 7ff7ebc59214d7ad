import { advice } from "../signature/advice.ts";
import type { BodyCode } from "../signature/advice.ts";
import type { Comparison } from "./compare.ts";

/** A finding of `compare`: observed, so always certain. */
export type CompareFinding = Comparison["findings"][number];

/** Creates a finding with its code's advice, or another culprit. */
export const finding = (
  code: BodyCode,
  message: string,
  firstByte: number | null,
  culprit?: string,
): CompareFinding => ({
  code,
  certain: true,
  message,
  firstByte,
  ...advice[code].inTransit,
  ...(culprit === undefined ? {} : { culprit }),
});

const proxyAdds =
  /^(?:x-forwarded-|forwarded$|via$|x-real-ip$|cf-|cdn-loop$|x-amz|x-envoy-|x-vercel-|fly-|x-cloud-trace|traceparent$|tracestate$|x-request-id$|x-b3-|true-client-ip$|x-azure-|x-arr-|x-github-request-id$)/i;
const hopByHop = /^(?:connection|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-)/i;

/** The usual cause of a header change, in a few words. */
export const headerCulprit = (kind: string, name: string): string => {
  switch (kind) {
    case "added":
      if (/^content-encoding$/i.test(name)) return "a proxy or CDN that compressed the body";
      return proxyAdds.test(name) ? "a proxy or load balancer on the way" : "the client library, or a proxy on the way";
    case "removed":
      if (/^content-encoding$/i.test(name)) return "a proxy or framework that decompressed the body";
      if (/^content-length$/i.test(name)) return "HTTP/2, chunked transfer or a file format that needs no length";
      return hopByHop.test(name)
        ? "applies to one connection only; every proxy removes it"
        : "a proxy, relay or gateway that forwards only selected headers";
    case "case":
      return "HTTP/2, or a framework or proxy that changes the case of header names";
    case "moved":
      return "a proxy or framework that keeps headers in a map";
    case "merged":
      return "a framework or proxy that joins repeated headers (RFC 9110 5.3 allows it)";
    case "lost":
      return "a framework or relay that keeps one value per name";
    default:
      return valueCulprit(name.toLowerCase());
  }
};

const valueCulprit = (name: string): string => {
  if (name === "host") return "a tunnel or proxy that sets its upstream's name";
  if (name === "content-length") return "the body changed";
  if (name === "content-type") return "a framework or relay that sets its own type";
  if (name === "user-agent") return "a relay that creates a new request";
  if (/sig|hmac/.test(name)) return "a relay or replay that re-signs, or another delivery";
  return "a proxy or relay on the way";
};
