import { nodeAt, readJson } from "../values/json-text.ts";
import type { JsonNode } from "../values/json-text.ts";

type ObjectNode = Extract<JsonNode, { kind: "object" }>;

/** Windows editors put it before the text. */
const byteOrderMark = /^\uFEFF?/;

const loneLineFeed = /(?<!\r)\n/;

/** Changes a project file's text and keeps every other byte. */
type Change = (text: string) => string | undefined;

/**
 * @param text undefined if there is no file yet
 * @returns undefined where the text is not a project file
 */
const changed = (text: string | undefined, changes: readonly Change[]): string | undefined => {
  const given = text ?? "{}\n";
  const [mark = ""] = byteOrderMark.exec(given) ?? [];
  let json: string | undefined = given.slice(mark.length);
  for (const change of changes) json = json === undefined ? undefined : change(json);
  if (json === undefined) return undefined;
  // New lines end as the file's do; JSON strings contain no line breaks.
  return mark + (given.includes("\r\n") && !loneLineFeed.test(given) ? json.replaceAll(/(?<!\r)\n/g, "\r\n") : json);
};

/** What `init` asks for; undefined fields are left unchanged. */
export interface ConfigFields {
  readonly provider: string;
  readonly endpoint: string | undefined;
  /** A reference to the platform's secret. */
  readonly secret: string | undefined;
}

/** A project file's text with these fields set. @returns undefined where the text is not a project file */
export const withFields = (
  text: string | undefined,
  { provider, endpoint, secret }: ConfigFields,
): string | undefined =>
  changed(text, [
    (json) => withField(json, ["provider"], provider),
    (json) => (endpoint === undefined ? json : withField(json, ["endpoint"], endpoint)),
    (json) => (secret === undefined ? json : withField(json, ["secrets", provider], secret)),
  ]);

/** A profile to write into a project file. */
export interface ConfigAddition {
  readonly profile: { readonly id: string };
  /** A reference to the profile's secret, used if the file has none yet; never the secret itself. */
  readonly secret: string | undefined;
}

/**
 * A project file's text with a profile added; it replaces one with the same id.
 * @returns undefined where the text is not a project file
 */
export const withProfile = (text: string | undefined, { profile, secret }: ConfigAddition): string | undefined =>
  changed(text, [
    (json) => (secret === undefined ? json : withField(json, ["secrets", profile.id], secret, { overwrite: false })),
    (json) => withProvider(json, profile),
  ]);

/** Whether a project file's text has a profile of this id. */
export const hasProfile = (text: string, id: string): boolean => placeOf(text, id)?.index !== undefined;

const placeOf = (text: string, id: string) => {
  const root = readJson(text.replace(byteOrderMark, ""));
  if (root?.kind !== "object") return undefined;
  const list = nodeAt(root, "providers");
  if (list !== undefined && list.kind !== "array") return undefined;
  const index = list?.items.findIndex((item) => {
    const name = nodeAt(item, "id");
    return name?.kind === "string" && name.raw === JSON.stringify(id);
  });
  return { root, list, index: index === -1 ? undefined : index };
};

const withProvider = (text: string, profile: ConfigAddition["profile"]): string | undefined => {
  const place = placeOf(text, profile.id);
  if (place === undefined) return undefined;
  const { root, list, index } = place;
  const unit = indentOf(text);
  if (list === undefined) return withMember(text, root, "providers", [profile], unit, 0);
  const json = formatJson(profile, unit, 2);
  const old = index === undefined ? undefined : list.items[index];
  if (old !== undefined) return text.slice(0, old.start) + json + text.slice(old.end);
  const last = list.items.at(-1);
  const line = lineAt(unit, 2);
  return last === undefined
    ? `${text.slice(0, list.start)}[${line}${json}${lineAt(unit, 1)}]${text.slice(list.end)}`
    : `${text.slice(0, last.end)},${line}${json}${text.slice(last.end)}`;
};

/** The text with a field set, which may be nested; an existing value is replaced. */
const withField = (
  text: string,
  [key, inner]: readonly [key: string, inner?: string],
  value: string,
  { overwrite = true } = {},
): string | undefined => {
  const root = readJson(text);
  if (root?.kind !== "object") return undefined;
  const unit = indentOf(text);
  const old = memberOf(root, key);
  if (inner === undefined)
    return old === undefined ? withMember(text, root, key, value, unit, 0) : withValue(text, old, value);
  if (old === undefined) return withMember(text, root, key, { [inner]: value }, unit, 0);
  if (old.kind !== "object") return undefined;
  const held = memberOf(old, inner);
  if (held === undefined) return withMember(text, old, inner, value, unit, 1);
  return overwrite ? withValue(text, held, value) : text;
};

/** The member with a name: the last one counts, and case is ignored, as ids of secrets may be in capitals. */
const memberOf = ({ members }: ObjectNode, name: string): JsonNode | undefined =>
  members.findLast(({ key }) => key.toLowerCase() === name)?.value;

const withValue = (text: string, { start, end }: JsonNode, value: string): string =>
  text.slice(0, start) + JSON.stringify(value) + text.slice(end);

/** The text with a member added at the end of an object, on a separate line if the other members are. */
const withMember = (
  text: string,
  object: ObjectNode,
  key: string,
  value: unknown,
  unit: string,
  depth: number,
): string => {
  const last = object.members.at(-1);
  const isSpread = last === undefined ? unit !== "" : text.slice(object.start, last.value.start).includes("\n");
  const line = isSpread ? lineAt(unit, depth + 1) : " ".repeat(unit === "" ? 0 : 1);
  const member = `${JSON.stringify(key)}:${unit === "" ? "" : " "}${formatJson(value, unit, depth + 1)}`;
  return last === undefined
    ? `${text.slice(0, object.start)}{${line}${member}${lineAt(unit, depth)}}${text.slice(object.end)}`
    : `${text.slice(0, last.value.end)},${line}${member}${text.slice(last.value.end)}`;
};

/** The file's indentation; empty if it is a single line. */
const indentOf = (text: string): string => /\n([ \t]{1,8})["[{]/.exec(text)?.[1] ?? (text.includes("\n") ? "  " : "");

const lineAt = (unit: string, depth: number): string => (unit === "" ? "" : `\n${unit.repeat(depth)}`);

/** Longer lines are broken. */
const widest = 100;

/** Formats a value as people write JSON: short values stay on one line. */
export const formatJson = (value: unknown, unit: string, depth = 0): string => {
  if (unit === "" || typeof value !== "object" || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const items: readonly string[] = isList
    ? value.map((item: unknown) => formatJson(item, unit, depth + 1))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${formatJson(item, unit, depth + 1)}`);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (items.length === 0) return open + close;
  const flat = isList ? `[${items.join(", ")}]` : `{ ${items.join(", ")} }`;
  if (flat.length <= widest - unit.length * depth && !flat.includes("\n")) return flat;
  const line = lineAt(unit, depth + 1);
  return `${open}${line}${items.join(`,${line}`)}${lineAt(unit, depth)}${close}`;
};
