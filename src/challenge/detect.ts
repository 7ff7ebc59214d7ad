import type { Challenge, Profile } from "../providers/profile.ts";
import { headerValue, sameName, utf8Text } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { isTooDeep } from "../values/json-depth.ts";
import { varies } from "./template.ts";

/** A challenge found in a received request. */
export interface DetectedChallenge {
  readonly profile: Profile;
  readonly challenge: Challenge;
  /** The value to return. */
  readonly value: string;
  readonly token: string | undefined;
}

/** Longer than any platform's challenge; limits what is echoed. */
const longest = 64 * 1024;

/**
 * The only values signed for anyone who asks. An event's signed content never matches: it has dots, colons or braces.
 */
const signable = /^[\w~+/=-]{1,256}$/;

/**
 * Returns a function that recognizes a challenge by its method and constant texts. If several match, the most specific
 * one wins.
 */
export const challengeDetector = (
  profiles: readonly Profile[],
): ((request: WebhookRequest) => DetectedChallenge | undefined) => {
  const known = profiles
    .flatMap((profile) => (profile.challenges ?? []).map((challenge) => shapeOf(profile, challenge)))
    .toSorted((a, b) => b.specificity - a.specificity);
  if (known.length === 0) return () => undefined;
  return (request) => {
    for (const shape of known) {
      const found = matched(shape, request);
      if (found !== undefined)
        return { profile: shape.profile, challenge: shape.challenge, value: found.challenge ?? "", token: found.token };
    }
    return undefined;
  };
};

interface Shape {
  readonly profile: Profile;
  readonly challenge: Challenge;
  readonly json: unknown;
  /** Texts that are always in the body, so that most bodies need no parsing. */
  readonly inBody: readonly string[];
  /** How many constants identify it. */
  readonly specificity: number;
}

type Found = Partial<Record<"challenge" | "token", string>>;

const shapeOf = (profile: Profile, challenge: Challenge): Shape => {
  const { query = [], headers = [], json } = challenge.request;
  const body: unknown = json === undefined ? undefined : JSON.parse(json);
  const inBody = body === undefined ? [] : textsOf(body);
  return { profile, challenge, json: body, inBody, specificity: query.length + headers.length + inBody.length };
};

/** The member names and constant texts of a JSON template. */
const textsOf = (value: unknown): readonly string[] => {
  if (typeof value === "string") return varies(value) ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  const names = Array.isArray(value) ? [] : Object.keys(value).filter((name) => isNeeded(Reflect.get(value, name)));
  return [...names, ...Object.values(value).flatMap(textsOf)];
};

/** Values that change each time and aren't echoed may be missing. */
const isNeeded = (template: unknown): boolean =>
  typeof template === "string"
    ? !varies(template) || template === "{challenge}" || template === "{token}"
    : typeof template === "object";

const matched = ({ challenge, json, inBody }: Shape, request: WebhookRequest): Found | undefined => {
  const { method, query = [], headers = [] } = challenge.request;
  if (request.method !== method) return undefined;
  const found: Found = {};
  if (!headers.every(([name, text]) => matchesText(text, valueOf(request.headers, name), found))) return undefined;
  if (query.length > 0) {
    const at = request.target.indexOf("?");
    const asked = new URLSearchParams(at < 0 ? "" : request.target.slice(at));
    if (!query.every(([name, text]) => matchesText(text, asked.get(name) ?? undefined, found))) return undefined;
  }
  if (json !== undefined && !matchesJson(json, parsedBody(request.body, inBody), found)) return undefined;
  return isAnswerable(challenge, found.challenge ?? "") ? found : undefined;
};

/** Whether the value can safely be sent back: in a header, or signed. */
const isAnswerable = ({ hmac }: Challenge, value: string): boolean =>
  hmac === undefined ? !/\p{Cc}/u.test(value) : signable.test(value);

/** A header's value; an empty header doesn't count as a challenge. */
const valueOf = (headers: readonly HeaderPair[], name: string): string | undefined =>
  headers.some(([key]) => sameName(key, name)) ? headerValue(headers, name) : undefined;

const parsedBody = (body: Buffer, has: readonly string[]): unknown => {
  if (body.length === 0 || body.length > longest || !has.every((text) => body.includes(text))) return undefined;
  const text = utf8Text(body);
  if (text === undefined || isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Matches a received text against a template and stores the placeholders' values in `found`. */
const matchesText = (template: string, text: string | undefined, found: Found): boolean => {
  if (template === "{challenge}" || template === "{token}") {
    if (text === undefined || text === "") return false;
    found[template === "{token}" ? "token" : "challenge"] = text;
    return true;
  }
  return varies(template) || text === template;
};

/** The same for JSON. Numbers may differ, lists must have the same length, objects may have extra members. */
const matchesJson = (template: unknown, value: unknown, found: Found): boolean => {
  if (typeof template === "string") return matchesText(template, typeof value === "string" ? value : undefined, found);
  if (Array.isArray(template))
    return (
      Array.isArray(value) &&
      value.length === template.length &&
      template.every((one, at) => matchesJson(one, value[at], found))
    );
  if (typeof template !== "object" || template === null) return true;
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(template).every(([name, one]) =>
      Object.hasOwn(value, name) ? matchesJson(one, Reflect.get(value, name), found) : !isNeeded(one),
    )
  );
};
