import { withoutEnd } from "./cut.ts";
import type { Secret } from "./secret.ts";

/** Shorter texts occur anywhere by chance. */
const shortest = 8;
const mask = "***";

/**
 * Masks a secret that a server repeats: verbatim, escaped as in URLs and JSON, in base64 and hex, and truncated at
 * either end. Secrets shorter than six bytes aren't treated as secrets, because they occur by chance.
 */
export const withoutSecret = (text: string, secret: Secret | undefined): string => {
  if (secret === undefined) return text;
  const { plain, forms } = known.get(secret) ?? remembered(secret);
  const whole = forms.reduce((all, form) => all.replaceAll(form, mask), text);
  return plain.length < 2 * shortest ? whole : withoutPieces(whole, plain);
};

interface Forms {
  readonly plain: string;
  /** The secret's forms, longest first; empty if it is too short to be a secret. */
  readonly forms: readonly string[];
}

/** Cached, because a listener masks texts of every request. */
const known = new WeakMap<Secret, Forms>();

const remembered = (secret: Secret): Forms => {
  const made = formsOf(secret.reveal());
  known.set(secret, made);
  return made;
};

const formsOf = (bytes: Buffer): Forms => {
  if (bytes.length < 6) return { plain: "", forms: [] };
  const plain = bytes.toString("utf8");
  const json = JSON.stringify(plain).slice(1, -1);
  const forms = [
    plain,
    json,
    json.replaceAll("/", "\\/"),
    encodeURIComponent(plain),
    // Without the last characters, which depend on what follows.
    withoutEnd(bytes.toString("base64"), "=").slice(0, -1),
    bytes.toString("base64url").slice(0, -1),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
  ].filter((form) => form === plain || form.length >= shortest);
  return { plain, forms: forms.toSorted((a, b) => b.length - a.length) };
};

/** Replaces text that matches the beginning or end of the secret, as far as it matches. */
const withoutPieces = (text: string, plain: string): string => {
  let rest = text;
  for (const [piece, grows] of [
    [plain.slice(0, shortest), 1],
    [plain.slice(-shortest), -1],
  ] as const) {
    let masked = "";
    for (let at = rest.indexOf(piece); at >= 0; at = rest.indexOf(piece)) {
      let [start, end] = [at, at + shortest];
      if (grows === 1) while (end < rest.length && rest[end] === plain[end - start]) end++;
      else while (start > 0 && rest[start - 1] === plain[plain.length - (end - start) - 1]) start--;
      masked += rest.slice(0, start) + mask;
      rest = rest.slice(end);
    }
    rest = masked + rest;
  }
  return rest;
};
