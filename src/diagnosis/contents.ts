import { isBuiltIn } from "../providers/index.ts";
import { placeName } from "../providers/place.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Part, Profile } from "../providers/profile.ts";
import { requestUrl } from "../request/request.ts";
import { bodyCoverage, signsUrl, hasPart } from "../providers/parts.ts";
import { signedContent } from "../signature/content.ts";
import { isBareSecret } from "../signature/mac.ts";
import type { ContentPart, SigningFacts } from "./signing-variants.ts";
import { idsOf, timestampsOf } from "./signed-fields.ts";
import type { Step } from "./types.ts";
import { urlVariants, withoutPassword } from "./urls.ts";
import type { UrlVariant } from "./urls.ts";

/** Content that may have been signed, before the body is filled in. */
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
  culprit: "signer and verifier disagree on what is signed besides the body",
  fix: "Sign and verify the documented content, joined as the platform documents it.",
};
const bodyOnly = {
  culprit:
    "code written for another platform, or for an older version of this one, omits what is signed besides the body",
  fix: "Sign the documented content, not only the body; hookproof sign --json shows it as signedContent.",
};
const otherUrl = {
  culprit:
    "a proxy, CDN or tunnel in front of the verifier has a different scheme, host, path or query than the sender used",
  fix: "Verify with the URL the sender uses: --url URL here; in code, the public URL from your configuration, or X-Forwarded-Proto and -Host from a trusted proxy (Express: app.set('trust proxy', true)).",
};

const text = (value: string): Part => ({ text: value });
const userUrl = {
  culprit: "the URL was registered with user:password in it, which the sender signs and sends as Authorization: Basic",
  fix: "Verify with the URL as registered, including user and password: --url 'https://USER:PASSWORD@HOST/PATH'; in code, add them to the URL before verifying.",
};

/** The profile's own content, that of its other schemes and of other platforms, and common mistakes. */
export const contentsOf = (facts: SigningFacts): readonly Content[] => {
  const { request, profile, scheme, others } = facts;
  const usesUrl = signsUrl(scheme.content);
  const templates: Template[] = [
    { cost: 0, parts: scheme.content, done: "" },
    ...(schemesOf(profile) ?? [])
      .filter((one) => one !== scheme)
      .map((one) => ({
        cost: 2,
        parts: one.content,
        done: `the request is signed like scheme ${one.name}: ${partsName(one.content)}`,
      })),
    { cost: 2, parts: ["body"], done: "only the body is signed" },
    ...[".", ":", "", "-", "|", "\n", "_", " ", ",", "+"].map((by, at): Template => ({
      cost: at < 3 ? 2 : 4,
      parts: ["timestamp", ...(by === "" ? [] : [text(by)]), "body"],
      done: `timestamp and body are signed ${by === "" ? "with nothing between them" : `with ${JSON.stringify(by)} between them`}`,
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
    { cost: 4, parts: ["timestamp"], done: "only the timestamp is signed" },
    ...otherPlatformContents(profile, others),
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
    const has = (name: "timestamp" | "id" | "body"): boolean => hasPart(template.parts, name);
    const hasUrl = signsUrl(template.parts);
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
          const pieces = piecesOf(template.parts, facts, { url: url?.url, timestamp: stamp?.text, id: id?.text });
          if (pieces === undefined) continue;
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
            pieces,
          });
        }
      }
    }
  }
  return made;
};

/**
 * Contents signed by other platforms, each once. Those of the user's profiles, or of several platforms, are tried
 * before those of a single platform, so that adding platforms doesn't use up the budget.
 */
const otherPlatformContents = (profile: Profile, others: readonly Profile[]): readonly Template[] => {
  const found = new Map<string, { readonly template: Template; readonly of: Set<Profile> }>();
  for (const other of others) {
    if (other.id === profile.id) continue;
    for (const { mac, content } of schemesOf(other) ?? []) {
      // Tokens are compared directly or carry their content.
      if (content.length === 0 || mac.kind === "jws" || isBareSecret(mac)) continue;
      // A plain hash includes the secret; the search for one adds it itself.
      const parts = mac.kind === "hmac" ? content : content.filter((part) => part !== "secret");
      const template = { cost: 4, parts, done: `the request is signed like ${other.name}: ${partsName(content)}` };
      const existing = found.get(JSON.stringify(parts)) ?? { template, of: new Set() };
      existing.of.add(other);
      found.set(JSON.stringify(parts), existing);
    }
  }
  return [...found.values()].map(({ template, of }) =>
    of.size > 1 || [...of].some((one) => !isBuiltIn(one)) ? { ...template, cost: 3 } : template,
  );
};

const urlWords = (signed: UrlVariant, first: UrlVariant | undefined): string => {
  const tried = first === undefined || first.cost > 0 ? "" : ` instead of ${withoutPassword(first.url)}`;
  const user = signed.hasUser ? "user:password from Authorization: Basic is in the URL: " : "";
  return `${user}the signed URL is taken as ${withoutPassword(signed.url)}${tried}`;
};

interface Fields {
  readonly url: string | undefined;
  readonly timestamp: string | undefined;
  readonly id: string | undefined;
}

/** The content as pieces; undefined if the request lacks a signed field. */
const piecesOf = (parts: readonly Part[], facts: SigningFacts, fields: Fields): readonly ContentPart[] | undefined => {
  const pieces: ContentPart[] = [];
  for (const part of parts) {
    const piece = pieceOf(part, facts, fields);
    if (piece === undefined) return undefined;
    const last = pieces.at(-1);
    if (Buffer.isBuffer(piece) && Buffer.isBuffer(last)) pieces[pieces.length - 1] = Buffer.concat([last, piece]);
    else pieces.push(piece);
  }
  return pieces;
};

const pieceOf = (part: Part, facts: SigningFacts, fields: Fields): ContentPart | undefined => {
  if (part === "body" || part === "secret") return part;
  if (isSortedForm(part) && !("form" in facts.place)) return "form";
  const made = (body: Buffer): Buffer | undefined => {
    const content = signedContent([part], {
      request: { ...facts.request, body },
      timestamp: fields.timestamp ?? "",
      id: fields.id ?? "",
      method: facts.method,
      url: () => fields.url ?? "",
      secret: Buffer.alloc(0),
      pairs: facts.pairs,
      scope: facts.scope,
      own: facts.place,
    });
    return "missing" in content ? undefined : content;
  };
  if (bodyCoverage([part]) === "nothing") return made(facts.request.body);
  return made(facts.request.body) === undefined
    ? undefined
    : { name: JSON.stringify(part), of: (body) => made(body) ?? Buffer.alloc(0) };
};

const isSortedForm = (part: Part): boolean =>
  typeof part === "object" &&
  (("form" in part && part.form === "sorted-pairs") ||
    ("sorted" in part && part.sorted === "form" && (part.assign ?? part.between ?? "") === ""));

/** A readable name for a content, such as `timestamp.body`. */
const partsName = (parts: readonly Part[]): string =>
  parts.length === 1 && parts[0] === "body"
    ? "the body"
    : parts
        .map(partName)
        .join(" ")
        .replace(/ ([.:]) /g, "$1");

/** A readable name for one part of a content: `the body`, `URL`, `sorted form fields`. */
export const partName = (part: Part): string => {
  if (typeof part === "string") return part;
  if ("text" in part) return part.text;
  if ("url" in part) return "URL";
  if (isSortedForm(part)) return "sorted form fields";
  if ("sorted" in part) return part.sorted === "form" ? "sorted form fields" : "sorted query";
  if ("hash" in part) return `${part.hash.toUpperCase()} of ${partsName(part.of ?? ["body"])}`;
  if ("signedHeaders" in part) return "listed headers";
  if ("crc32" in part) return "CRC-32 of the body";
  if ("join" in part) return part.join.map(partName).join(part.with);
  if ("optional" in part) return `[${partsName(part.optional)}]`;
  return placeName(part);
};
