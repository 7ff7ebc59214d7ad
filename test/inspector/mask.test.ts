import { expect, test } from "vitest";
import { maskFor } from "../../src/inspector/mask.ts";
import { bodyPreview } from "../../src/inspector/parts.ts";
import { profileSchema } from "../../src/providers/schema.ts";
import type { Profile } from "../../src/providers/profile.ts";
import { readProfile } from "../../src/providers/library.ts";
import { Secret } from "../../src/values/secret.ts";

const own = (scheme: object): Profile =>
  profileSchema.parse({ id: "acme", name: "Acme", schemes: [{ name: "v1", mac: { kind: "token" }, ...scheme }] });

test.each([
  ["gitlab", "X-GitLab-Token"],
  ["telegram", "x-telegram-bot-api-secret-token"],
  ["postmark", "Authorization"],
])("the header in which %s sends its secret is masked", (id, name) => {
  const profile = readProfile(id);
  const { header } = maskFor([], profile === undefined ? [] : [profile]);
  expect(header([name, "Basic c2VjcmV0"])).toEqual({ value: "Basic ***", masked: true });
});

test("a token of a project's own platform is masked in header, query, JSON, form and as the whole body", () => {
  const token = 'to"ken-0123456789';
  expect(maskFor([], [own({ header: "X-Own" })]).header(["x-own", token]).value).toBe("***");
  expect(maskFor([], [own({ place: { query: "own key" } })]).target(`/?a=1&own+key=${token}&b`)).toBe(
    "/?a=1&own+key=***&b",
  );
  for (const [place, body] of [
    [{ json: "a.state" }, JSON.stringify({ a: { state: token } })],
    [{ json: "a.state" }, '{"a":{"state":12345}}'],
    [{ form: "state" }, new URLSearchParams({ state: token }).toString()],
    [{ body: "whole" }, token],
  ] as const) {
    const shown = maskFor([], [own({ place })])
      .bytes(Buffer.from(body))
      .toString();
    expect(shown).not.toMatch(/ken-0123456789|12345/);
    expect(shown).toContain("***");
  }
  const each = maskFor([], [own({ each: "value", place: { json: "state" } })]);
  expect(each.bytes(Buffer.from('{"value":[{"state":"token-1234"},{"x":1},{"state":"token-5678"}]}')).toString()).toBe(
    '{"value":[{"state":"**********"},{"x":1},{"state":"**********"}]}',
  );
});

test("a secret that stands where a body's preview is cut is masked", () => {
  const secret = new Secret("own", "a-secret-of-ours");
  const body = Buffer.from(`${"x".repeat(256 * 1024 - 8)}a-secret-of-ours`);
  expect(bodyPreview(body, [], maskFor([secret], [])).preview.data).not.toContain("a-secret");
});
