import { utf8Text } from "../request/request.ts";
import { nodeAt, readJson, scalarText } from "../values/json-text.ts";

/** A body as locators read it: on demand, and parsed at most once. */
export interface Payload {
  /** The scalar at a dotted path of a JSON body, as text; numbers as they are written. */
  json(path: string): string | undefined;
  /** The first value of a form field. */
  form(name: string): string | undefined;
}

const known = new WeakMap<Buffer, Payload>();
// Retries, bursts and load tests send the same bytes again and again: the last ones stay parsed.
let last: { readonly body: Buffer; readonly payload: Payload } | undefined;
const remembered = 64 * 1024;

/** The payload of a body; nothing that the body holds makes this throw. */
export const payloadOf = (body: Buffer): Payload => {
  if (last?.body.equals(body) === true) return last.payload;
  const before = known.get(body);
  if (before !== undefined) return before;
  const payload = reader(body);
  known.set(body, payload);
  if (body.length <= remembered) last = { body, payload };
  return payload;
};

const reader = (body: Buffer): Payload => {
  const found = new Map<string, string | undefined>();
  let text: { readonly text: string | undefined } | undefined;
  let value: { readonly value: unknown } | undefined;
  let fields: URLSearchParams | undefined;
  const textOf = (): string | undefined => (text ??= { text: utf8Text(body) }).text;

  const lookUp = (path: string): string | undefined => {
    const json = textOf();
    if (json === undefined) return undefined;
    value ??= { value: parsed(json) };
    const at = step(value.value, path);
    if (typeof at === "string") return at;
    if (typeof at === "boolean") return String(at);
    // A number's text is lost in parsing (1.0, 12345678901234567890), and a byte order mark is
    // more than JSON.parse takes: the slow reader knows both.
    return typeof at === "number" || json.startsWith("\ufeff") ? slowly(json, path) : undefined;
  };

  return {
    json: (path) => {
      if (!found.has(path)) found.set(path, lookUp(path));
      return found.get(path);
    },
    form: (name) => (fields ??= new URLSearchParams(textOf() ?? "")).get(name) ?? undefined,
  };
};

/** The parsed value, or undefined where it is not JSON. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const step = (value: unknown, path: string): unknown => {
  let at = value;
  for (const key of path.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key) || (Array.isArray(at) && !/^\d+$/.test(key)))
      return undefined;
    at = Reflect.get(at, key);
  }
  return at;
};

const slowly = (text: string, path: string): string | undefined => {
  const root = readJson(text);
  return root === undefined ? undefined : scalarText(nodeAt(root, path));
};
