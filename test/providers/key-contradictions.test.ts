import { expect, test } from "vitest";
import { contradictionsIn } from "../../src/providers/contradiction.ts";
import { schemeSchema } from "../../src/providers/schema.ts";
import { keyRows } from "./key-rows.ts";

const found = (scheme: object): string | undefined => {
  const [one] = contradictionsIn(schemeSchema.parse({ name: "one", ...scheme }));
  return one === undefined ? undefined : `${one.path.join(".")}: ${one.message}`;
};

test("the rows' own profiles agree with themselves", () => {
  for (const { schemes } of keyRows) for (const scheme of schemes) expect(found(scheme as object)).toBeUndefined();
});

const rs256 = { kind: "jws", algorithm: "RS256" };

test.each([
  [{ header: "X", mac: rs256, content: ["body"] }, /^content: must be left out for a token with claims/],
  [{ header: "X", mac: { ...rs256, payload: "detached" } }, /^content: is empty/],
  // The body beside such a token would be anybody's.
  [{ header: "X", mac: { ...rs256, payload: "content" }, content: ["body"] }, /^mac\.payload: is "content"/],
  [{ place: { body: "whole" }, mac: rs256 }, /^place: is the whole body/],
  [
    {
      header: "X",
      mac: { kind: "hmac", hash: "sha256", key: "text" },
      content: ["body"],
      keys: { url: "https://x.example/k" },
    },
    /^keys: are public keys/,
  ],
  [
    { header: "X", mac: { kind: "jws", algorithm: "HS256" }, keys: { url: "https://x.example/k" } },
    /^keys: are public keys/,
  ],
  [
    {
      header: "X",
      mac: { kind: "rsa", hash: "sha256", padding: "pkcs1" },
      content: ["body"],
      keys: { in: { header: "C" }, hosts: ["api.x.com", "api.*.com"] },
    },
    /^keys\.hosts\.1: has a \* in its last two labels/,
  ],
])("what does not go together is refused: %j", (scheme, message) => {
  expect(found(scheme)).toMatch(message);
});
