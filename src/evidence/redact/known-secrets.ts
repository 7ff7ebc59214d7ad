import type { Secret } from "../../values/secret.ts";
import { formsOf, shortSecret } from "./known.ts";
import { escapeRegExp } from "./names.ts";

/** The secrets that are known, as text may hold them. */
interface KnownSecrets {
  readonly test: (text: string) => boolean;
  /** Whether text holds a secret in an encoded form only. */
  readonly within: (text: string) => boolean;
  readonly pattern: RegExp;
  /** The secret itself for any of its forms, so that all forms share one token. */
  readonly canonical: (match: string) => string;
}

/** Looks for secrets in all their forms; undefined where there is none. */
export const knownSecrets = (secrets: readonly Secret[]): KnownSecrets | undefined => {
  const owners = new Map<string, string>();
  for (const secret of secrets)
    for (const form of formsOf(secret)) if (!owners.has(form)) owners.set(form, secret.reveal().toString("latin1"));
  if (owners.size === 0) return undefined;
  const forms = [...owners.keys()].toSorted((a, b) => b.length - a.length);
  const source = forms.map((form) =>
    form.length < shortSecret ? `(?<![A-Za-z0-9_.-])${escapeRegExp(form)}(?![A-Za-z0-9_.-])` : escapeRegExp(form),
  );
  const pattern = new RegExp(source.join("|"), "g");
  const plain = secrets.map((secret) => secret.reveal().toString("utf8").trim());
  const test = (text: string): boolean => text.search(pattern) >= 0;
  return {
    pattern,
    test,
    within: (text) => test(text) && !plain.some((one) => text.includes(one)),
    canonical: (match) => owners.get(match) ?? match,
  };
};
