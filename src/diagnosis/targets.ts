import { placesName } from "../providers/place.ts";
import type { Encoding, Scheme } from "../providers/profile.ts";
import { encodingOf, layoutOf, macLength } from "../signature/mac.ts";
import { readHeader, signatureBytes, writeHeader } from "../signature/layout.ts";
import { pluralize } from "../values/count.ts";
import type { Step } from "./types.ts";
import { blanks, withoutEnd, withoutStart } from "../values/cut.ts";

/** A possible decoding of the header's value, and what had to be tolerated. */
export interface Target {
  readonly bytes: Buffer;
  readonly steps: readonly Step[];
  /** The notation the signature is in, for naming what was found: hex, upper-case hex, base64 … */
  readonly notation: string;
}

/** A possible signature text, and what was removed to get it. */
export interface SignatureText {
  readonly text: string;
  readonly steps: readonly Step[];
}

/** The maximum length of a signature header. */
const maxValue = 4096;

/** All decodings of a signature header, documented ones first; at least 4 bytes each. */
export const readTargets = (value: string, scheme: Scheme): readonly Target[] => {
  const targets = new Map<string, Target>();
  for (const { text, steps } of signatureTexts(value, scheme)) {
    for (const reading of decodings(text, encodingOf(scheme))) {
      const { bytes } = reading;
      const id = bytes.toString("latin1");
      const existing = targets.get(id);
      const all = [...steps, ...reading.steps];
      if (bytes.length >= 4 && bytes.length <= 4096 && (existing === undefined || existing.steps.length > all.length)) {
        targets.set(id, { bytes, steps: all, notation: reading.notation });
      }
    }
  }
  return [...targets.values()].slice(0, 64);
};

/** Possible signature texts in a header's value, documented ones first. */
export const signatureTexts = (given: string, scheme: Scheme): readonly SignatureText[] => {
  const value = given.slice(0, maxValue);
  const found: SignatureText[] = [];
  const proper = (part: string, steps: readonly Step[]): boolean => {
    const { signatures } = readHeader(part, layoutOf(scheme));
    found.push(...signatures.flatMap((text) => [{ text, steps }, ...joined(text, steps)]));
    return signatures.length > 0;
  };
  const pieces = wrapped(value, scheme);
  if (pieces.length > 0) found.push(...pieces);
  else proper(value, []);
  const bare = withoutStart(withoutEnd(value, `${blanks}"'>])\`,;`), `${blanks}"'<[(\``);
  if (bare !== value)
    proper(bare, [malformed(`the quotes or other marks around the value of ${placesName(scheme)} are removed`)]);
  found.push(...listed(bare, scheme), ...fragments(value, scheme));
  return found.slice(0, 64);
};

const malformed = (done: string, more: Partial<Step> = {}): Step => ({ code: "signature-malformed", done, ...more });

/** The signature without inner spaces. */
const joined = (text: string, steps: readonly Step[]): readonly SignatureText[] => {
  const gaps = [...text.trim().matchAll(/\s+/g)];
  const [first] = gaps;
  if (first === undefined) return [];
  const whole = text.replace(/\s+/g, "");
  const step: Step = {
    code: "signature-altered",
    done: `the ${gaps.length === 1 ? "space" : "spaces"} inside the signature ${gaps.length === 1 ? "is" : "are"} removed (${pluralize(gaps.length, "place")}, first after ${pluralize(first.index, "character")})`,
    culprit: "line wrapping, or a copy of a wrapped line, put spaces there",
  };
  return [{ text: whole, steps: [...steps, step] }];
};

/**
 * Splits a space-separated list whose signatures themselves contain spaces, by splitting only before an item's version.
 */
const wrapped = (value: string, scheme: Scheme): readonly SignatureText[] => {
  const layout = layoutOf(scheme);
  if (layout.kind !== "versions") return [];
  const texts = value
    .split(/\s(?=[^\s,]{1,24},)/)
    .map((item) => item.trim())
    .filter((item) => item.startsWith(`${layout.version},`))
    .map((item) => item.slice(layout.version.length + 1));
  if (!texts.some((text) => /\s/.test(text))) return [];
  return texts.flatMap((text) => (/\s/.test(text) ? joined(text, []) : [{ text, steps: [] }]));
};

/** Each of several signatures in one header value, from repeated headers that were joined, or from a list. */
const listed = (value: string, scheme: Scheme): readonly SignatureText[] => {
  const layout = layoutOf(scheme);
  const header = placesName(scheme);
  if (layout.kind !== "single") return [];
  const found: SignatureText[] = [];
  for (const by of [",", ";"]) {
    const parts = value.split(by).map((part) => unquoted(part.trim()));
    if (parts.length < 2 || parts.length > 16) continue;
    const copies = parts.map((part) => readHeader(part, layout).signatures.map(unquoted)[0]);
    const count = copies.filter((copy) => copy !== undefined && isLikeSignature(copy, scheme)).length;
    for (const [at, text] of copies.entries()) {
      if (text === undefined || !isLikeSignature(text, scheme)) continue;
      const which = count === 1 ? "" : `${ordinals[at] ?? `${at + 1}th`} `;
      found.push({
        text,
        steps: [
          count > 1 && by === ","
            ? malformed(`only the ${which}of the ${count} values in ${header} is used; they are joined by commas`, {
                culprit: "the header was sent or added twice, and a proxy or framework joined the copies",
                fix: "Send the header once, and make sure no proxy adds a copy.",
              })
            : malformed(
                `everything except the ${which}signature in ${header} is removed: '${by}' separates ${pluralize(parts.length, "item")} there`,
                { culprit: "the header is a list, but the documented format is not" },
              ),
        ],
      });
    }
  }
  return found;
};

const unquoted = (text: string): string => withoutStart(withoutEnd(text, `"'`), `"'`);

const ordinals = ["first", "second", "third"];

const isLikeSignature = (text: string, scheme: Scheme): boolean => {
  const due = macLength(scheme.mac);
  return [...decodings(text, encodingOf(scheme))].some(({ bytes }) => due === undefined || bytes.length === due);
};

/** The expected format, for people. */
export const expectedForm = (scheme: Scheme): string => {
  const layout = layoutOf(scheme);
  const digits = digitsOf[encodingOf(scheme)];
  if (layout.kind !== "list") return `'${writeHeader({ ...layout, ...noFixedItems }, [digits])}'`;
  const items = Object.fromEntries((layout.items ?? []).map((name) => [name, `<${name}>`]));
  return `'${writeHeader(layout, [digits], items)}'`;
};

const noFixedItems = { beside: {} };

const digitsOf: Readonly<Record<Encoding, string>> = {
  hex: "<hex>",
  "hex-upper": "<HEX>",
  base64: "<base64>",
  base64url: "<base64url>",
  "base64url-padded": "<base64url>",
  "base64-of-hex": "<base64 of hex>",
  text: "<token>",
};

/** The documented prefix of each signature. */
const prefixOf = (scheme: Scheme): string => {
  const layout = layoutOf(scheme);
  switch (layout.kind) {
    case "single":
      return layout.prefix ?? "";
    case "pairs":
      return `${layout.key}${layout.assign ?? "="}${layout.quoted === true ? '"' : ""}`;
    case "versions":
      return `${layout.version},`;
    case "list":
    case "json":
      return "";
  }
};

/** Substrings that could be a signature in some encoding. */
const fragments = (value: string, scheme: Scheme): readonly SignatureText[] => {
  const found = new Map<string, number>();
  for (const { 0: digits, index } of value.matchAll(/(?:[A-Za-z0-9+/_-]|%[0-9A-Fa-f]{2}){8,}={0,2}/g)) {
    // Parts of a signature that is broken by a space or an ellipsis are not signatures.
    if (isPiece(value, index, digits.length, scheme)) continue;
    if (!found.has(digits)) found.set(digits, index);
    for (const length of [128, 96, 64, 40]) {
      const tail = digits.slice(-length);
      if (digits.length > length && /^[0-9a-f]+$/i.test(tail) && !found.has(tail))
        found.set(tail, index + digits.length - length);
    }
  }
  return [...found].slice(0, 24).map(([digits, index]) => ({
    text: digits,
    steps: [strayText(value.slice(0, index), value.slice(index + digits.length), scheme)],
  }));
};

const isPiece = (value: string, start: number, length: number, scheme: Scheme): boolean => {
  const whole = (macLength(scheme.mac) ?? 0) * (isHex(encodingOf(scheme)) ? 2 : 1.3);
  return (
    length < whole &&
    (/^(?:\s+[A-Za-z0-9+/]{4}|\.{2,}|\u2026|\xe2\x80\xa6)/.test(value.slice(start + length)) ||
      /[A-Za-z0-9+/]{4}(?:\s+|\.{2,}|\u2026|\xe2\x80\xa6)$/.test(value.slice(0, start)))
  );
};

/** Unexpected text before or after a signature. */
const strayText = (before: string, after: string, scheme: Scheme): Step => {
  const header = placesName(scheme);
  const due = prefixOf(scheme);
  const isDue = due !== "" && before.endsWith(due) && !/[\w-]$/.test(before.slice(0, -due.length));
  const more = before.slice(0, before.length - due.length).trim();
  if (isDue && (more !== "" || after.trim() !== "")) {
    const sides = [more === "" ? "" : "before", after.trim() === "" ? "" : "after"].filter((side) => side !== "");
    return malformed(`the text ${sides.join(" and ")} '${due}' and the signature in ${header} is removed`);
  }
  if (due === "" && before.trim() === "") return malformed(`the text after the signature in ${header} is removed`);
  return {
    code: "signature-prefix",
    done: `${header} is rewritten as ${expectedForm(scheme)}: ${before === "" ? "nothing" : `'${before.slice(0, 24)}'`} is before the signature`,
  };
};

/** Fixes by notation; other notations use the finding code's fix. */
const notationFixes: Readonly<Record<string, string>> = {
  "upper-case hex":
    "Write the digits in lower case: digest('hex'), hexdigest(), %x; in .NET Convert.ToHexString(…).ToLowerInvariant(); no toUpperCase().",
  base64url:
    "Use the plain alphabet of base64, with +, / and its padding: digest('base64'), not 'base64url'; Base64.getEncoder(), not getUrlEncoder(); b64encode(), not urlsafe_b64encode().",
  "base64 of the hex text":
    "Encode the bytes of the digest, not their hex text: digest('base64'); in PHP base64_encode(hash_hmac('sha256', $body, $secret, true)), in Python b64encode(mac.digest()).",
  "hex of the base64 text":
    "Write the digest's bytes in hex, not their base64 text: digest('hex'), bin2hex() of raw bytes.",
  "base64 without its padding": "Keep the = at the end: digest('base64'); no withoutPadding(), no trim of =.",
  "percent-encoded base64": "Put the signature into the header as it is: encodeURIComponent() is for URLs.",
  "hex with separators": 'Take the separators out: in .NET BitConverter.ToString(…).Replace("-", ""), in lower case.',
};

const names: Readonly<Record<Encoding, string>> = {
  hex: "lower-case hex",
  "hex-upper": "upper-case hex",
  base64: "base64",
  base64url: "base64url without padding",
  "base64url-padded": "base64url with padding",
  "base64-of-hex": "base64 of the hex text",
  text: "the token as it is",
};

const isHex = (encoding: Encoding): boolean => encoding === "hex" || encoding === "hex-upper";
const isUrlSafe = (encoding: Encoding): boolean => encoding.startsWith("base64url");

/** All encodings the signature may be in. */
function* decodings(text: string, encoding: Encoding): Generator<Target> {
  const exact = signatureBytes(text, encoding);
  if (exact !== undefined) yield { bytes: exact, steps: [], notation: encoding };
  const bare = withoutStart(withoutEnd(text.trim(), `"'>;,`), `"'<`);
  const stripped = bare === text ? [] : [malformed("the quotes or spaces around the signature are removed")];
  const other = (as: string, bytes: Buffer): Target => ({
    bytes,
    steps: [
      ...stripped,
      {
        code: "signature-encoding",
        done: `it is read as ${as} instead of ${names[encoding]}`,
        ...(notationFixes[as] === undefined ? {} : { fix: notationFixes[as] }),
      },
    ],
    notation: as,
  });
  const inner = bare === text ? undefined : signatureBytes(bare, encoding);
  if (inner !== undefined) yield { bytes: inner, steps: stripped, notation: encoding };
  if (/^[0-9a-f]+$/i.test(bare)) {
    const even = bare.slice(0, bare.length - (bare.length % 2));
    const bytes = Buffer.from(even, "hex");
    const base64 = bytes.toString("latin1");
    if (/^[A-Za-z0-9+/_-]{20,}={0,2}$/.test(base64))
      yield other("hex of the base64 text", Buffer.from(base64, "base64"));
    if (!isHex(encoding)) yield other("hex", bytes);
    else if (encoding === "hex" && /[A-F]/.test(bare)) yield other("upper-case hex", bytes);
    else if (encoding === "hex-upper" && /[a-f]/.test(bare)) yield other("lower-case hex", bytes);
    else yield { bytes, steps: stripped, notation: encoding };
  }
  if (/^(?:[0-9a-f]{2}[:\s-])+[0-9a-f]{2}$/i.test(bare))
    yield other("hex with separators", Buffer.from(bare.replace(/[^0-9a-f]/gi, ""), "hex"));
  const plain = /%[0-9a-f]{2}/i.test(bare) ? percentDecoded(bare) : bare;
  const spaced = plain.replaceAll(" ", "+");
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(spaced)) {
    const bytes = Buffer.from(spaced, "base64");
    const hex = bytes.toString("latin1");
    if (encoding !== "base64-of-hex" && /^[0-9a-f]{32,}$/i.test(hex) && hex.length % 2 === 0)
      yield other("base64 of the hex text", Buffer.from(hex, "hex"));
    if (spaced !== bare) yield other("percent-encoded base64", bytes);
    else if (encoding !== "base64") yield other("base64", bytes);
    else if (bytes.length % 3 !== 0 && !bare.endsWith("=") && [20, 32, 48, 64].includes(bytes.length))
      yield other("base64 without its padding", bytes);
    else yield { bytes, steps: stripped, notation: encoding };
  } else if (/^[A-Za-z0-9_-]+={0,2}$/.test(plain)) {
    const as = isUrlSafe(encoding)
      ? plain.endsWith("=")
        ? "base64url with padding"
        : "base64url without padding"
      : "base64url";
    yield other(as, Buffer.from(plain, "base64url"));
  }
}

const percentDecoded = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
