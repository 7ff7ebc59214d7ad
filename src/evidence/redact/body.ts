import { utf8Text } from "../../request/request.ts";
import { readJson, scalarText } from "../../values/json-text.ts";
import type { JsonMember, JsonNode } from "../../values/json-text.ts";
import type { Place } from "./redaction-log.ts";
import type { Redactor } from "./redactor.ts";
import { takesPassword } from "./rules-commands.ts";
import type { Rule } from "./rules.ts";

/** `shape`: keys and types only. `redacted`: values, masked by the rules. `full`: only credentials are masked. */
export type BodyMode = "shape" | "redacted" | "full";

export interface RedactedBody {
  readonly text: string;
  readonly form: "empty" | "json" | "form" | "text" | "binary";
}

/**
 * A body as shown in the bundle. JSON outside of masked values keeps its exact text: key order, duplicates, spaces,
 * number spelling.
 * @param keepPaths dotted paths whose values are shown even as `shape`: id, type and time
 */
export const redactBody = (
  redactor: Redactor,
  body: Buffer,
  contentType: string | undefined,
  mode: BodyMode,
  keepPaths: readonly string[],
  at: Place,
): RedactedBody => {
  if (body.length === 0) return { text: "", form: "empty" };
  const text = utf8Text(body);
  if (text === undefined) return { text: `<${body.length} bytes that are not text>`, form: "binary" };
  if (readJson(text) !== undefined) return { text: redactJson(redactor, text, mode, keepPaths, at), form: "json" };
  if (/x-www-form-urlencoded/i.test(contentType ?? "") && text.includes("=")) {
    return { text: redactForm(redactor, text, mode, keepPaths, at), form: "form" };
  }
  if (mode === "shape") return { text: `<${body.length} bytes of text>`, form: "text" };
  return { text: redactor.text(text, at, mode === "full"), form: "text" };
};

/** Masks values in JSON and keeps every other character; text that is not JSON is masked as plain text. */
export const redactJson = (
  redactor: Redactor,
  text: string,
  mode: BodyMode,
  keepPaths: readonly string[],
  at: Place,
  depth = 0,
): string => {
  const root = readJson(text);
  if (root === undefined) return redactor.text(text, at, mode === "full");
  const changes: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  const keep = new Set(keepPaths);
  const full = mode === "full";

  const put = (node: JsonNode, masked: string): void => {
    changes.push({ start: node.start, end: node.end, text: JSON.stringify(masked) });
  };

  const scalar = (node: JsonNode, path: string, rule: string | undefined, credential: boolean): void => {
    const value = scalarText(node);
    if (value === undefined || node.kind === "object" || node.kind === "array") return;
    const where = { file: at.file, place: `${at.place} ${path === "" ? "$" : path}` };
    if (rule !== undefined && !keep.has(path)) {
      if (node.kind === "literal") return;
      const token = redactor.mask(rule, value, where, credential);
      put(node, mode === "shape" ? `<${node.kind}>` : token);
    } else if (mode === "shape" && !keep.has(path)) {
      put(node, node.kind === "literal" ? "<boolean>" : `<${node.kind}>`);
    } else if (node.kind !== "literal") {
      const looksJson = depth < 3 && /^\s*[[{]/.test(value) && readJson(value) !== undefined;
      const masked =
        looksJson && node.kind === "string"
          ? redactJson(redactor, value, mode, [], where, depth + 1)
          : /^[\d-]{1,40}$/.test(value) && isIdOrTime(path, redactor)
            ? redactor.secretsOnly(value, where)
            : redactor.text(value, where, full);
      if (masked !== value) put(node, masked);
    }
  };

  /** A key as shown; anything in it that must be masked is replaced. */
  const maskKey = ({ key, rawKey, value }: JsonMember): string => {
    const masked = redactor.text(key, { file: at.file, place: `${at.place} key` }, full);
    if (masked !== key) {
      const start = text.lastIndexOf(rawKey, value.start - 1 - rawKey.length);
      changes.push({ start, end: start + rawKey.length, text: JSON.stringify(masked) });
    }
    return masked;
  };

  const maskHeader = (name: string, node: JsonNode): void => {
    if (node.kind === "array") for (const item of node.items) maskHeader(name, item);
    const value = scalarText(node);
    if (value === undefined || node.kind === "literal") return;
    const [, masked] = redactor.header([name, value], { file: at.file });
    if (masked !== value) put(node, masked);
  };

  /** Decodes a base64 body, masks its content, and encodes it again, because readers of the file expect base64. */
  const maskPacked = (node: JsonNode, path: string): void => {
    const value = scalarText(node) ?? "";
    const where = { file: at.file, place: `${at.place} ${path}` };
    const bytes = Buffer.from(value, "base64");
    const isText = utf8Text(bytes) !== undefined;
    const inner = bytes.toString(isText ? "utf8" : "latin1");
    // oxlint-disable-next-line no-control-regex -- control characters are what tells binary from text
    const binary = /[\u0000-\u0008\u000e-\u001f]/.test(inner);
    const masked = binary
      ? redactor.secretsOnly(inner, where)
      : redactJson(redactor, inner, mode, [], where, depth + 1);
    if (masked !== inner) put(node, Buffer.from(masked, isText ? "utf8" : "latin1").toString("base64"));
    else if (redactor.findSecrets(value).length > 0)
      put(node, Buffer.from(redactor.mask("known-secret", value, where)).toString("base64"));
  };

  const walk = (node: JsonNode, path: string, rule: string | undefined, credential: boolean): void => {
    if (node.kind === "object") {
      const named = ruleOfPair(node.members, redactor);
      const packed = rule === undefined && mode !== "shape" && depth < 3 ? packedIn(node.members) : undefined;
      for (const member of node.members) {
        const { key, value } = member;
        const maskedKey = maskKey(member);
        if (member === packed) {
          maskPacked(value, path === "" ? maskedKey : `${path}.${maskedKey}`);
          continue;
        }
        const headers =
          rule === undefined && mode === "redacted" && headerKeys.test(key) ? headersOf(value) : undefined;
        if (headers !== undefined) {
          for (const header of headers) {
            if (header.member !== undefined) maskKey(header.member);
            maskHeader(header.name, header.value);
          }
          continue;
        }
        const own = redactor.ruleOfKey(key, full) ?? (valueKeys.test(key) ? named : undefined);
        walk(
          value,
          path === "" ? maskedKey : `${path}.${maskedKey}`,
          rule ?? own?.name,
          rule === undefined ? own?.class === "credential" : credential,
        );
      }
    } else if (node.kind === "array") {
      for (const [index, item] of node.items.entries()) {
        const own = rule === undefined ? ruleOfPlace(node.items, index, redactor) : undefined;
        walk(item, `${path}[${index}]`, rule ?? own?.name, own === undefined ? credential : own.class === "credential");
      }
    } else scalar(node, path, rule, credential);
  };
  walk(root, "", undefined, false);

  let out = "";
  let from = 0;
  for (const change of changes.toSorted((a, b) => a.start - b.start)) {
    out += text.slice(from, change.start) + change.text;
    from = change.end;
  }
  return out + text.slice(from);
};

/** The base64 body of an object, as in captures, HAR files and Lambda events. */
const packedIn = (members: readonly JsonMember[]): JsonMember | undefined => {
  const says = (name: RegExp, wanted: string): boolean =>
    members.some(({ key, value }) => name.test(key) && scalarText(value)?.toLowerCase() === wanted);
  const isBase64 = says(/^_?encoding$/, "base64") || says(/^isBase64Encoded$/, "true");
  return isBase64
    ? members.find(({ key, value }) => /^(?:data|text|body)$/.test(key) && value.kind === "string")
    : undefined;
};

/** Whether a path is an id or time: patterns must not mistake such a number for a card or phone number. */
const isIdOrTime = (path: string, redactor: Redactor): boolean => {
  const key = path.slice(path.lastIndexOf(".") + 1);
  return /id$/i.test(key) || redactor.isAllowedKey(key);
};

const headerKeys = /^(?:[a-z]{1,20}[-_]?)?(?:headers|trailers)$/i;

interface HeaderNode {
  readonly name: string;
  readonly value: JsonNode;
  readonly member?: JsonMember;
}

/**
 * Headers in any notation: an object (values may be lists), pairs, Node's flat rawHeaders, objects with name and value,
 * or an object of such lists (Lambda@Edge).
 */
const headersOf = (node: JsonNode): readonly HeaderNode[] | undefined => {
  if (node.kind === "object")
    return node.members.flatMap((member) => pairsUnder(member) ?? [{ name: member.key, value: member.value, member }]);
  if (node.kind !== "array") return undefined;
  const texts = node.items.map((item) => (item.kind === "string" ? scalarText(item) : undefined));
  if (texts.length % 2 === 0 && texts.every((text) => text !== undefined))
    return node.items.flatMap((value, at) => (at % 2 === 1 ? [{ name: texts[at - 1] ?? "", value }] : []));
  const pairs = node.items.map(pairOf);
  return pairs.every((pair) => pair !== undefined) ? pairs : undefined;
};

/** `"x-api-key":[{"key":"X-Api-Key","value":"…"}]` */
const pairsUnder = ({ value }: JsonMember): readonly HeaderNode[] | undefined => {
  if (value.kind !== "array" || value.items.length === 0) return undefined;
  const pairs = value.items.map(pairOf);
  return pairs.every((pair) => pair !== undefined) ? pairs : undefined;
};

const pairOf = (node: JsonNode): HeaderNode | undefined => {
  const [name, value] =
    node.kind === "array" && node.items.length === 2
      ? node.items
      : node.kind === "object"
        ? [
            node.members.find(({ key }) => nameKeys.test(key))?.value,
            node.members.find(({ key }) => valueKeys.test(key))?.value,
          ]
        : [];
  const text = name?.kind === "string" ? scalarText(name) : undefined;
  return text === undefined || value === undefined ? undefined : { name: text, value };
};

const nameKeys = /^(?:name|key|header|field)$/i;
const valueKeys = /^(?:value|values|val)$/i;

/**
 * The rule for `{"name":"Authorization","value":"…"}`, as HAR, Lambda@Edge and parameter stores write headers and
 * settings.
 */
const ruleOfPair = (members: readonly JsonMember[], redactor: Redactor): Rule | undefined => {
  const name = members.find(({ key }) => nameKeys.test(key))?.value;
  const text = name?.kind === "string" ? scalarText(name) : undefined;
  return text === undefined ? undefined : redactor.ruleOfName(text);
};

/**
 * The rule for a list item after a name: `["X-Api-Key","…"]` as in Node's rawHeaders and lists of pairs, or
 * `["--password","…"]` of a command.
 */
const ruleOfPlace = (items: readonly JsonNode[], index: number, redactor: Redactor): Rule | undefined => {
  const before = items[index - 1];
  const name = before?.kind === "string" ? scalarText(before) : undefined;
  if (name === undefined) return undefined;
  // A short option means nothing without its command, so match the whole command line as text.
  if (/^-[a-zA-Z]$/.test(name)) {
    const words = items.slice(Math.max(0, index - 50), index).map((item) => scalarText(item) ?? "");
    return takesPassword(words) ? redactor.ruleOfName("password") : undefined;
  }
  const isPair = index % 2 === 1 && items.length % 2 === 0;
  return isPair || name.startsWith("-") ? redactor.ruleOfName(name.replace(/^-+/, "")) : undefined;
};

const redactForm = (
  redactor: Redactor,
  text: string,
  mode: BodyMode,
  keepPaths: readonly string[],
  at: Place,
): string =>
  redactor
    .secretsOnly(text, at)
    .split("&")
    .map((part) => {
      const cut = part.indexOf("=");
      if (cut < 0) return redactor.text(part, at, mode === "full");
      const [key, raw] = [formDecoded(part.slice(0, cut)), part.slice(cut + 1)];
      const maskedKey = redactor.text(part.slice(0, cut), at, mode === "full");
      const where = { file: at.file, place: `${at.place} ${maskedKey}` };
      const value = formDecoded(raw);
      const rule = redactor.ruleOfKey(key, mode === "full");
      if (keepPaths.includes(key)) return `${maskedKey}=${redactor.text(raw, where)}`;
      if (rule !== undefined && value !== "")
        return `${maskedKey}=${redactor.mask(rule.name, value, where, rule.class === "credential")}`;
      if (mode === "shape") return `${maskedKey}=<text>`;
      // Mask the decoded value: if it changes, it is written as plain text, otherwise its encoding is kept.
      const looksJson = /^\s*[[{]/.test(value) && readJson(value) !== undefined;
      const masked = looksJson
        ? redactJson(redactor, value, mode, [], where)
        : redactor.text(value, where, mode === "full");
      return `${maskedKey}=${masked === value ? raw : masked}`;
    })
    .join("&");

const formDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
};
