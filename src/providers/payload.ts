import { utf8Text } from "../request/request.ts";
import { isTooDeep } from "../values/json-depth.ts";
import { nodeAt, readJson, scalarText } from "../values/json-text.ts";

/** A body for reading single values; it is parsed on demand and at most once. */
export interface Payload {
  /** The scalar at a dotted path of a JSON body, as text; numbers keep their spelling. */
  json(path: string): string | undefined;
  /** The first value of a form field. */
  form(name: string): string | undefined;
}

// Retries, bursts and load tests send the same bytes repeatedly, so the last payload is cached.
let last: { readonly body: Buffer; readonly payload: Payload } | undefined;
const compared = 64 * 1024;

/** The payload of a body; never throws, whatever the body contains. */
export const payloadOf = (body: Buffer): Payload => {
  if (last !== undefined && (last.body === body || (body.length <= compared && last.body.equals(body))))
    return last.payload;
  const payload = new BodyReader(body);
  last = { body, payload };
  return payload;
};

class BodyReader implements Payload {
  readonly #body: Buffer;
  #text: { readonly text: string | undefined } | undefined;
  #isTooDeep: boolean | undefined;
  #value: { readonly value: unknown } | undefined;
  #fields: URLSearchParams | undefined;
  /** Cached results of the slow reader, by path. */
  #slow: Map<string, string | undefined> | undefined;

  constructor(body: Buffer) {
    this.#body = body;
  }

  json(path: string): string | undefined {
    const text = this.#asText();
    if (text === undefined) return undefined;
    this.#isTooDeep ??= isTooDeep(text);
    if (this.#isTooDeep) return undefined;
    this.#value ??= { value: parsed(text) };
    const at = step(this.#value.value, path);
    if (typeof at === "string") return at;
    if (typeof at === "boolean") return String(at);
    // JSON.parse loses the spelling of numbers (1.0, 12345678901234567890) and rejects a byte order mark; the slow
    // reader handles both.
    return typeof at === "number" || text.startsWith("\ufeff") ? this.#slowly(text, path) : undefined;
  }

  form(name: string): string | undefined {
    return (this.#fields ??= new URLSearchParams(this.#asText() ?? "")).get(name) ?? undefined;
  }

  #asText(): string | undefined {
    return (this.#text ??= { text: utf8Text(this.#body) }).text;
  }

  #slowly(text: string, path: string): string | undefined {
    this.#slow ??= new Map();
    if (!this.#slow.has(path)) this.#slow.set(path, slowly(text, path));
    return this.#slow.get(path);
  }
}

/** The parsed value, or undefined where it is not JSON. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const step = (value: unknown, path: string): unknown => {
  if (!path.includes(".")) return member(value, path);
  let at = value;
  for (const key of path.split(".")) at = member(at, key);
  return at;
};

const member = (of: unknown, key: string): unknown =>
  typeof of !== "object" || of === null || !Object.hasOwn(of, key) || (Array.isArray(of) && !/^\d+$/.test(key))
    ? undefined
    : Reflect.get(of, key);

const slowly = (text: string, path: string): string | undefined => {
  const root = readJson(text);
  return root === undefined ? undefined : scalarText(nodeAt(root, path));
};
