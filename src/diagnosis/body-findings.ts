import { createHash } from "node:crypto";
import { headerValue, utf8Text } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { advice } from "../signature/advice.ts";
import type { Finding, FindingCode } from "../signature/verdict.ts";
import { pluralize } from "../values/count.ts";
import { readJson } from "../values/json-text.ts";
import { isCutOff } from "../values/parse-json.ts";
import { BodyVariants } from "./bodies.ts";
import type { BodyVariant } from "./bodies.ts";
import { BudgetTracker } from "./budget.ts";
import type { Budget } from "./budget.ts";
import type { DigestState } from "./digests.ts";
import { recognizedForms } from "./named-forms.ts";
import { firstDifference } from "./types.ts";
import type { BodyFacts, Step } from "./types.ts";
import { placesOf, observedFinding } from "./wording.ts";

/** What the headers say about the body. */
export const bodyFacts = (request: WebhookRequest): BodyFacts => {
  const length = headerValue(request.headers, "content-length");
  return {
    contentLength: length !== undefined && /^\d{1,12}$/.test(length) ? Number(length) : undefined,
    contentEncoding: headerValue(request.headers, "content-encoding")?.toLowerCase(),
    contentType: headerValue(request.headers, "content-type")?.toLowerCase(),
  };
};

/** The maximum cost of changes tested against the body's digest or length. */
const maxCost = 5;

/** The likeliest changed body that passes a test. */
const changedBody = (
  request: WebhookRequest,
  facts: BodyFacts,
  budget: Budget,
  isIt: (bytes: Buffer, steps: () => readonly Step[]) => boolean,
): BodyVariant | undefined => {
  const variants = new BodyVariants(request.body, facts);
  const tracker = new BudgetTracker(budget, undefined);
  for (let cost = 1; cost <= maxCost; cost++) {
    for (const variant of variants.at(cost, tracker)) {
      if (!tracker.try(variant.work + request.body.length)) return undefined;
      const bytes = variant.bytes();
      if (bytes !== undefined && isIt(bytes, variant.steps)) return variant;
    }
  }
  return undefined;
};

/** A problem of the body itself, and whether it makes a signature search pointless. */
interface Damage {
  readonly findings: readonly Finding[];
  readonly isSettled: boolean;
}

/** Problems visible without a signature: empty, truncated or altered bodies. */
export const bodyDamage = (
  request: WebhookRequest,
  facts: BodyFacts,
  sent: WebhookRequest | undefined,
  digest: DigestState | undefined,
  budget: Budget,
): Damage => {
  const { body, headers } = request;
  const settled = (...findings: readonly Finding[]): Damage => ({
    findings,
    isSettled: findings.some((one) => one.certain),
  });
  if (digest?.holds === true) return settled(...sentDamage(request, sent));
  const announced = facts.contentLength;
  if (body.length === 0) {
    const isExpected = (announced ?? 0) > 0 || (sent?.body.length ?? 0) > 0;
    const lengthMessage = isExpected
      ? `although ${announced === undefined ? (sent?.body.length ?? 0) : announced} bytes were sent`
      : "and no signature of an empty body matches";
    const message = `The body is empty, ${lengthMessage}. Usual cause: a body parser that had consumed the stream before it was read.`;
    return settled(
      observedFinding("body-empty", message, headers, { certain: (sent?.body.length ?? 0) > 0, firstByte: 0 }),
    );
  }
  if (body.length === 15 && body.toString("latin1") === "[object Object]") {
    const message =
      "The body is the text [object Object]: a parsed body was turned into text without JSON.stringify, and the original is lost. Usual cause: express.json() and then String(req.body) or a template.";
    return settled(observedFinding("body-reserialized", message, headers, { firstByte: 0 }));
  }
  const fromSent = sentDamage(request, sent);
  if (fromSent.length > 0) return settled(...fromSent);
  if (digest !== undefined) return digestDamage(request, facts, digest, budget);
  const isCoded = facts.contentEncoding !== undefined && facts.contentEncoding !== "identity";
  const text = utf8Text(body);
  // Parsing a large body is slow: only do it if the length suggests truncation.
  const endsEarly = (): boolean =>
    text !== undefined && /^\s*[{[]/.test(text) && readJson(text) === undefined && isCutOff(text);
  if (announced !== undefined && announced > body.length && !isCoded && endsEarly()) {
    const message = `Content-Length announces ${announced} bytes, but only ${body.length} arrived and their JSON ends in the middle: the end of the body is probably missing. Usual cause: a size limit in a proxy or body parser, or a connection that ended early.`;
    return settled(observedFinding("body-truncated", message, headers, { certain: false, firstByte: body.length }));
  }
  return settled();
};

const sentDamage = (request: WebhookRequest, sent: WebhookRequest | undefined): readonly Finding[] => {
  if (sent === undefined || sent.body.equals(request.body)) return [];
  const at = firstDifference(request.body, sent.body);
  const places = replacedPlaces(sent.body, request.body);
  const replaced =
    places === 0
      ? ""
      : ` The only difference: an ASCII encoder wrote ? for unsupported characters, in ${pluralize(places, "place")}.`;
  const message = `The body is not the one that was sent: they differ from byte ${at ?? 0} (${sent.body.length} bytes sent, ${request.body.length} received).${replaced}`;
  return [observedFinding("body-altered", message, request.headers, { firstByte: at })];
};

/** The number of non-ASCII characters replaced by ?; 0 if anything else differs. */
export const replacedPlaces = (sent: Buffer, received: Buffer): number => {
  const text = utf8Text(sent) ?? "";
  const came = received.toString("latin1");
  // One ? per character, or per surrogate of a character beyond the BMP.
  for (const pattern of [/[^\0-\x7f]/gu, /[^\0-\x7f]/g])
    if (text.replace(pattern, "?") === came) return text.match(/[^\0-\x7f]/gu)?.length ?? 0;
  return 0;
};

/**
 * A change that makes the digest match is proved by computation. A failing digest alone proves only that something
 * changed.
 */
const digestDamage = (request: WebhookRequest, facts: BodyFacts, digest: DigestState, budget: Budget): Damage => {
  const { header, hash, bytes } = digest;
  const found = changedBody(request, facts, budget, (made) => createHash(hash).update(made).digest().equals(bytes));
  if (found !== undefined) {
    const findings = found.steps().map((step) => {
      const culprit = step.culprit ?? advice[step.code].culprit;
      const message = `The body matches its ${header} once ${step.done}${placesOf(step)}; the signature still does not match.${culprit === null ? "" : ` Usual cause: ${culprit}.`}`;
      return observedFinding(step.code, message, request.headers, { firstByte: step.firstByte ?? null });
    });
    return { findings, isSettled: false };
  }
  const coded = digest.isCoded ? " The digest may cover the body in another Content-Encoding." : "";
  const message = `The body does not match its ${header}: their ${hash.toUpperCase()} differ.${coded}`;
  const certain = !digest.isCoded;
  return { findings: [observedFinding("body-altered", message, request.headers, { certain })], isSettled: certain };
};

/** Hints at a cause without proof. */
export const bodyHints = (
  request: WebhookRequest,
  facts: BodyFacts,
  digest: DigestState | undefined,
  budget: Budget,
): readonly string[] => {
  const { body } = request;
  const hints: string[] = [];
  if (body.includes(Buffer.from("\ufffd", "utf8"))) {
    hints.push("the body contains U+FFFD, which replaces bytes a decoder could not read: the originals are lost");
  }
  const marks = questionMarks(body);
  if (marks > 0) {
    hints.push(
      `its strings have ? inside words (${pluralize(marks, "place")}), as an ASCII encoder writes for characters it cannot encode: the originals are lost`,
    );
  }
  const contentEncoding = facts.contentEncoding;
  if (contentEncoding !== undefined && contentEncoding !== "identity" && utf8Text(body) !== undefined) {
    hints.push(
      `Content-Encoding says ${contentEncoding.slice(0, 20)} but the body is not compressed: it was decompressed on the way, and the compressed bytes cannot be reproduced reliably`,
    );
  } else if (digest?.holds !== true) hints.push(...lengthHints(request, facts, marks, budget));
  if (digest?.holds === true) return hints;
  const bare = body.toString("latin1", 0, 8);
  if (bare === "{}" || bare === "null" || bare === '""' || bare === "[]") {
    hints.push(`the body is just ${bare}: a parser may have substituted it for a body it had consumed`);
  }
  return [...hints, ...recognizedForms(body)];
};

/** Counts question marks in strings of an ASCII body that look like replaced characters; those in URLs don't count. */
const questionMarks = (body: Buffer): number => {
  const text = body.toString("latin1", 0, 16_384);
  if (/[^\0-\x7f]/.test(text)) return 0;
  const strings = (text.match(/"(?:[^"\\]|\\[^])*(?:"|\\?$)/g) ?? []).filter((one) => !/:\/\/|\?[\w.-]+=/.test(one));
  const looksLost = strings.some((one) => /\?{2}|[A-Za-z]\?[A-Za-z]/.test(one));
  return looksLost ? strings.join("").split("?").length - 1 : 0;
};

/** Counts code points without building an array, which would take many times the memory. */
const characters = (text: string): number => {
  let count = text.length;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >>> 10 === 0x37) count--;
  return count;
};

/** Explains a difference from Content-Length. */
const lengthHints = (request: WebhookRequest, facts: BodyFacts, marks: number, budget: Budget): readonly string[] => {
  const { body } = request;
  const announced = facts.contentLength;
  if (announced === undefined || announced === body.length || body.length === 0) return [];
  const lengthMessage = `Content-Length says ${announced} bytes, but the body has ${body.length}`;
  const text = utf8Text(body);
  if (text !== undefined && (text.length === announced || characters(text) === announced)) {
    return [`${lengthMessage}: it counts characters, so it says nothing about the body`];
  }
  if (marks > 0 && announced > body.length)
    return [`${lengthMessage}, as it would if each ? replaced a character of several bytes`];
  const isForm = text !== undefined && /^[^\s{["<]/.test(text) && text.includes("=");
  const fitting = changedBody(request, facts, budget, (made, steps) => {
    if (made.length !== announced) return false;
    const all = steps();
    return all.every(({ code, done }) => (isForm ? formCodes : rewriteCodes).has(code) && !/signer|signed/.test(done));
  });
  const done = (fitting?.steps() ?? []).map((step) => step.done).join(", and ");
  if (done !== "") return [`${lengthMessage}: the length fits once ${done}, but no signature confirms that`];
  return [
    `${lengthMessage}: ${announced > body.length ? "its end may be missing" : "something may have been added"}, or it was rewritten on the way`,
  ];
};

/** Changes that alter the length without losing data. */
const formCodes: ReadonlySet<FindingCode> = new Set(["body-escapes", "body-charset", "body-line-endings"]);
const rewriteCodes: ReadonlySet<FindingCode> = new Set([
  ...formCodes,
  "body-reserialized",
  "body-numbers",
  "body-whitespace",
  "body-bom",
]);
