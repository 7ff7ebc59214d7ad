import { unescapedEntities } from "../values/entities.ts";
import { utf8Text } from "../request/request.ts";
import { withoutEnd, withoutStart } from "../values/cut.ts";
import type { Reading } from "./keys.ts";
import type { Step } from "./types.ts";

/** A mistake made when copying a secret into a configuration, and how to undo it. */
interface PasteMistake {
  readonly cost: number;
  readonly code: Extract<Step["code"], `secret-${string}`>;
  /** Completes "the signature matches once …". */
  readonly done: string;
  readonly culprit: string;
  readonly fix: string;
  /** The original secret; unchanged if the mistake wasn't made. */
  readonly undo: (text: string) => string;
}

const mistake =
  (code: PasteMistake["code"]) =>
  (cost: number, done: string, culprit: string, fix: string, undo: PasteMistake["undo"]): PasteMistake => ({
    cost,
    code,
    done,
    culprit,
    fix,
    undo,
  });

const encoding = mistake("secret-encoding");
const whitespace = mistake("secret-whitespace");

const retype = "Copy the secret with the platform's copy button, or retype it; store it with nothing around it.";

/** Characters that look like spaces or are invisible. */
const odd = /[\u00a0\u00ad\u061c\u115f\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]/g;

const typeset: Readonly<Record<string, string>> = {
  "\u2010": "-",
  "\u2011": "-",
  "\u2012": "-",
  "\u2013": "-",
  "\u2014": "--",
  "\u2015": "--",
  "\u2018": "'",
  "\u2019": "'",
  "\u201a": "'",
  "\u201c": '"',
  "\u201d": '"',
  "\u201e": '"',
  "\u2026": "...",
  "\u2212": "-",
};
const typesetPattern = new RegExp(`[${Object.keys(typeset).join("")}]`, "g");

const accidents: readonly PasteMistake[] = [
  encoding(
    2,
    "'v1,' is removed from the secret",
    "Supabase and others show their secret with a version in front: v1,whsec_…",
    "Give the verifier the part after 'v1,': whsec_ and the base64.",
    (text) => text.replace(/^v\d[a-z]?,\s*(?=\S)/, ""),
  ),
  encoding(
    2,
    "the word before the secret is removed",
    "a copy of a whole Authorization header, or of a line of a page",
    "Store only the secret, without Bearer, Token, Basic or a label before it.",
    (text) =>
      text.replace(
        /^(?:(?:bearer|basic|token|apikey|secret|signing secret|webhook secret|key)(?:\s*[:=]\s+|\s+)|[A-Za-z][\w .-]{1,40}:\s*)(?=\S.{5})/i,
        "",
      ),
  ),
  encoding(
    3,
    "the secret's HTML entities are decoded",
    "copied from a page's source, or from a template that escapes its output: & as &amp;",
    "Copy the secret as the page shows it, and store it without HTML escaping.",
    unescapedEntities,
  ),
  encoding(
    3,
    "the secret's percent escapes are decoded",
    "a copy from a URL or a form: + as %2B, / as %2F",
    "Decode the secret before it is stored: decodeURIComponent(), urllib.parse.unquote().",
    (text) =>
      text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
        Buffer.from(escapes.replaceAll("%", ""), "hex").toString("latin1"),
      ),
  ),
  encoding(
    3,
    "the secret is decoded as a JSON string",
    "copied from a JSON file or an API response: \\/ for /, \\u0026 for &",
    "Take the value out with a JSON parser (jq -r .secret), not with a text editor.",
    (text) => jsonText(text) ?? text,
  ),
  encoding(
    4,
    "the backslashes before its special characters are removed",
    "quoting for a shell, make or Docker Compose that was kept: \\$ for $, $$ for $",
    "Store the secret as it is; only shell scripts need escaping.",
    (text) => text.replace(/\\([^\w\s])/g, "$1").replace(/\$\$/g, "$"),
  ),
  encoding(
    2,
    "the typographic quotes around the secret are removed",
    'a word processor, a wiki or a chat, which turns " into “ and ”',
    retype,
    (text) =>
      /^[\u2018-\u201f\u00ab\u00bb\u2039\u203a\u300c-\u300f](.+)[\u2018-\u201f\u00ab\u00bb\u2039\u203a\u300c-\u300f]$/s.exec(
        text.trim(),
      )?.[1] ?? text,
  ),
  encoding(
    3,
    "its typographic dashes, quotes and ellipses are written as -, ' and ...",
    "a word processor, wiki or chat that replaces them as you type",
    retype,
    (text) => text.replace(typesetPattern, (char) => typeset[char] ?? char),
  ),
  encoding(
    3,
    "the brackets around the secret are removed",
    "a placeholder such as <secret> or {secret} whose brackets were kept",
    "Replace the whole placeholder, brackets included.",
    (text) => {
      const whole = text.trim();
      if (/^\{.*\}$/s.test(whole)) return withoutStart(withoutEnd(whole, "}"), "{");
      return /^(?:<.+>|\[.+\]|\(.+\))$/s.test(whole) ? whole.slice(1, -1) : text;
    },
  ),
  encoding(
    3,
    "the comma, semicolon or full stop after the secret is removed",
    "a copy of a line of code or of a sentence",
    retype,
    (text) => text.replace(/[,;.]\s*$/, ""),
  ),
  encoding(
    4,
    "the comment after the secret is removed",
    "a .env parser that does not support comments after a value",
    "Put the comment on a line of its own.",
    (text) => {
      const at = text.search(/\s(?:#|\/\/)/);
      return at === -1 ? text : text.slice(0, at).trimEnd();
    },
  ),
  encoding(
    3,
    "0x is removed from the secret",
    "a language or database that writes hex with 0x",
    "Store only the hex digits.",
    (text) => text.replace(/^0x(?=(?:[0-9a-f]{2})+$)/i, ""),
  ),
  whitespace(
    2,
    "the no-break spaces and zero-width characters in the secret are removed",
    "copied from a page, PDF or chat; editors do not show them",
    "Copy the secret with the platform's copy button, or retype it, and check its bytes: printf '%s' \"$SECRET\" | od -c.",
    (text) => text.replace(odd, ""),
  ),
  ...(["NFC", "NFD", "NFKC", "NFKD"] as const).map((form) =>
    encoding(
      4,
      `the secret is normalized to Unicode form ${form}`,
      "macOS, an input method or a database that writes é as two characters, or full-width letters for plain ones",
      "Normalize the secret the same way on both sides, or better, use only ASCII characters.",
      (text) => text.normalize(form),
    ),
  ),
];

const jsonText = (text: string): string | undefined => {
  const inner = /^".*"$/s.test(text.trim()) ? text.trim() : `"${text}"`;
  if (!inner.includes("\\")) return undefined;
  try {
    return String(JSON.parse(inner));
  } catch {
    return undefined;
  }
};

/** Longer texts aren't secrets. */
const maxSecret = 4096;

/** Yields what the secret may have been before it was pasted. */
export function* pastedSecrets(secret: Buffer): Generator<Reading> {
  const text = utf8Text(secret);
  if (text === undefined) {
    // A Latin-1 file with non-ASCII characters.
    yield charset("its Latin-1 is written as UTF-8", Buffer.from(secret.toString("latin1")));
    return;
  }
  if (text.length > maxSecret) return;
  for (const { undo, cost, code, done, culprit, fix } of accidents) {
    const before = undo(text);
    if (before !== text && before !== "")
      yield { cost, steps: [{ code, done, culprit, fix }], bytes: Buffer.from(before) };
  }
  if (/[^\0-\x7f]/.test(text) && !/[^\0-\xff]/.test(text)) {
    const done = "its UTF-8 is written as Latin-1, which undoes é as Ã©, or matches what the signer did";
    yield charset(done, Buffer.from(text, "latin1"));
  }
}

const charset = (done: string, bytes: Buffer): Reading => ({
  cost: 4,
  steps: [
    {
      code: "secret-encoding",
      done: `the secret is read in another charset: ${done}`,
      culprit: "a file or terminal with a charset other than UTF-8",
      fix: "Use only ASCII characters in the secret, or UTF-8 everywhere.",
    },
  ],
  bytes,
});
