import { schemesOf } from "../providers/profile.ts";
import type { Part } from "../providers/profile.ts";
import { requestUrl } from "../request/request.ts";
import { decodeOnly } from "../signature/content.ts";
import type { ContentPart, SigningFacts } from "./signing-variants.ts";
import { idsOf, timestampsOf } from "./signed-fields.ts";
import type { Step } from "./types.ts";
import { urlVariants, withoutPassword } from "./urls.ts";
import type { UrlVariant } from "./urls.ts";

/** What may have been signed, the body still to be put in. */
export interface Content {
  readonly cost: number;
  readonly steps: readonly Step[];
  readonly pieces: readonly ContentPart[];
  /** What is signed, in words. */
  readonly name: string;
  readonly url: string | undefined;
  readonly timestamp: string | undefined;
}

interface Template {
  readonly cost: number;
  readonly parts: readonly Part[];
  readonly done: string;
}

const otherContent = {
  culprit: "signer and verifier do not agree on what is signed besides the body",
  fix: "Sign and verify the documented content, joined as the platform's document says.",
};
const bodyOnly = {
  culprit:
    "code written for another platform, or for an older version of this one, leaves out what is signed besides the body",
  fix: "Sign the documented content, not the body alone: hookproof sign shows it, with --json as signedContent.",
};
const otherUrl = {
  culprit:
    "a proxy, CDN or tunnel in front of the verifier has another scheme, host, path or query than the sender called",
  fix: "Verify with the URL as the sender calls it: --url URL here; in code the public URL from the configuration, or X-Forwarded-Proto and -Host of a proxy that is trusted (Express: app.set('trust proxy', true)).",
};

const text = (value: string): Part => ({ text: value });
const userUrl = {
  culprit: "the URL was registered with user:password in it, which the sender signs and sends as Authorization: Basic",
  fix: "Verify with the URL as it is registered, user and password in it: --url 'https://USER:PASSWORD@HOST/PATH'; in code put them there before the check.",
};

/** The profile's own content, those of its other schemes and of other platforms, and the usual mistakes. */
export const contentsOf = (facts: SigningFacts): readonly Content[] => {
  const { request, profile, scheme, others } = facts;
  const usesUrl = scheme.content.some((part) => typeof part === "object" && "url" in part);
  const templates: Template[] = [
    { cost: 0, parts: scheme.content, done: "" },
    ...(schemesOf(profile) ?? [])
      .filter((one) => one !== scheme)
      .map((one) => ({
        cost: 2,
        parts: one.content,
        done: `it is signed as scheme ${one.name} signs: ${partsName(one.content)}`,
      })),
    { cost: 2, parts: ["body"], done: "the body alone is signed" },
    ...[".", ":", "", "-", "|", "\n", "_", " ", ",", "+"].map((by, at): Template => ({
      cost: at < 3 ? 2 : 4,
      parts: ["timestamp", ...(by === "" ? [] : [text(by)]), "body"],
      done: `timestamp and body are signed ${by === "" ? "without anything between them" : `with ${JSON.stringify(by)} between them`}`,
    })),
    ...["", ".", ":", "\n"].map((by): Template => ({
      cost: 4,
      parts: ["body", ...(by === "" ? [] : [text(by)]), "timestamp"],
      done: `body and timestamp are signed, in this order${by === "" ? "" : `, with ${JSON.stringify(by)} between them`}`,
    })),
    { cost: 3, parts: ["id", text("."), "timestamp", text("."), "body"], done: "id.timestamp.body is signed" },
    { cost: 3, parts: ["id", text("."), "body"], done: "id.body is signed" },
    { cost: 4, parts: ["timestamp", text("."), "id", text("."), "body"], done: "timestamp.id.body is signed" },
    { cost: 4, parts: ["id", "timestamp", "body"], done: "id, timestamp and body are signed without separators" },
    { cost: 4, parts: ["timestamp"], done: "the timestamp alone is signed" },
    ...others
      .filter((other) => other.id !== profile.id)
      .flatMap((other) =>
        (schemesOf(other) ?? []).map((one) => ({
          cost: 3,
          // A plain hash takes the secret with its content, and so does the search for one.
          parts: one.mac.kind === "hmac" ? one.content : one.content.filter((part) => part !== "secret"),
          done: `it is signed as ${other.name} signs: ${partsName(one.content)}`,
        })),
      ),
    { cost: 4, parts: ["method", { url: "as-sent" }, "body"], done: "method, URL and body are signed" },
    { cost: 4, parts: [{ url: "as-sent" }, "body"], done: "URL and body are signed" },
    {
      cost: 4,
      parts: ["method", { url: "as-sent" }, "body", "timestamp"],
      done: "method, URL, body and timestamp are signed, the URL as it was sent",
    },
    {
      cost: 5,
      parts: ["timestamp", "method", { url: "as-sent" }, "body"],
      done: "timestamp, method, URL and body are signed",
    },
    {
      cost: 5,
      parts: ["timestamp", text("."), { url: "as-sent" }, text("."), "body"],
      done: "timestamp.URL.body is signed",
    },
    { cost: 5, parts: ["method", "body", "timestamp"], done: "method, body and timestamp are signed without the URL" },
  ];
  const stamps = timestampsOf(facts);
  const urls = urlVariants(request, facts.url ?? requestUrl(request));
  const ids = idsOf(facts);
  const made: Content[] = [];
  for (const template of templates) {
    const has = (name: Part): boolean => template.parts.includes(name);
    const hasUrl = template.parts.some((part) => typeof part === "object" && "url" in part);
    // Only the scheme's own content is tried with every URL; the others with the likeliest.
    const urlChoices = !hasUrl
      ? [undefined]
      : urls.slice(0, template.cost === 0 || (usesUrl && template.cost <= 2) ? 400 : 12);
    const stampChoices = has("timestamp") ? stamps : [undefined];
    const idChoices = has("id") ? ids : [undefined];
    for (const url of urlChoices) {
      for (const stamp of stampChoices) {
        for (const id of idChoices) {
          const cost = template.cost + (url?.cost ?? 0) + (stamp?.cost ?? 0) + (id?.cost ?? 0);
          if (cost > 7) continue;
          const steps: Step[] = [];
          if (stamp?.step !== undefined) steps.push(stamp.step);
          if (template.cost > 0) {
            const isBody = template.parts.length === 1 && has("body");
            steps.push({
              code: "content-other",
              done: template.done,
              about: "scheme",
              ...(isBody ? bodyOnly : otherContent),
            });
          }
          if (url !== undefined && url.cost > 0)
            steps.push({ code: "content-other", done: urlWords(url, urls[0]), ...(url.hasUser ? userUrl : otherUrl) });
          if (id?.step !== undefined) steps.push(id.step);
          made.push({
            cost,
            steps,
            name: partsName(template.parts),
            url: url?.url,
            timestamp: stamp?.text,
            pieces: piecesOf(template.parts, {
              url: url?.url,
              timestamp: stamp?.text,
              id: id?.text,
              method: facts.method,
            }),
          });
        }
      }
    }
  }
  return made;
};

const urlWords = (signed: UrlVariant, first: UrlVariant | undefined): string => {
  const tried = first === undefined || first.cost > 0 ? "" : `, where ${withoutPassword(first.url)} was tried first`;
  const user = signed.hasUser ? "user:password of Authorization: Basic stands in the URL: " : "";
  return `${user}the URL that is signed is ${withoutPassword(signed.url)}${tried}`;
};

const piecesOf = (
  parts: readonly Part[],
  fields: {
    readonly url: string | undefined;
    readonly timestamp: string | undefined;
    readonly id: string | undefined;
    readonly method: string;
  },
): readonly ContentPart[] => {
  const pieces: ContentPart[] = [];
  for (const part of parts) {
    const piece = pieceOf(part, fields);
    const last = pieces.at(-1);
    if (typeof piece !== "string" && last !== undefined && typeof last !== "string")
      pieces[pieces.length - 1] = Buffer.concat([last, piece]);
    else pieces.push(piece);
  }
  return pieces;
};

const pieceOf = (part: Part, fields: Parameters<typeof piecesOf>[1]): ContentPart => {
  if (part === "body" || part === "secret") return part;
  if (part === "method") return Buffer.from(fields.method.toUpperCase(), "latin1");
  if (part === "timestamp") return Buffer.from(fields.timestamp ?? "", "latin1");
  if (part === "id") return Buffer.from(fields.id ?? "", "latin1");
  if ("text" in part) return Buffer.from(part.text, "utf8");
  if ("form" in part) return "form";
  const url = fields.url ?? "";
  return Buffer.from(part.url === "decoded" ? decodeOnly(url, part.decode ?? []) : url, "utf8");
};

/** `timestamp.body` for people. */
const partsName = (parts: readonly Part[]): string =>
  parts
    .map((part) =>
      typeof part === "string"
        ? part === "body" && parts.length === 1
          ? "the body"
          : part
        : "text" in part
          ? part.text
          : "url" in part
            ? "URL"
            : "sorted form fields",
    )
    .join(" ")
    .replace(/ ([.:]) /g, "$1");
