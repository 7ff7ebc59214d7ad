import { eventOf } from "../../providers/event.ts";
import { schemesOf } from "../../providers/profile.ts";
import type { Hash, Mac, Part, Profile, Scheme } from "../../providers/profile.ts";
import { headerValue, requestUrl } from "../../request/request.ts";
import type { WebhookRequest } from "../../request/request.ts";
import { decodeOnly } from "../content.ts";
import type { Step } from "./types.ts";
import { urlVariants } from "./urls.ts";

/** One way to compute a signature: what is signed and by which function. */
export interface Recipe {
  readonly cost: number;
  readonly steps: readonly Step[];
  readonly kind: "hmac" | "digest";
  readonly hash: string;
  readonly length: number;
  /** Fixed bytes, and the parts that depend on body and secret. */
  readonly pieces: readonly (Buffer | "body" | "secret" | "form")[];
  /** Only the first bytes are compared with a signature of another algorithm's length. */
  readonly cut?: true;
}

export interface RecipeFacts {
  readonly request: WebhookRequest;
  readonly profile: Profile;
  readonly scheme: Scheme;
  readonly timestamp: string | undefined;
  readonly url: string | undefined;
  readonly method: string;
  /** Profiles whose signed contents are tried too. */
  readonly others: readonly Profile[];
  /** Lengths of the signatures that are to be met. */
  readonly lengths: readonly number[];
}

const lengths: Readonly<Record<string, number>> = {
  md5: 16,
  sha1: 20,
  sha224: 28,
  sha256: 32,
  "sha3-256": 32,
  "sha512-256": 32,
  sha384: 48,
  sha512: 64,
};

/** Every recipe, the profile's own first, the likeliest next. */
export const recipes = (facts: RecipeFacts): readonly Recipe[] => {
  const { scheme } = facts;
  const base: Exclude<Mac, { kind: "ed25519" }> =
    scheme.mac.kind === "ed25519" ? { kind: "hmac", hash: "sha256", key: "whsec" } : scheme.mac;
  const contents = contentsOf(facts);
  const found = new Map<string, Recipe>();
  for (const mac of macsOf(base, facts.lengths)) {
    for (const content of contents) {
      const cost = mac.cost + content.cost;
      if (cost > 8) continue;
      const pieces = arranged(content.pieces, mac);
      const id = `${mac.kind} ${mac.hash} ${pieces.map((piece) => (typeof piece === "string" ? `<${piece}>` : `${piece.length}:${piece.toString("latin1")}`)).join(" ")}`;
      const known = found.get(id);
      if (known !== undefined && known.cost <= cost) continue;
      found.set(id, {
        cost,
        steps: [
          ...content.steps.filter((step) => step.code === "timestamp-unit"),
          ...mac.steps,
          ...content.steps.filter((step) => step.code !== "timestamp-unit"),
        ],
        kind: mac.kind,
        hash: mac.hash,
        length: mac.length,
        pieces,
        ...(mac.cut ? { cut: true } : {}),
      });
    }
  }
  return [...found.values()].toSorted((a, b) => a.cost - b.cost);
};

type Piece = Recipe["pieces"][number];

interface MacVariant {
  readonly cost: number;
  readonly steps: readonly Step[];
  readonly kind: "hmac" | "digest";
  readonly hash: string;
  readonly length: number;
  readonly secret: "as-is" | "first" | "last" | "none";
  readonly cut: boolean;
}

/** Algorithms whose output can be what the header holds. */
const macsOf = (
  base: { readonly kind: "hmac" | "digest"; readonly hash: Hash },
  wanted: readonly number[],
): readonly MacVariant[] => {
  const variants: MacVariant[] = [];
  const longest = Math.max(0, ...wanted);
  const due = nameOf(base.kind, base.hash);
  for (const [hash, length] of Object.entries(lengths)) {
    const fits =
      wanted.includes(length) ||
      wanted.some((one) => one < length && one >= 4) ||
      (hash === base.hash && longest > length);
    if (!fits) continue;
    const isBase = hash === base.hash;
    // Cut signatures of another algorithm are far-fetched: only lengths that a cut would leave.
    const cut = !wanted.includes(length) && !isBase;
    const rare = /-|md5|224/.test(hash);
    const more = (isBase ? 0 : 2) + (cut ? 3 : 0) + (rare ? 2 : 0);
    const add = (cost: number, kind: MacVariant["kind"], secret: MacVariant["secret"], how: string): void => {
      const done = `${how} is computed where ${due} is due`;
      const steps: readonly Step[] = cost + more === 0 ? [] : [{ code: "algorithm-other", done }];
      variants.push({ cost: cost + more, steps, kind, hash, length, secret, cut });
    };
    add(base.kind === "hmac" ? 0 : 2, "hmac", "none", nameOf("hmac", hash));
    if (base.kind === "digest") add(0, "digest", "as-is", nameOf("digest", hash));
    add(base.kind === "digest" ? 3 : 3, "digest", "first", `a plain ${upper(hash)} over secret and content`);
    add(4, "digest", "last", `a plain ${upper(hash)} over content and secret`);
    add(4, "digest", "none", `a plain ${upper(hash)} without any secret`);
  }
  return variants.toSorted((a, b) => a.cost - b.cost);
};

const upper = (hash: string): string => hash.toUpperCase().replace(/^SHA(?=\d)(?!3-)/, "SHA-");
const nameOf = (kind: "hmac" | "digest", hash: string): string =>
  kind === "hmac" ? `HMAC-${hash.toUpperCase()}` : `a plain ${upper(hash)}`;

const arranged = (pieces: readonly Piece[], mac: MacVariant): readonly Piece[] => {
  if (mac.secret === "as-is") return pieces;
  const rest = pieces.filter((piece) => piece !== "secret");
  return mac.secret === "first" ? ["secret", ...rest] : mac.secret === "last" ? [...rest, "secret"] : rest;
};

interface Content {
  readonly cost: number;
  readonly steps: readonly Step[];
  readonly pieces: readonly Piece[];
}

interface Template {
  readonly cost: number;
  readonly parts: readonly Part[];
  readonly done: string;
}

const text = (value: string): Part => ({ text: value });

const contentsOf = (facts: RecipeFacts): readonly Content[] => {
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
          parts: one.content.filter((part) => part !== "secret"),
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
          if (template.cost > 0) steps.push({ code: "content-other", done: template.done });
          if (url !== undefined && url.cost > 0)
            steps.push({ code: "content-other", done: `the URL that is signed is ${url.url}` });
          if (id?.step !== undefined) steps.push(id.step);
          made.push({
            cost,
            steps,
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

interface TextChoice {
  readonly text: string;
  readonly cost: number;
  readonly step?: Step;
}

/** Timestamps that may have been signed: the header's, converted, from elsewhere, a tick earlier or later. */
const timestampsOf = ({ request, scheme, timestamp, profile }: RecipeFacts): readonly TextChoice[] => {
  const choices = new Map<string, TextChoice>();
  const add = (choice: TextChoice): void => {
    if (!choices.has(choice.text) && choice.text !== "") choices.set(choice.text, choice);
  };
  const other = (done: string): Step => ({ code: "content-other", done });
  const unit = (done: string): Step => ({ code: "timestamp-unit", done });
  if (timestamp !== undefined) {
    add({ text: timestamp, cost: 0 });
    const digits = /^\s*\+?0*(\d+)/.exec(timestamp)?.[1];
    const whole = /^\d+$/.test(timestamp);
    if (whole && timestamp.length <= 11)
      add({
        text: `${timestamp}000`,
        cost: 2,
        step: unit("the timestamp is signed in milliseconds while the header has seconds"),
      });
    if (whole && timestamp.length >= 12) {
      add({
        text: timestamp.slice(0, -3),
        cost: 2,
        step: unit("the timestamp is signed in seconds while the header has milliseconds"),
      });
      add({
        text: String(Math.round(Number(timestamp) / 1000)),
        cost: 3,
        step: unit("the timestamp is signed in seconds, rounded, while the header has milliseconds"),
      });
      add({
        text: `${timestamp.slice(0, -3)}.${timestamp.slice(-3)}`,
        cost: 4,
        step: unit("the timestamp is signed in seconds with decimals while the header has milliseconds"),
      });
    }
    if (digits !== undefined && digits !== timestamp)
      add({ text: digits, cost: 2, step: other(`the timestamp is signed as ${digits}, its leading number`) });
    const parsed = whole ? Number(timestamp) * (timestamp.length <= 11 ? 1000 : 1) : Date.parse(timestamp);
    if (Number.isFinite(parsed) && Math.abs(parsed) < 8.64e15) {
      const iso = new Date(parsed).toISOString();
      for (const form of whole
        ? [iso, iso.replace(/\.000Z$/, "Z")]
        : [String(Math.floor(parsed / 1000)), String(parsed)]) {
        add({ text: form, cost: 3, step: other(`the timestamp is signed as ${form}`) });
      }
    }
    if (whole) {
      const step = timestamp.length <= 11 ? 1 : 1000;
      for (const off of [-1, 1, -2, 2]) {
        const moved = String(Number(timestamp) + off * step);
        add({
          text: moved,
          cost: 4,
          step: other(
            `another timestamp is signed, ${moved}, ${Math.abs(off)} s ${off < 0 ? "before" : "after"} the header's`,
          ),
        });
      }
    }
  }
  const isMs = scheme.timestamp?.unit === "ms";
  const elsewhere = (name: string, value: string): void => {
    const ms = /^\d{9,11}$/.test(value)
      ? Number(value) * 1000
      : /^\d{12,14}$/.test(value)
        ? Number(value)
        : Date.parse(value);
    if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return;
    const [seconds, millis] = [String(Math.floor(ms / 1000)), String(ms)];
    const forms = isMs ? [millis, seconds] : [seconds, millis];
    for (const [at, form] of [...forms, value].entries())
      add({ text: form, cost: 3 + Math.min(at, 1), step: other(`another timestamp is signed, ${form} of ${name}`) });
  };
  for (const [name, value] of request.headers.slice(0, 60)) {
    if (/date|time|stamp|created|sent/i.test(name) && value.length < 40 && value !== timestamp)
      elsewhere(`the header ${name}`, value.trim());
  }
  const time = eventOf(request, profile).time;
  if (time !== null) elsewhere("the body", String(time));
  return [...choices.values()].slice(0, 32);
};

const idsOf = ({ request, scheme, profile }: RecipeFacts): readonly TextChoice[] => {
  const own = scheme.id === undefined ? undefined : headerValue(request.headers, scheme.id.header);
  const choices: TextChoice[] = own === undefined ? [] : [{ text: own, cost: 0 }];
  const inBody = eventOf(request, profile).id;
  const add = (value: string, from: string): void => {
    if (choices.length < 5 && !choices.some((choice) => choice.text === value)) {
      choices.push({
        text: value,
        cost: own === undefined ? 1 : 3,
        ...(own === undefined
          ? {}
          : { step: { code: "content-other", done: `another id is signed, that of ${from}` } }),
      });
    }
  };
  for (const [name, value] of request.headers)
    if (/(?:^|-)(?:id|delivery)$/i.test(name) && value.length < 100) add(value, `the header ${name}`);
  if (inBody !== null && inBody.length < 100) add(inBody, "the body");
  return choices;
};

const piecesOf = (
  parts: readonly Part[],
  fields: {
    readonly url: string | undefined;
    readonly timestamp: string | undefined;
    readonly id: string | undefined;
    readonly method: string;
  },
): readonly Piece[] => {
  const pieces: Piece[] = [];
  for (const part of parts) {
    const piece = pieceOf(part, fields);
    const last = pieces.at(-1);
    if (typeof piece !== "string" && last !== undefined && typeof last !== "string")
      pieces[pieces.length - 1] = Buffer.concat([last, piece]);
    else pieces.push(piece);
  }
  return pieces;
};

const pieceOf = (part: Part, fields: Parameters<typeof piecesOf>[1]): Piece => {
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
export const partsName = (parts: readonly Part[]): string =>
  parts
    .map((part) =>
      typeof part === "string" ? part : "text" in part ? part.text : "url" in part ? "URL" : "sorted form fields",
    )
    .join(" ")
    .replace(/ ([.:]) /g, "$1");
