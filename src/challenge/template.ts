import { createHmac } from "node:crypto";
import type { Challenge } from "../providers/profile.ts";
import { freshText } from "../providers/samples.ts";
import type { Secret } from "../values/secret.ts";

/** Values for a challenge's placeholders. */
export type PlaceholderValues = Readonly<Partial<Record<"challenge" | "token" | "hmac", string>>>;

/** Fills in placeholders; those without a value are left unchanged. */
export const filledText = (text: string, fillings: PlaceholderValues): string =>
  text.replace(/\{(challenge|token|hmac)\}/g, (whole, name: keyof PlaceholderValues) => fillings[name] ?? whole);

/** Fills in the strings of a JSON text and leaves the rest unchanged. */
export const filledJson = (template: string, fill: (text: string) => string): string =>
  template.replace(/"[^"\\]*"/g, (quoted) => JSON.stringify(fill(quoted.slice(1, -1))));

/** Whether a template's text has a placeholder. */
export const varies = (text: string): boolean => /\{[a-z][a-z0-9]*\}/.test(text);

/** Whether a challenge, or its response, is signed with the secret. */
export const needsSecret = ({ hmac, request }: Challenge): boolean => hmac !== undefined || request.signed === true;

const places = ({ query = [], headers = [], json = "" }: Challenge["request"]): readonly string[] => [
  ...[...query, ...headers].map(([, value]) => value),
  json,
];

/** Whether a challenge carries the token agreed on with the platform. */
export const needsToken = ({ request }: Challenge): boolean => places(request).some((text) => text.includes("{token}"));

/** The value for a challenge's `{hmac}`; undefined if it has none. */
export const hmacOf = (
  { hmac }: Challenge,
  value: string,
  secret: Secret,
  encoding?: "hex" | "base64",
): string | undefined =>
  hmac === undefined
    ? undefined
    : createHmac(hmac.hash, secret.reveal())
        .update(value, "utf8")
        .digest(encoding ?? hmac.encoding);

/** A random challenge value. Platforms that hand over the secret in the challenge get the given secret. */
export const newValue = (
  { challenge }: Challenge,
  secret: Secret | undefined,
  randomBytes: (size: number) => Buffer,
): string => {
  const form = challenge === "{secret}" && secret === undefined ? "{hex64}" : challenge;
  return form === "{secret}" && secret !== undefined
    ? secret.reveal().toString("latin1")
    : freshText(form, randomBytes);
};
