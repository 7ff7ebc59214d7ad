import type { Secret } from "../values/secret.ts";
import { formsOf, shortSecret } from "./redact/known.ts";

/** A secret (by its label) found in a file. Never the value. */
interface Leak {
  readonly what: string;
  readonly file: string;
}

/**
 * Searches files for every form of every known secret, and for the credentials that the rules found elsewhere. This is
 * a second, independent check: it shares no pattern matching with the redactor.
 * @param found credentials that were masked somewhere; none may occur anywhere
 */
export const scanFiles = (
  files: readonly { readonly name: string; readonly data: Buffer }[],
  secrets: readonly Secret[],
  found: readonly string[] = [],
): readonly Leak[] => {
  const wanted = [
    ...secrets.flatMap((secret) => formsOf(secret).map((form) => ({ what: secret.label, form }))),
    ...found.map((form) => ({ what: "a credential found by a rule", form })),
  ].map(({ what, form }) => ({
    what,
    form,
    bytes: [Buffer.from(form, "utf8"), Buffer.from(form, "latin1"), Buffer.from(form, "utf16le")],
  }));
  const leaks: Leak[] = [];
  for (const { name, data } of files) {
    for (const { what, form, bytes } of wanted) {
      if (
        bytes.some((needle) => holds(data, needle, form.length < shortSecret)) ||
        holds(Buffer.from(name), Buffer.from(form), form.length < shortSecret)
      ) {
        if (!leaks.some((leak) => leak.what === what && leak.file === name)) leaks.push({ what, file: name });
      }
    }
  }
  return leaks;
};

/** Short secrets only match whole words: `test` occurs in half of all texts. */
const holds = (data: Buffer, needle: Buffer, asWord: boolean): boolean => {
  for (let at = data.indexOf(needle); at >= 0; at = data.indexOf(needle, at + 1)) {
    if (!asWord) return true;
    if (!isWordByte(data[at - 1]) && !isWordByte(data[at + needle.length])) return true;
  }
  return false;
};

const isWordByte = (byte: number | undefined): boolean =>
  byte !== undefined && /[A-Za-z0-9_.-]/.test(String.fromCharCode(byte));
