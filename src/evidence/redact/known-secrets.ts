import { withoutEnd } from "../../values/cut.ts";
import { utf8Text } from "../../request/request.ts";
import type { Secret } from "../../values/secret.ts";
import { base32, minPartLength, formsOf, shortSecret, variantsOf, utf16Of } from "./known.ts";
import { escapeRegExp } from "./names.ts";
import { identityView, hexDigits, numbers, unescapedView, unquotedView } from "./views.ts";
import type { View } from "./views.ts";

/** A known secret found in a text, in any spelling. */
export interface Found {
  readonly start: number;
  readonly end: number;
  /** The secret itself, so that all its forms share one token. */
  readonly secret: string;
}

/** A search for known secrets. */
export interface KnownSecrets {
  readonly find: (text: string) => readonly Found[];
  /** Finds secrets as characters only, escaped or not; encoded bytes are decoded elsewhere and masked whole. */
  readonly findText: (text: string) => readonly Found[];
  readonly test: (text: string) => boolean;
  /** Whether text holds a secret in an encoded form only. */
  readonly within: (text: string) => boolean;
}

/** Looks for secrets in all their forms; undefined where there is none. */
export const knownSecrets = (secrets: readonly Secret[]): KnownSecrets | undefined => {
  const texts = needles(secrets, ["text"]);
  const encoded = needles(secrets, ["base64", "base32"]);
  const hex = needles(secrets, ["hex"]);
  const bytes = needles(secrets, ["bytes"]);
  if (texts === undefined) return undefined;
  const plain = secrets.map((secret) => secret.reveal().toString("utf8").trim()).filter((text) => text !== "");
  const findText = (text: string): readonly Found[] => merged(viewsOf(text).flatMap((view) => texts(view)));
  const find = (text: string): readonly Found[] =>
    merged([
      ...viewsOf(text).flatMap((view) => [...texts(view), ...(encoded?.(view) ?? [])]),
      ...(hex?.(hexDigits(identityView(text)) ?? identityView(text)) ?? []),
      ...numbers(text).flatMap((view) => bytes?.(view) ?? []),
    ]);
  const test = (text: string): boolean => find(text).length > 0;
  return { find, findText, test, within: (text) => test(text) && !plain.some((one) => text.includes(one)) };
};

/** A text unchanged, unescaped once, and unescaped twice, and each of these also decoded from quoted-printable. */
const viewsOf = (text: string): readonly (View | undefined)[] => {
  const once = unescapedView(identityView(text));
  const twice = once === undefined ? undefined : unescapedView(once);
  const plain = [identityView(text), once, twice];
  return [...plain, ...plain.map((view) => (view === undefined ? undefined : unquotedView(view)))];
};

type Kind = "text" | "base64" | "base32" | "hex" | "bytes";

interface Needle {
  /** What to search for: the whole form, or a part of a long one. */
  readonly part: string;
  /** The whole form and where the part begins in it: around a found part, as much of the whole as matches is masked. */
  readonly whole: string;
  readonly offset: number;
  readonly asWord: boolean;
  readonly secret: string;
}

/** A search for all secrets in some kinds of forms; undefined where there is nothing to look for. */
const needles = (
  secrets: readonly Secret[],
  kinds: readonly Kind[],
): ((view: View | undefined) => readonly Found[]) | undefined => {
  const byPart = new Map<string, Needle>();
  const ignoreCase = kinds.includes("hex");
  for (const secret of secrets)
    for (const needle of needlesOf(secret, kinds)) if (!byPart.has(needle.part)) byPart.set(needle.part, needle);
  if (byPart.size === 0) return undefined;
  const source = [...byPart.values()]
    .toSorted((a, b) => b.part.length - a.part.length)
    .map(({ part, asWord }) =>
      asWord ? `(?<![A-Za-z0-9_.-])${escapeRegExp(part)}(?![A-Za-z0-9_.-])` : escapeRegExp(part),
    )
    .join("|");
  const pattern = new RegExp(source, ignoreCase ? "gi" : "g");
  return (view) => {
    if (view === undefined || view.text.search(pattern) < 0) return [];
    const found: Found[] = [];
    for (const match of view.text.matchAll(pattern)) {
      const needle = byPart.get(ignoreCase ? match[0].toLowerCase() : match[0]);
      if (needle === undefined) continue;
      const { whole, offset, part, secret } = needle;
      let from = match.index;
      let to = from + part.length;
      for (let at = offset - 1; at >= 0 && from > 0 && view.text[from - 1] === whole[at]; at--) from--;
      for (let at = offset + part.length; at < whole.length && view.text[to] === whole[at]; at++) to++;
      const [start, end] = view.source(from, to);
      found.push({ start, end, secret });
    }
    return found;
  };
};

const needlesOf = (secret: Secret, kinds: readonly Kind[]): readonly Needle[] => {
  const bytes = secret.reveal();
  const own = bytes.toString("latin1");
  if (bytes.length < shortSecret)
    return kinds.includes("text")
      ? formsOf(secret).map((form) => ({
          part: form,
          whole: form,
          offset: 0,
          asWord: form.length < shortSecret,
          secret: own,
        }))
      : [];
  return variantsOf(bytes)
    .flatMap((variant) => kinds.flatMap((kind) => spellings(variant, kind)))
    .flatMap(({ whole, least }) =>
      partsOf(whole, least).map((part) => ({ ...part, whole, asWord: false, secret: own })),
    );
};

/** A form, and how many of its characters are enough to reveal the secret. */
interface Spelling {
  readonly whole: string;
  readonly least: number;
}

const spellings = (bytes: Buffer, kind: Kind): readonly Spelling[] => {
  const all = [bytes, ...utf16Of(bytes)];
  switch (kind) {
    case "text": {
      const text = utf8Text(bytes);
      const latin1 = bytes.toString("latin1");
      const forms = text === undefined ? [latin1] : [text, latin1, text.replaceAll(" ", "+")];
      return [...new Set(forms)].map((whole) => ({ whole, least: minPartLength }));
    }
    case "hex":
      return all.map((one) => ({ whole: one.toString("hex"), least: minPartLength * 2 }));
    case "bytes":
      return all.map((one) => ({ whole: one.toString("latin1"), least: minPartLength }));
    case "base64":
      return all
        .flatMap((one) => [0, 2, 1].map((skip) => one.subarray(skip)))
        .flatMap((part) => [withoutEnd(part.toString("base64"), "="), part.toString("base64url")])
        .map((whole) => ({ whole, least: 24 }));
    case "base32":
      return [0, 1, 2, 3, 4]
        .map((skip) => base32(bytes.subarray(skip)))
        .flatMap((whole) => [whole, whole.toLowerCase()])
        .map((whole) => ({ whole, least: 32 }));
  }
};

/** The last characters of base64 and base32 depend on what follows, so short forms are searched for without them. */
const partsOf = (whole: string, least: number): readonly Pick<Needle, "part" | "offset">[] => {
  if (whole.length <= least) {
    const part =
      least === 24
        ? whole.slice(0, Math.floor((whole.length * 3) / 4 / 3) * 4)
        : least === 32
          ? whole.slice(0, Math.floor(whole.length / 8) * 8)
          : whole;
    return part.length < shortSecret ? [] : [{ part, offset: 0 }];
  }
  // Parts from the middle of a long secret (a private key) are searched for too.
  const middles = Array.from({ length: Math.floor((whole.length - least) / 200) }, (_, at) => (at + 1) * 200 - least);
  return [0, ...middles, whole.length - least].map((offset) => ({ part: whole.slice(offset, offset + least), offset }));
};

/** Sorts the finds and merges overlapping ones. */
const merged = (found: readonly Found[]): readonly Found[] => {
  const out: Found[] = [];
  for (const one of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = out.at(-1);
    if (last === undefined || one.start >= last.end) out.push(one);
    else if (one.end > last.end) out[out.length - 1] = { ...last, end: one.end };
  }
  return out;
};
