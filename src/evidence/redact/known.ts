import type { Secret } from "../../values/secret.ts";

/** Shorter secrets are only searched for as whole words; otherwise half the text would be masked. */
export const shortSecret = 8;
/** A part of a secret this long or longer reveals it. */
export const minPartLength = 20;

/**
 * Every form in which a known secret may occur in a file: unchanged, decoded, and either of them in base64 (at each of
 * the three alignments, so also inside longer base64), base64url, base32, hex, as the bytes of a Buffer, URL-encoded,
 * quoted-printable, in UTF-16, and escaped for JSON and HTML; and the first and the last 20 characters of a longer one.
 * Longest first, each at least 8 characters, except for the plain text.
 */
export const formsOf = (secret: Secret): readonly string[] => {
  const bytes = secret.reveal();
  const forms = new Set<string>();
  for (const variant of variantsOf(bytes)) {
    addText(forms, variant);
    for (const cut of endsOf(variant)) addText(forms, cut);
    for (const part of [variant, ...endsOf(variant), ...utf16Of(variant)]) {
      if (part.length < 5) continue;
      for (const form of encodings(part)) if (form.length >= shortSecret) forms.add(form);
    }
  }
  return [...forms].filter((form) => form !== "").toSorted((a, b) => b.length - a.length);
};

/** The secret, without outer spaces, without `whsec_`, and what it decodes to. */
export const variantsOf = (bytes: Buffer): readonly Buffer[] => {
  const variants = [bytes];
  const text = bytes.toString("utf8");
  const trimmed = text.trim();
  if (trimmed !== text && trimmed !== "") variants.push(Buffer.from(trimmed));
  const bare = /^(?:whsec|whsk|whpk)_(.+)$/.exec(trimmed)?.[1];
  if (bare !== undefined) variants.push(Buffer.from(bare));
  const encoded = bare ?? trimmed;
  if (/^[0-9a-f]{16,}$/i.test(encoded) && encoded.length % 2 === 0) variants.push(Buffer.from(encoded, "hex"));
  else if (/^[A-Za-z0-9+/_-]{12,}={0,2}$/.test(encoded)) variants.push(Buffer.from(encoded, "base64"));
  return variants.filter((variant, at) => at === 0 || variant.length >= shortSecret);
};

/** The first and last characters of a long text, which remain if a log cuts it off. */
const endsOf = (bytes: Buffer): readonly Buffer[] => {
  const chars = Array.from(bytes.toString("utf8"));
  return chars.length <= minPartLength || !Buffer.from(chars.join("")).equals(bytes)
    ? []
    : [chars.slice(0, minPartLength), chars.slice(-minPartLength)].map((part) => Buffer.from(part.join("")));
};

/** A text in both kinds of UTF-16. */
export const utf16Of = (bytes: Buffer): readonly Buffer[] => {
  const text = bytes.toString("utf8");
  if (!Buffer.from(text).equals(bytes)) return [];
  return [Buffer.from(text, "utf16le"), Buffer.from(text, "utf16le").swap16()];
};

const addText = (forms: Set<string>, bytes: Buffer): void => {
  const text = bytes.toString("utf8");
  // Bytes that aren't UTF-8 can only occur in a file encoded or as Latin-1.
  if (!Buffer.from(text, "utf8").equals(bytes)) {
    forms.add(bytes.toString("latin1"));
    return;
  }
  if (text.trim() === "") return;
  forms.add(text);
  // As in headers, with one character per byte.
  if (/[^\0-~]/.test(text)) forms.add(bytes.toString("latin1"));
  if (text.length < 4) return;
  const json = JSON.stringify(text).slice(1, -1);
  for (const form of [
    json,
    json.replaceAll("/", "\\/"),
    JSON.stringify(json).slice(1, -1),
    text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&#39;"),
    text.replace(/[^\0-~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`),
    text.replace(/[^A-Za-z0-9]/g, (char) => `&#${char.charCodeAt(0)};`),
    text.replace(/./gsu, (char) => `&#${char.codePointAt(0)};`),
    text.replace(/./gsu, (char) => `&#x${char.codePointAt(0)?.toString(16)};`),
    text.replace(/./gs, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`),
  ]) {
    forms.add(form);
  }
};

const encodings = (bytes: Buffer): readonly string[] => {
  const hex = bytes.toString("hex");
  const percent = [...bytes].map(plainOrPercent).join("");
  const everyByte = hex.replace(/../g, "%$&");
  return [
    ...alignments(bytes).flatMap((core) => [core, core.replaceAll("+", "-").replaceAll("/", "_")]),
    bytes.toString("base64"),
    bytes.toString("base64url"),
    encodeURIComponent(bytes.toString("base64")),
    hex,
    hex.toUpperCase(),
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    percent.replaceAll("%20", "+"),
    percent.replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
    percent.replaceAll("%", "%25"),
    everyByte,
    everyByte.toUpperCase(),
    hex.replace(/../g, "\\x$&"),
    hex.toUpperCase().replace(/../g, ":$&").slice(1),
    hex.replace(/../g, ":$&").slice(1),
    hex.replace(/../g, " $&").slice(1),
    hex.toUpperCase().replace(/../g, " $&").slice(1),
    hex.toUpperCase().replace(/../g, "-$&").slice(1),
    hex.replace(/../g, ", 0x$&").slice(2),
    [...bytes].join(","),
    [...bytes].join(", "),
    base32(bytes),
    base32(bytes).toLowerCase(),
    [...bytes].map(quotedPrintableByte).join(""),
  ];
};

const plainOrPercent = (byte: number): string => {
  const char = String.fromCharCode(byte);
  return /[A-Za-z0-9_.!~*'()-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
};

/** Bytes in base32 without padding (RFC 4648, section 6). */
export const base32 = (bytes: Buffer): string => {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return Array.from(bits.match(/.{1,5}/g) ?? [], (five) => base32Letters[Number.parseInt(five.padEnd(5, "0"), 2)]).join(
    "",
  );
};

const base32Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A byte in quoted-printable (RFC 2045, section 6.7). */
const quotedPrintableByte = (byte: number): string =>
  byte > 0x20 && byte < 0x7f && byte !== 0x3d
    ? String.fromCharCode(byte)
    : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;

/** The parts of a secret's base64, at each alignment, that don't depend on what precedes and follows it. */
const alignments = (bytes: Buffer): readonly string[] =>
  [0, 2, 1].map((skip) => {
    const whole = Math.floor((bytes.length - skip) / 3) * 3;
    return bytes.subarray(skip, skip + Math.max(0, whole)).toString("base64");
  });
