import { utf8Text } from "../../request/request.ts";
import { readJson, scalarText } from "../../values/json-text.ts";
import type { JsonMember, JsonNode } from "../../values/json-text.ts";
import type { Place } from "./ledger.ts";
import type { Redactor } from "./redactor.ts";
import type { Rule } from "./rules.ts";

/** `shape`: keys and types only. `redacted`: values, masked by the rules. `full`: only credentials are masked. */
export type BodyMode = "shape" | "redacted" | "full";

export interface ShownBody {
  readonly text: string;
  readonly form: "empty" | "json" | "form" | "text" | "binary";
}

/**
 * A body as the bundle shows it. JSON keeps its text outside of masked values: key order, duplicates,
 * blanks, numbers as written.
 * @param keepPaths dotted paths whose values are shown even as `shape`: id, type and time
 */
export const redactBody = (
  redactor: Redactor,
  body: Buffer,
  contentType: string | undefined,
  mode: BodyMode,
  keepPaths: readonly string[],
  at: Place,
): ShownBody => {
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

/** JSON with values masked and every other character as it is; text that is not JSON is masked as text. */
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

  const scalar = (node: JsonNode, path: string, rule: string | undefined, credential: boolean): void => {
    const value = scalarText(node);
    if (value === undefined || node.kind === "object" || node.kind === "array") return;
    const where = { file: at.file, place: `${at.place} ${path === "" ? "$" : path}` };
    const put = (shown: string): void => {
      changes.push({ start: node.start, end: node.end, text: JSON.stringify(shown) });
    };
    if (rule !== undefined && !keep.has(path)) {
      if (node.kind === "literal") return;
      const token = redactor.mask(rule, value, where, credential);
      put(mode === "shape" ? `<${node.kind}>` : token);
    } else if (mode === "shape" && !keep.has(path)) {
      put(node.kind === "literal" ? "<boolean>" : `<${node.kind}>`);
    } else if (node.kind !== "literal") {
      const looksJson = depth < 3 && /^\s*[[{]/.test(value) && readJson(value) !== undefined;
      const shown =
        looksJson && node.kind === "string"
          ? redactJson(redactor, value, mode, [], where, depth + 1)
          : redactor.text(value, where, full);
      if (shown !== value) put(shown);
    }
  };

  const walk = (node: JsonNode, path: string, rule: string | undefined, credential: boolean): void => {
    if (node.kind === "object") {
      const named = ruleOfPair(node.members, redactor);
      for (const { key, rawKey, value } of node.members) {
        const where = { file: at.file, place: `${at.place} key` };
        const shownKey = redactor.text(key, where, full);
        if (shownKey !== key) {
          const start = text.lastIndexOf(rawKey, value.start - 1 - rawKey.length);
          changes.push({ start, end: start + rawKey.length, text: JSON.stringify(shownKey) });
        }
        const own = redactor.ruleOfKey(key, full) ?? (valueKeys.test(key) ? named : undefined);
        walk(
          value,
          path === "" ? shownKey : `${path}.${shownKey}`,
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

const nameKeys = /^(?:name|key|header|field)$/i;
const valueKeys = /^(?:value|values|val)$/i;

/** `{"name":"Authorization","value":"…"}`, as HAR, Lambda@Edge and parameter stores write headers and settings. */
const ruleOfPair = (members: readonly JsonMember[], redactor: Redactor): Rule | undefined => {
  const name = members.find(({ key }) => nameKeys.test(key))?.value;
  const text = name?.kind === "string" ? scalarText(name) : undefined;
  return text === undefined ? undefined : redactor.ruleOfName(text);
};

/** `["X-Api-Key","…"]`, as Node's rawHeaders and lists of pairs are, and `["--password","…"]` of a command. */
const ruleOfPlace = (items: readonly JsonNode[], index: number, redactor: Redactor): Rule | undefined => {
  const before = items[index - 1];
  const name = before?.kind === "string" ? scalarText(before) : undefined;
  if (name === undefined) return undefined;
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
      const shownKey = redactor.text(part.slice(0, cut), at, mode === "full");
      const where = { file: at.file, place: `${at.place} ${shownKey}` };
      const value = formDecoded(raw);
      const rule = redactor.ruleOfKey(key, mode === "full");
      if (keepPaths.includes(key)) return `${shownKey}=${redactor.text(raw, where)}`;
      if (rule !== undefined && value !== "")
        return `${shownKey}=${redactor.mask(rule.name, value, where, rule.class === "credential")}`;
      if (mode === "shape") return `${shownKey}=<text>`;
      // Masked as it reads: a value that changes is written as text, one that does not keeps its encoding.
      const looksJson = /^\s*[[{]/.test(value) && readJson(value) !== undefined;
      const shown = looksJson
        ? redactJson(redactor, value, mode, [], where)
        : redactor.text(value, where, mode === "full");
      return `${shownKey}=${shown === value ? raw : shown}`;
    })
    .join("&");

const formDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
};
