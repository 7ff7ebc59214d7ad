import type { Encoding, Layout } from "../providers/profile.ts";

/** A parsed signature value: the scheme's signature texts, and the named items next to them. */
export interface HeaderReading {
  /** Signature texts without prefix, version or key; empty if none belongs to this scheme. */
  readonly signatures: readonly string[];
  /** Named items (such as Stripe's `t`), the last one for each name. */
  readonly pairs: Readonly<Record<string, string>>;
  /** What is wrong with the value, if it contains no signature of this scheme. */
  readonly problem?: "empty" | "prefix" | "no-item";
}

/**
 * Parses a signature's value by its layout. If there are several groups, returns the signatures of all and the items of
 * the first.
 */
export const readHeader = (value: string, layout: Layout): HeaderReading => {
  const [first, ...more] = readGroups(value, layout);
  if (first === undefined) return { signatures: [], pairs: {}, problem: "empty" };
  const signatures = [first, ...more].flatMap((group) => group.signatures);
  return more.length === 0 ? first : { pairs: first.pairs, signatures, ...noneIn(signatures) };
};

/** Parses each group of a value separately; a single one if the layout has no groups. */
export const readGroups = (value: string, layout: Layout): readonly HeaderReading[] => {
  const groups = "groups" in layout ? layout.groups : undefined;
  if (groups === undefined) return [readGroup(value, layout)];
  const texts = value.split(groups).filter((text) => text.trim() !== "");
  return texts.length === 0
    ? [readGroup("", layout)]
    : texts.slice(0, maxGroups).map((text) => readGroup(text, layout));
};

/** The maximum number of groups; no platform uses more secrets at a time. */
const maxGroups = 32;

const readGroup = (value: string, layout: Layout): HeaderReading => {
  if (value === "") return { signatures: [], pairs: {}, problem: "empty" };
  switch (layout.kind) {
    case "single": {
      const { prefix = "", suffix = "" } = layout;
      return value.startsWith(prefix) && value.endsWith(suffix) && value.length >= prefix.length + suffix.length
        ? { signatures: [value.slice(prefix.length, value.length - suffix.length)], pairs: {} }
        : { signatures: [], pairs: {}, problem: "prefix" };
    }
    case "pairs":
      return pairsReading(value, layout);
    case "versions": {
      // Repeated header fields arrive joined by a comma and a space, so the comma is left at the end of each item but
      // the last.
      const items = value.split(" ").map((item) => item.replace(/,$/, ""));
      const mark = `${layout.version},`;
      const signatures = items.filter((item) => item.startsWith(mark)).map((item) => item.slice(mark.length));
      return { signatures, pairs: {}, ...noneIn(signatures) };
    }
    case "list":
      return listReading(value, layout);
    case "json":
      return jsonReading(value, layout);
  }
};

const noneIn = (signatures: readonly string[]): { readonly problem?: "no-item" } =>
  signatures.length === 0 ? { problem: "no-item" } : {};

const pairsReading = (value: string, layout: Extract<Layout, { readonly kind: "pairs" }>): HeaderReading => {
  const { key, separator = ",", assign = "=", quoted } = layout;
  const items = value.split(separator).map((item): [string, string] => {
    const at = item.indexOf(assign);
    if (at < 0) return [item.trim(), ""];
    const text = item.slice(at + assign.length).trim();
    return [item.slice(0, at).trim(), quoted === true ? unquoted(text) : text];
  });
  const signatures = items.filter(([name]) => name === key).map(([, text]) => text);
  return { signatures, pairs: Object.fromEntries(items), ...noneIn(signatures) };
};

const unquoted = (text: string): string =>
  text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;

const listReading = (value: string, layout: Extract<Layout, { readonly kind: "list" }>): HeaderReading => {
  const names = layout.items ?? ["signature"];
  const signatures: string[] = [];
  const pairs: Record<string, string> = {};
  for (const [at, item] of value.split(layout.separator).entries()) {
    const name = names[Math.min(at, names.length - 1)] ?? "";
    if (name === "signature") signatures.push(item.trim());
    else pairs[name] = item.trim();
  }
  return { signatures, pairs, ...noneIn(signatures) };
};

/** The maximum length of JSON to parse; no platform's is longer. */
const maxJson = 64 * 1024;

const jsonReading = (value: string, layout: Extract<Layout, { readonly kind: "json" }>): HeaderReading => {
  const none: HeaderReading = { signatures: [], pairs: {}, problem: "no-item" };
  if (value.length > maxJson) return none;
  let members: unknown;
  try {
    members = JSON.parse(layout.base64 === true ? Buffer.from(value, "base64").toString("latin1") : value);
  } catch {
    return none;
  }
  if (typeof members !== "object" || members === null) return none;
  const pairs = Object.fromEntries(
    Object.entries(members).flatMap(([name, text]: readonly [string, unknown]) =>
      typeof text === "string" ? [[name, text]] : [],
    ),
  );
  const { [layout.key]: signature, ...rest } = pairs;
  return signature === undefined ? none : { signatures: [signature], pairs: rest };
};

/** Whether the layout has room for more than one signature. */
export const hasRoomForTwo = (layout: Layout): boolean => layout.kind !== "single" && layout.kind !== "json";

/** Writes a value: the signatures, preceded by the named items. */
export const writeHeader = (
  layout: Layout,
  signatures: readonly string[],
  pairs: Readonly<Record<string, string>> = {},
): string => {
  switch (layout.kind) {
    case "single":
      return `${layout.prefix ?? ""}${signatures[0] ?? ""}${layout.suffix ?? ""}`;
    case "pairs": {
      const { key, separator = ",", assign = "=", quoted, groups } = layout;
      const items = { ...layout.beside, ...pairs };
      const written = (one: readonly string[]): string =>
        [...Object.entries(items), ...one.map((text) => [key, text] as const)]
          .map(([name, text]) => `${name}${assign}${quoted === true ? `"${text}"` : text}`)
          .join(separator);
      return inGroups(signatures, groups, written);
    }
    case "versions":
      return signatures.map((text) => `${layout.version},${text}`).join(" ");
    case "list": {
      const names = layout.items ?? ["signature"];
      const items = { ...layout.beside, ...pairs };
      const written = (one: readonly string[]): string => {
        const rest = [...one];
        const texts = names.map((name) => (name === "signature" ? rest.shift() : items[name]) ?? "");
        return [...texts, ...rest].join(layout.separator);
      };
      return inGroups(signatures, layout.groups, written);
    }
    case "json": {
      const members = JSON.stringify({ ...layout.beside, ...pairs, [layout.key]: signatures[0] ?? "" });
      return layout.base64 === true ? Buffer.from(members, "latin1").toString("base64") : members;
    }
  }
};

const inGroups = (
  signatures: readonly string[],
  groups: string | undefined,
  written: (signatures: readonly string[]) => string,
): string => (groups === undefined ? written(signatures) : signatures.map((text) => written([text])).join(groups));

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const exact: Readonly<Record<Encoding, RegExp>> = {
  hex: /^(?:[0-9a-f]{2})+$/,
  "hex-upper": /^(?:[0-9A-F]{2})+$/,
  base64,
  base64url: /^[A-Za-z0-9_-]+$/,
  "base64url-padded": /^[A-Za-z0-9_-]+={0,2}$/,
  "base64-of-hex": base64,
  text: /^[^\u0100-\uffff]*$/,
};

/**
 * Decodes a signature text; undefined unless it is exactly in the scheme's notation (lower-case hex, or padded base64
 * of the standard alphabet), as verifiers that compare text require.
 */
export const signatureBytes = (text: string, encoding: Encoding, eitherCase = false): Buffer | undefined => {
  if (eitherCase && /^(?:[0-9a-f]{2})+$/i.test(text)) return Buffer.from(text, "hex");
  if (text === "" || !exact[encoding].test(text)) return undefined;
  const bytes = decoded(text, encoding);
  // Base64 with stray low bits decodes to the same bytes but is different text.
  return encoding.startsWith("hex") || signatureText(bytes, encoding) === text ? bytes : undefined;
};

const decoded = (text: string, encoding: Encoding): Buffer => {
  switch (encoding) {
    case "hex":
    case "hex-upper":
      return Buffer.from(text, "hex");
    case "base64-of-hex":
      return Buffer.from(Buffer.from(text, "base64").toString("latin1"), "hex");
    case "text":
      return Buffer.from(text, "latin1");
    default:
      return Buffer.from(text, "base64");
  }
};

/** Encodes signature bytes. */
export const signatureText = (bytes: Buffer, encoding: Encoding): string => {
  switch (encoding) {
    case "hex-upper":
      return bytes.toString("hex").toUpperCase();
    case "base64url-padded":
      return bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
    case "base64-of-hex":
      return Buffer.from(bytes.toString("hex")).toString("base64");
    case "text":
      return bytes.toString("latin1");
    default:
      return bytes.toString(encoding);
  }
};
