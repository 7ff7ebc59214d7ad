import fc from "fast-check";
import { expect, test } from "vitest";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { profileSchema } from "../../src/providers/schema.ts";
import { setValueAt } from "../../src/providers/place.ts";
import type { Place } from "../../src/providers/profile.ts";
import type { WebhookRequest } from "../../src/request/request.ts";
import { Secret } from "../../src/values/secret.ts";

// Tokens that are not the secret, of every look: nothing about them can be proved.

const schemes: readonly { readonly place: Place; readonly mac: object; readonly layout?: object }[] = [
  { place: { header: "X-Token" }, mac: { kind: "token" } },
  { place: { header: "Authorization" }, mac: { kind: "token" }, layout: { kind: "single", prefix: "Bearer " } },
  { place: { header: "Authorization" }, mac: { kind: "basic" } },
  { place: { query: "key" }, mac: { kind: "token" } },
  { place: { json: "key" }, mac: { kind: "token" } },
];
const profiles = schemes.map((scheme) => ({
  place: scheme.place,
  profile: profileSchema.parse({ id: "p", name: "P", schemes: [{ name: "t", ...scheme }] }),
}));

const looks = fc.oneof(
  fc.stringMatching(/^[ -~]{1,24}$/),
  fc.stringMatching(/^[0-9a-f]{1,40}$/),
  fc.stringMatching(/^[A-Za-z0-9+/]{1,20}={0,2}$/),
  fc.stringMatching(/^(?:whsec_|Basic |Bearer |0x|v1=|sha256=)?[A-Za-z0-9=:%"' -]{0,12}$/),
  fc.constantFrom(
    "=",
    "==",
    "%",
    '""',
    "''",
    " ",
    "-",
    "_",
    "0x",
    "whsec_",
    ":",
    "a:",
    ":b",
    "Basic ",
    "Bearer =",
    "%20",
  ),
);

/** What differs by more than what is told of: quotes, blanks, notations and the like. */
const core = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** That it is another token, or none at all. */
const seen: ReadonlySet<string> = new Set(["secret-other", "signature-malformed", "signature-missing"]);

const isLike = (a: string, b: string): boolean => (a === "" || b === "" ? a === b : a.includes(b) || b.includes(a));

/** What a secret decodes to: a token that is one of these is rightly told as that. */
const decodings = (secret: string): readonly string[] => {
  const bytes = (["base64", "hex"] as const).map((encoding) => Buffer.from(secret, encoding).toString("latin1"));
  const percent = secret.replaceAll(/%([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return [...bytes, percent].map((text) => text.trim());
};

test("a wrong token is proved to be nothing else", () => {
  fc.assert(
    fc.property(fc.constantFrom(...profiles), looks, looks, ({ place, profile }, secret, token) => {
      fc.pre(token !== "" && !token.includes(secret.trim()) && !isLike(core(secret), core(token)));
      fc.pre(!decodings(secret).includes(token.trim()));
      const bare = { method: "POST", target: "/", headers: [], body: Buffer.from('{"key":""}') };
      const request = setValueAt<WebhookRequest>(bare, place, token);
      if (request === undefined) return;
      const verdict = diagnose(request, profile, [new Secret("s", secret)], { at: 0 });
      const proved = verdict.findings.filter(({ certain, code }) => certain && !seen.has(code));
      expect([verdict.valid, proved.map(({ code, message }) => `${code}: ${message}`)]).toEqual([false, []]);
    }),
    { seed: 20261130, numRuns: 500, examples: profiles.slice(0, 1).map((one) => [one, "''", "whsec_"]) },
  );
});
