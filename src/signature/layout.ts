import type { Encoding, Layout } from "../providers/profile.ts";

/** What a header's value holds: the signature texts of the scheme, and the named items beside them. */
export interface HeaderReading {
  /** Signature texts without prefix, version or key; empty where none is of this scheme. */
  readonly signatures: readonly string[];
  /** Items of a pairs header (`t` of Stripe's), the last of each name. */
  readonly pairs: Readonly<Record<string, string>>;
  /** What is wrong with the value, where no signature of this scheme stands in it. */
  readonly problem?: "empty" | "prefix" | "no-item";
}

/** Reads the value of a signature header as its layout says. */
export const readHeader = (value: string, layout: Layout): HeaderReading => {
  if (value === "") return { signatures: [], pairs: {}, problem: "empty" };
  switch (layout.kind) {
    case "single": {
      const prefix = layout.prefix ?? "";
      return value.startsWith(prefix)
        ? { signatures: [value.slice(prefix.length)], pairs: {} }
        : { signatures: [], pairs: {}, problem: "prefix" };
    }
    case "pairs":
      return pairsReading(value, layout.key);
    case "versions": {
      // Repeated fields arrive joined by a comma and a blank, which stays behind each item but the last.
      const items = value.split(" ").map((item) => item.replace(/,$/, ""));
      const mark = `${layout.version},`;
      const signatures = items.filter((item) => item.startsWith(mark)).map((item) => item.slice(mark.length));
      return { signatures, pairs: {}, ...(signatures.length === 0 ? { problem: "no-item" as const } : {}) };
    }
  }
};

const pairsReading = (value: string, key: string): HeaderReading => {
  const items = value.split(",").map((item): [string, string] => {
    const at = item.indexOf("=");
    return at < 0 ? [item.trim(), ""] : [item.slice(0, at).trim(), item.slice(at + 1).trim()];
  });
  const signatures = items.filter(([name]) => name === key).map(([, text]) => text);
  return {
    signatures,
    pairs: Object.fromEntries(items),
    ...(signatures.length === 0 ? { problem: "no-item" as const } : {}),
  };
};

/** Writes a header's value: one signature, with the named items that go before it. */
export const writeHeader = (
  layout: Layout,
  signature: string,
  pairs: Readonly<Record<string, string>> = {},
): string => {
  switch (layout.kind) {
    case "single":
      return `${layout.prefix ?? ""}${signature}`;
    case "pairs":
      return [...Object.entries(pairs), [layout.key, signature]].map((item) => item.join("=")).join(",");
    case "versions":
      return `${layout.version},${signature}`;
  }
};

const exact: Readonly<Record<Encoding, RegExp>> = {
  hex: /^(?:[0-9a-f]{2})+$/,
  base64: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
};

/**
 * The bytes of a signature text, or undefined where it is not exactly in the scheme's notation:
 * lower-case hex, or padded base64 of the standard alphabet, as verifiers that compare text demand.
 */
export const signatureBytes = (text: string, encoding: Encoding): Buffer | undefined => {
  if (text === "" || !exact[encoding].test(text)) return undefined;
  const bytes = Buffer.from(text, encoding);
  if (encoding === "hex") return bytes;
  // Base64 with stray low bits in the last digit decodes to the same bytes and is other text.
  return bytes.toString(encoding) === text ? bytes : undefined;
};
