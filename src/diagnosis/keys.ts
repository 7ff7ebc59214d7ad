import { createHash } from "node:crypto";
import type { Hash, KeyForm } from "../providers/profile.ts";
import type { Secret } from "../values/secret.ts";
import { keyBytes } from "../signature/key.ts";
import { pastedSecrets } from "./pasted.ts";
import type { Step } from "./types.ts";
import { withoutEnd as trimmedEnd, withoutStart } from "../values/cut.ts";

/** A possible key: a secret in one interpretation. */
export interface KeyVariant {
  readonly cost: number;
  readonly steps: readonly Step[];
  readonly secret: Secret;
  /** The secret's text, for schemes that hash it with the content. */
  readonly text: Buffer;
  readonly key: Buffer;
}

export interface Reading {
  readonly cost: number;
  readonly steps: readonly Step[];
  readonly bytes: Buffer;
}

/**
 * All keys that the secrets may mean, likeliest first. Empty keys are excluded because a match would prove nothing.
 * @param others known secrets that weren't given, such as stored ones or those of the other direction
 */
export const keyVariants = (
  given: readonly Secret[],
  others: readonly Secret[],
  form: KeyForm,
  keyHash?: Hash,
): readonly KeyVariant[] => {
  const variants = new Map<string, KeyVariant>();
  const add = (variant: KeyVariant): void => {
    if (keyHash === undefined || variant.key.length === 0) return addOne(variant);
    addOne({ ...variant, key: createHash(keyHash).update(variant.key).digest() });
    const done = `the secret itself is the key, not its ${keyHash.toUpperCase()}`;
    addOne({ ...variant, cost: variant.cost + 2, steps: [...variant.steps, { code: "secret-encoding", done }] });
  };
  const addOne = (variant: KeyVariant): void => {
    const id = variant.key.toString("latin1");
    const existing = variants.get(id);
    if (variant.key.length > 0 && (existing === undefined || existing.cost > variant.cost)) variants.set(id, variant);
  };
  const groups = [
    ...given.map((secret) => ({ secret, cost: 0, steps: [] })),
    ...others.map((secret) => ({
      secret,
      cost: 2,
      steps: [{ code: "secret-other", done: `another known secret is used: ${secret.label}` } as const],
    })),
  ];
  for (const { secret, cost, steps } of groups) {
    const text = secret.reveal();
    const documented = keyBytes(text, form);
    if (!("unusable" in documented)) add({ cost, steps, secret, text, key: documented });
    for (const outer of textsOf(text)) {
      // If nothing of the secret is left, the key would consist of padding only.
      if (outer.bytes.length === 0) continue;
      for (const inner of formsOf(outer.bytes, form)) {
        const found = { cost: cost + outer.cost + inner.cost, steps: [...steps, ...outer.steps, ...inner.steps] };
        add({ ...found, secret, text: inner.bytes, key: inner.bytes });
        const ended = inner.cost > 0 && outer.cost === 0 ? withoutEnd(inner.bytes) : undefined;
        if (ended !== undefined) {
          const end: Step = {
            code: "secret-whitespace",
            done: "the newline at the end of its decoded value is removed",
          };
          add({ cost: found.cost + 1, steps: [end, ...found.steps], secret, text: ended, key: ended });
        }
      }
    }
  }
  return [...variants.values()].toSorted((a, b) => a.cost - b.cost);
};

/** The cause and fix of one reading, if those of its finding code don't fit. */
type Why = Required<Pick<Step, "culprit" | "fix">>;

const reading =
  (code: "secret-whitespace" | "secret-encoding") =>
  (cost: number, done: string, bytes: Buffer, why?: Why): Reading => ({ cost, steps: [{ code, done, ...why }], bytes });

const whitespace = reading("secret-whitespace");
const encoding = reading("secret-encoding");

const quotes: Why = {
  culprit: "docker --env-file and some CI settings keep the quotes of a .env file",
  fix: "Store the secret without quotes around it.",
};
const signersQuotes: Why = {
  culprit: quotes.culprit,
  fix: "At the signer: store the secret without quotes around it.",
};
const wholeLine: Why = {
  culprit: "a line of a .env file was copied whole",
  fix: "Store only what stands after NAME=.",
};
const inside: Why = {
  culprit: "a copy from a page or terminal that had wrapped the secret",
  fix: "Store the secret on one line, without whitespace inside.",
};
const writtenBreak: Why = {
  culprit: "a \\n that was not read as a line break, as in single quotes",
  fix: "Remove the \\n from the end of the secret.",
};
const hexKey: Why = {
  culprit: "some platforms use the secret as text, others as hex",
  fix: "Use the key as the platform documents it: as text, or as Buffer.from(secret, 'hex').",
};
const letterCase: Why = {
  culprit: "a tool printed the hex digits in the other case, and the secret is used as text",
  fix: "Store the secret exactly as the platform shows it.",
};
const decodedBefore: Why = {
  culprit: "the secret was decoded before it was stored, but the platform uses it as displayed",
  fix: "Store the secret exactly as the platform shows it, without decoding it.",
};

/** Whitespace (Latin-1) and NUL around a secret. */
const blanks = " \t\n\v\f\r\0\u00a0";

const withoutWrittenBreaks = (text: string): string => {
  let end = text.length;
  while (/^\\[rn]$/.test(text.slice(Math.max(0, end - 2), end))) end -= 2;
  return text.slice(0, end);
};

/**
 * The secret's text without characters that were copied by accident, or with characters that the signer copied by
 * accident.
 */
function* textsOf(secret: Buffer): Generator<Reading> {
  const text = secret.toString("latin1");
  yield { cost: 0, steps: [], bytes: secret };
  yield* pasted(secret);
  const trimmed = withoutStart(trimmedEnd(text, blanks), blanks);
  const bytes = (value: string): Buffer => Buffer.from(value, "latin1");
  if (trimmed !== text) {
    const done = /^\s|[^\S\r\n]$|\0/.test(text)
      ? "the whitespace around the secret is removed"
      : "the newline at the end of the secret is removed";
    yield whitespace(2, done, bytes(trimmed));
  }
  for (const [cost, end, words] of [
    [2, "\n", "a newline at its end"],
    [3, "\r\n", "a CRLF at its end"],
    [3, " ", "a space at its end"],
    [4, "\r", "a carriage return at its end"],
    [4, "\t", "a tab at its end"],
    [5, "\n\n", "two newlines at its end"],
    [5, "\0", "a NUL byte at its end"],
  ] as const) {
    yield whitespace(cost, `the secret is used with ${words}, as the signer did`, bytes(text + end));
    if (trimmed !== text) {
      yield whitespace(cost + 1, `the secret is used with ${words} only, as the signer did`, bytes(trimmed + end));
    }
  }
  yield whitespace(4, "the secret is used with a space before it, as the signer did", bytes(` ${text}`));
  if (text.startsWith("\xef\xbb\xbf"))
    yield whitespace(3, "the byte order mark before the secret is removed", bytes(text.slice(3)));
  if (/\s/.test(trimmed))
    yield whitespace(4, "the whitespace inside the secret is removed", bytes(text.replace(/\s+/g, "")), inside);
  if (/\\[rn]$/.test(text))
    yield whitespace(3, "the \\n written at its end is removed", bytes(withoutWrittenBreaks(text)), writtenBreak);
  const unquoted = /^(["'`])(.*)\1$/s.exec(trimmed)?.[2];
  if (unquoted !== undefined) yield encoding(2, "the quotes around the secret are removed", bytes(unquoted), quotes);
  const value = /^(?:export\s+)?[A-Za-z_]\w*=(["']?)([^=].*)\1$/s.exec(trimmed)?.[2];
  if (value !== undefined) yield encoding(3, "the name and = before the secret are removed", bytes(value), wholeLine);
  yield encoding(
    4,
    "the secret is used with the quotes around it, as the signer did",
    bytes(`"${trimmed}"`),
    signersQuotes,
  );
  yield encoding(
    5,
    "the secret is used with single quotes around it, as the signer did",
    bytes(`'${trimmed}'`),
    signersQuotes,
  );
}

/** Undoes one or two copy-and-paste accidents. */
function* pasted(secret: Buffer): Generator<Reading> {
  for (const one of pastedSecrets(secret)) {
    yield one;
    for (const two of pastedSecrets(one.bytes)) {
      // The same accident twice is unlikely.
      if (two.steps[0]?.done !== one.steps[0]?.done)
        yield { cost: one.cost + two.cost, steps: [...one.steps, ...two.steps], bytes: two.bytes };
    }
  }
}

/** Interpretations of a text as key bytes. */
function* formsOf(text: Buffer, form: KeyForm): Generator<Reading> {
  const chars = text.toString("latin1");
  const documented = keyBytes(text, form);
  if (!("unusable" in documented)) yield { cost: 0, steps: [], bytes: documented };
  const rest = chars.startsWith("whsec_") ? chars.slice("whsec_".length) : undefined;
  if (form !== "text")
    yield encoding(2, "the secret is used as text, not decoded", text, form === "hex" ? hexKey : undefined);
  if (rest !== undefined) {
    yield encoding(2, "whsec_ is removed from the secret and the rest used as text", Buffer.from(rest, "latin1"));
    if (form !== "whsec" && isBase64(rest)) {
      yield encoding(
        2,
        "whsec_ is removed from the secret and the rest decoded from base64",
        Buffer.from(rest, "base64"),
      );
    }
    if (/^(?:[0-9a-f]{2})+$/i.test(rest)) {
      yield encoding(3, "whsec_ is removed from the secret and the rest decoded from hex", Buffer.from(rest, "hex"));
    }
  } else {
    yield encoding(
      3,
      "whsec_ is put before the secret and all of it used as text",
      Buffer.from(`whsec_${chars}`, "latin1"),
    );
    const prefix = /^[a-z]{2,12}_(?=.{8})/.exec(chars)?.[0];
    if (prefix !== undefined) {
      yield encoding(4, `${prefix} is removed from the secret`, Buffer.from(chars.slice(prefix.length), "latin1"), {
        culprit: "with some platforms the prefix is part of the secret, with others it is not",
        fix: `Use the secret as the platform documents it, with ${prefix} or without.`,
      });
    }
  }
  if (form !== "base64" && form !== "whsec" && isBase64(chars)) {
    yield encoding(3, "the secret is decoded from base64", Buffer.from(chars, "base64"));
  }
  if (/^[A-Za-z0-9_-]+=*$/.test(chars) && /[-_]/.test(chars)) {
    yield encoding(3, "the secret is decoded from base64url", Buffer.from(chars, "base64url"));
  }
  if (form !== "hex" && /^(?:[0-9a-f]{2})+$/i.test(chars)) {
    yield encoding(3, "the secret is decoded from hex", Buffer.from(chars, "hex"), hexKey);
    yield encoding(
      4,
      "the secret's hex digits are in lower case",
      Buffer.from(chars.toLowerCase(), "latin1"),
      letterCase,
    );
    yield encoding(
      4,
      "the secret's hex digits are in upper case",
      Buffer.from(chars.toUpperCase(), "latin1"),
      letterCase,
    );
  }
  yield encoding(4, "the key is the base64 text of the secret", Buffer.from(text.toString("base64")), decodedBefore);
  yield encoding(4, "the key is the hex text of the secret", Buffer.from(text.toString("hex")), decodedBefore);
}

/** Undoes `echo secret | base64`: removes the trailing line feed. */
const withoutEnd = (bytes: Buffer): Buffer | undefined =>
  bytes.at(-1) === 0x0a && /^[\x20-\x7e]+\r?\n$/.test(bytes.toString("latin1"))
    ? bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1)
    : undefined;

const isBase64 = (text: string): boolean => /^[A-Za-z0-9+/]{4,}={0,2}$/.test(text);
