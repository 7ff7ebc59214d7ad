import { isIP } from "node:net"; // Tells an address from a name: no socket.
import { headerValue, requestUrl } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";

/**
 * The URL that a request was sent to. The scheme comes from its recorded URL or a proxy's header, or is HTTP if the
 * host is this machine, an IP address, or has a port rarely used for TLS.
 */
export const receivedUrl = (request: WebhookRequest): string | undefined => {
  const url = requestUrl(request);
  if (url === undefined || request.url !== undefined || /^https?:\/\//i.test(request.target)) return url;
  return isPlain(request, url) ? url.replace(/^https:/, "http:") : url;
};

const isPlain = ({ headers }: WebhookRequest, url: string): boolean => {
  const forwarded =
    /\bproto="?(https?)\b/i.exec(headerValue(headers, "forwarded") ?? "")?.[1] ??
    /^\s{0,10}(https?)\b/i.exec(headerValue(headers, "x-forwarded-proto") ?? "")?.[1];
  if (forwarded !== undefined) return forwarded.toLowerCase() === "http";
  const { hostname = "", port = "" } = URL.parse(url) ?? {};
  if (port !== "") return !port.endsWith("443");
  const name = hostname.replace(/^\[|\]$/g, "");
  return isIP(name) !== 0 || name === "localhost" || name.endsWith(".localhost");
};
