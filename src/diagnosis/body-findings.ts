import { createHash } from "node:crypto";
import { headerValue, utf8Text } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { constantTimeEqual } from "../values/constant-time-equal.ts";
import { readJson } from "../values/json-text.ts";
import type { Finding } from "../signature/verdict.ts";
import { firstDifference } from "./types.ts";
import type { BodyFacts } from "./types.ts";
import { seen } from "./wording.ts";

/** What the headers say about the body. */
export const bodyFacts = (request: WebhookRequest): BodyFacts => {
  const length = headerValue(request.headers, "content-length");
  return {
    contentLength: length !== undefined && /^\d{1,12}$/.test(length) ? Number(length) : undefined,
    contentEncoding: headerValue(request.headers, "content-encoding")?.toLowerCase(),
    contentType: headerValue(request.headers, "content-type")?.toLowerCase(),
  };
};

/**
 * Whether the body is what its digest header says (RFC 9530 `Content-Digest`, the older `Digest`,
 * `Content-MD5`); undefined where there is none that can be read.
 */
export const digestHolds = (request: WebhookRequest): boolean | undefined => {
  const value = ["content-digest", "repr-digest", "digest"]
    .map((name) => headerValue(request.headers, name))
    .find((text) => text !== undefined);
  const items = [...(value ?? "").matchAll(/(sha-256|sha-512)=:?([A-Za-z0-9+/]{40,}={0,2}):?/gi)].map(
    ([, name = "", text = ""]) => [name.toLowerCase().replace("-", ""), text] as const,
  );
  const md5 = headerValue(request.headers, "content-md5");
  if (md5 !== undefined && /^[A-Za-z0-9+/]{22}==$/.test(md5)) items.push(["md5", md5]);
  if (items.length === 0) return undefined;
  return items.every(([hash, text]) =>
    constantTimeEqual(createHash(hash).update(request.body).digest(), Buffer.from(text, "base64")),
  );
};

/** What can be seen to be wrong with the body without any signature: empty, cut short, altered. */
export const bodyDamage = (request: WebhookRequest, facts: BodyFacts, sent?: WebhookRequest): readonly Finding[] => {
  const { body, headers } = request;
  const announced = facts.contentLength;
  if (body.length === 0) {
    const known = (announced ?? 0) > 0 || (sent?.body.length ?? 0) > 0;
    const told = known
      ? `although ${announced === undefined ? (sent?.body.length ?? 0) : announced} bytes were sent`
      : "and no signature of an empty body matches";
    return [
      seen(
        "body-empty",
        `The body is empty, ${told}. Usual culprit: a body parser that had consumed the stream before it was read.`,
        headers,
        {
          certain: known,
          firstByte: 0,
        },
      ),
    ];
  }
  const start = body.toString("latin1", 0, 20);
  if (start === "[object Object]" && body.length === 15) {
    return [
      seen(
        "body-reserialized",
        "The body is the text [object Object]: a parsed body was turned into text without JSON.stringify, and what was sent is lost. Usual culprit: express.json() and then String(req.body) or a template.",
        headers,
        { firstByte: 0 },
      ),
    ];
  }
  const text = utf8Text(body);
  const isWhole = text !== undefined && readJson(text) !== undefined;
  const isCoded = facts.contentEncoding !== undefined && facts.contentEncoding !== "identity";
  if (announced !== undefined && announced > body.length && !isCoded) {
    const told = `Content-Length announces ${announced} bytes, and ${body.length} are here`;
    return [
      isWhole
        ? seen(
            "body-altered",
            `${told}, which are complete JSON: the body was written anew on the way, and the header kept.`,
            headers,
          )
        : seen(
            "body-truncated",
            `${told}: the end of the body is missing. Usual culprit: a size limit in a proxy or body parser, or a connection that ended early.`,
            headers,
            {
              firstByte: body.length,
            },
          ),
    ];
  }
  if (sent !== undefined && !sent.body.equals(body)) {
    const at = firstDifference(body, sent.body);
    return [
      seen(
        "body-altered",
        `The body is not the one that was sent: they differ from byte ${at ?? 0} on (${sent.body.length} bytes sent, ${body.length} received).`,
        headers,
        { firstByte: at },
      ),
    ];
  }
  if (digestHolds(request) === false) {
    return [
      seen(
        "body-altered",
        "The body is not the one that its digest header (Content-Digest, RFC 9530) was made of: it was changed on the way.",
        headers,
      ),
    ];
  }
  if (announced !== undefined && announced < body.length && !isCoded) {
    return [
      seen(
        "body-altered",
        `Content-Length announces ${announced} bytes, and ${body.length} are here: something was added on the way.`,
        headers,
        { firstByte: announced },
      ),
    ];
  }
  return [];
};

/** What speaks for a cause without proving it. */
export const bodyHints = (request: WebhookRequest, facts: BodyFacts): readonly string[] => {
  const { body } = request;
  const hints: string[] = [];
  if (body.includes(Buffer.from("\ufffd", "utf8"))) {
    hints.push("the body holds U+FFFD, which stands for bytes that a decoder could not read: what they were is lost");
  }
  const coding = facts.contentEncoding;
  if (coding !== undefined && coding !== "identity" && utf8Text(body) !== undefined) {
    hints.push(
      `Content-Encoding says ${coding.slice(0, 20)} and the body is not compressed: it was decompressed on the way, and the compressed bytes cannot be made again with certainty`,
    );
  }
  const bare = body.toString("latin1", 0, 8);
  if (bare === "{}" || bare === "null" || bare === '""' || bare === "[]") {
    hints.push(`the body is just ${bare}: a parser may have put it there for a body it had consumed`);
  }
  return hints;
};
