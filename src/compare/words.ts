import type { FindingCode } from "../signature/verdict.ts";
import type { Comparison } from "./compare.ts";

interface Advice {
  readonly culprit: string;
  readonly fix: string;
}

/** A finding of `compare`: it was seen, so it is always certain. */
export type CompareFinding = Comparison["findings"][number];

/** Makes a finding with the advice that goes with its code, or with another culprit. */
export const finding = (
  code: FindingCode,
  message: string,
  firstByte: number | null,
  culprit?: string,
): CompareFinding => ({
  code,
  certain: true,
  message,
  firstByte,
  ...adviceFor(code),
  ...(culprit === undefined ? {} : { culprit }),
});

const rawBody =
  "read the raw bytes before anything parses them (Express: express.raw({ type: '*/*' }); Next.js, Hono: await request.text(); Flask: request.get_data(); Django: request.body) and pass those on";

const adviceFor = (code: FindingCode): Advice => advice[code] ?? { culprit: "not known", fix: "compare at each hop" };

const advice: Partial<Readonly<Record<FindingCode, Advice>>> = {
  "body-reserialized": {
    culprit:
      "a body parser followed by JSON.stringify(req.body), express.json(), a relay such as smee.io, or an API gateway's mapping template",
    fix: rawBody,
  },
  "body-escapes": {
    culprit:
      "JSON parsed and written by another language: PHP writes \\/ and \\u00e9, Python \\u00e9, Go \\u003c, JavaScript none of them",
    fix: rawBody,
  },
  "body-numbers": {
    culprit: "JSON parsed into floating-point numbers: JavaScript writes 1.0 as 1 and rounds beyond 2^53",
    fix: rawBody,
  },
  "body-whitespace": {
    culprit: "an editor that ends files with a line feed, a shell's echo, or a trim() in a handler",
    fix: "keep the body without the extra blanks: printf '%s' in place of echo, curl --data-binary in place of -d",
  },
  "body-line-endings": {
    culprit: "an editor, git's autocrlf, a copy through Windows, or curl -d @file",
    fix: "keep the file binary: `*.json -text` in .gitattributes, curl --data-binary",
  },
  "body-bom": {
    culprit: "an editor or PowerShell that saves as UTF-8 with a byte order mark, or a reader that strips it",
    fix: "save without a byte order mark, and read the body as bytes",
  },
  "body-charset": {
    culprit:
      "bytes decoded with one charset and encoded with another: Latin-1 as a framework's default, a lossy toString()",
    fix: "treat the body as bytes; decode as UTF-8 only to parse it, after the signature is checked",
  },
  "body-compressed": {
    culprit: "a proxy or CDN that compresses or decompresses, or a framework that inflates before the handler",
    fix: "sign and verify the same form: the bytes as the platform signs them, which is before compression for most",
  },
  "body-empty": {
    culprit:
      "a body parser that has consumed the stream before the handler reads it, a redirect that turned POST into GET, or a proxy that drops the body",
    fix: rawBody,
  },
  "body-truncated": {
    culprit: "a size limit in a proxy or body parser, or a connection that ended early",
    fix: "raise the limit (Express: limit; nginx: client_max_body_size) and refuse what is shorter than Content-Length",
  },
  "body-altered": {
    culprit: "code between sender and receiver that changes the content, or two different events",
    fix: "check that both are the same delivery, then compare at each hop",
  },
};

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
      if (/^content-length$/i.test(name)) return "HTTP/2, chunked transfer or a file form that needs no length";
      return hopByHop.test(name)
        ? "holds for one connection only; every proxy takes it off"
        : "a proxy, relay or gateway that passes on chosen headers only";
    case "case":
      return "HTTP/2, or a framework or proxy that writes names its own way";
    case "moved":
      return "a proxy or framework that keeps headers in a map";
    case "merged":
      return "a framework or proxy that joins repeated headers (RFC 9110 5.3 allows it)";
    case "lost":
      return "a framework or relay that keeps one value a name";
    default:
      return valueCulprit(name.toLowerCase());
  }
};

const valueCulprit = (name: string): string => {
  if (name === "host") return "a tunnel or proxy that names its upstream";
  if (name === "content-length") return "the body changed";
  if (name === "content-type") return "a framework or relay that writes its own type";
  if (name === "user-agent") return "a relay that sends the request anew";
  if (/sig|hmac/.test(name)) return "a relay or replay that signs anew, or another delivery";
  return "a proxy or relay on the way";
};
