import { passesCheck } from "../redact/checks.ts";
import type { Place } from "../redact/redaction-log.ts";
import { escapeMarkdown } from "../report/markdown.ts";
import { escapeRegExp, headerNames, keyNames } from "../redact/names.ts";
import type { Redactor } from "../redact/redactor.ts";
import type { Rule } from "../redact/rules.ts";
import type { RulesFile } from "../redact/rules-file.ts";

/** Values to mask, with their token and whether they only match as whole words. */
export type Values = Map<string, { readonly token: string; readonly whole: boolean }>;

/** Finds what the user's rules mask in one file: patterns in its plain text, keys and headers in its JSON. */
export const collectValues = (
  name: string,
  text: string,
  rules: RulesFile,
  redactor: Redactor,
  values: Values,
): void => {
  const at = { file: name, place: "text" };
  const documents = name.endsWith(".ndjson") ? text.split("\n").filter((line) => line !== "") : [text];
  for (const one of documents) {
    const json = /\.(?:json|ndjson|har)$/.test(name) ? parsed(one) : undefined;
    if (json === undefined) byPattern(plainText(name, one), rules, redactor, at, values);
    else walk(json, rules, redactor, { file: name, place: "$" }, values);
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Without the escapes of the page and of the summary. */
const plainText = (name: string, text: string): string =>
  name.endsWith(".html")
    ? text
        .slice(text.indexOf("</head>"))
        .replace(/&(lt|gt|quot|#39|amp);/g, (_all, code: string) => entities.get(code) ?? "")
    : name.endsWith(".md")
      ? text.replace(/\\([\\`*_{}[\]<>|#!~])/g, "$1")
      : text;

const entities: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["#39", "'"],
  ["amp", "&"],
]);

const byPattern = (text: string, rules: RulesFile, redactor: Redactor, at: Place, values: Values): void => {
  for (const { finder, check, name, class: kind } of rules.rules) {
    for (const match of finder?.matchAll(text) ?? []) {
      const value = match.groups?.["value"] ?? match[0];
      if (value === "" || value.includes("[redacted:") || !passesCheck(check, value)) continue;
      values.set(value, { token: redactor.mask(name, value, at, kind === "credential"), whole: false });
    }
  }
};

/** Every string of plain data: the user's keys, headers as HAR writes them, and patterns; JSON within strings too. */
const walk = (value: unknown, rules: RulesFile, redactor: Redactor, at: Place, values: Values, depth = 0): void => {
  if (typeof value === "string") {
    const inner = depth < 4 && /^\s*[{[]/.test(value) ? parsed(value) : undefined;
    if (inner === undefined) byPattern(value, rules, redactor, at, values);
    else walk(inner, rules, redactor, at, values, depth + 1);
    return;
  }
  if (Array.isArray(value)) for (const one of value) walk(one, rules, redactor, at, values, depth);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const entries = Object.entries(value);
  const fields = new Map<string, unknown>(entries);
  const [header, text] = [fields.get("name"), fields.get("value")];
  if (typeof header === "string" && typeof text === "string") {
    const rule = rules.rules.find(({ headers }) => headers !== undefined && headerNames(headers)(header));
    if (rule !== undefined) put(text, rule, redactor, { ...at, place: `header ${header}` }, values);
  }
  for (const [key, one] of entries) {
    const rule = rules.rules.find(({ keys }) => keys !== undefined && keyNames(keys)(key));
    const here = { file: at.file, place: at.place === "$" ? key : `${at.place}.${key}` };
    if (rule !== undefined && (typeof one === "string" || typeof one === "number"))
      put(String(one), rule, redactor, here, values);
    else walk(one, rules, redactor, here, values, depth);
  }
};

const put = (value: string, rule: Rule, redactor: Redactor, at: Place, values: Values): void => {
  // One or two characters occur everywhere; tokens are masked already.
  if (value.length < 3 || value.includes("[redacted:")) return;
  values.set(value, { token: redactor.mask(rule.name, value, at, rule.class === "credential"), whole: true });
};

/** Puts tokens in place of values, in each spelling that a file of the bundle may give them. */
export const replaceValues = (text: string, values: Values): string => {
  const tokens = new Map<string, string>();
  const sources: { readonly form: string; readonly whole: boolean }[] = [];
  for (const [value, { token, whole }] of values) {
    for (const form of spellings(value)) {
      if (tokens.has(form)) continue;
      tokens.set(form, token);
      sources.push({ form, whole });
    }
  }
  if (sources.length === 0) return text;
  const pattern = sources
    .toSorted((a, b) => b.form.length - a.form.length)
    .map(({ form, whole }) => (whole ? `(?<![A-Za-z0-9])${escapeRegExp(form)}(?![A-Za-z0-9])` : escapeRegExp(form)))
    .join("|");
  return text.replace(new RegExp(pattern, "g"), (match) => tokens.get(match) ?? match);
};

const spellings = (value: string): readonly string[] => {
  const json = JSON.stringify(value).slice(1, -1);
  const html = value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
  // An underscore at the value's edge is escaped by what stands beside it.
  const markdown = escapeMarkdown(value);
  const inWord = escapeMarkdown(`a${value}a`).slice(1, -1);
  return [value, json, JSON.stringify(json).slice(1, -1), html, markdown, inWord];
};
