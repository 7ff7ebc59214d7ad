import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { contradictionsIn } from "../../../src/providers/contradiction.ts";
import { schemesOf } from "../../../src/providers/profile.ts";
import type { Profile } from "../../../src/providers/profile.ts";
import { profileSchema } from "../../../src/providers/schema.ts";
import { originForm } from "../../../src/request/request.ts";
import type { WebhookRequest } from "../../../src/request/request.ts";
import { buildRequest } from "../../../src/signature/build-request.ts";
import { verify } from "../../../src/signature/verify.ts";
import { Secret } from "../../../src/values/secret.ts";
import { keyRows } from "../key-rows.ts";
import { referenceOf, twilioJson } from "./reference.ts";
import type { Reference, Row, Sent } from "./reference.ts";

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/schemes/${name}`, import.meta.url), "utf8");

const [head = "", ...lines] = fixture("schemes.tsv").trimEnd().split("\n");
const columns = head.split("\t");
const rows = lines.map(
  (line) => Object.fromEntries(line.split("\t").map((cell, at) => [columns[at] ?? "", cell])) as unknown as Row,
);
const profiles = new Map(
  z
    .object({ providers: z.array(profileSchema) })
    .parse(JSON.parse(fixture("profiles.json")))
    .providers.map((profile) => [profile.id, profile]),
);

/** JSON Web Tokens, and keys that are neither shared nor ed25519's: key-rows.test.ts has them. */
const byPublicKeys = new Set(keyRows.map(({ id }) => id).filter((id) => !profiles.has(id.replaceAll("_", "-"))));

const now = 1_750_000_000_000;

const requestOf = ({ method, url, headers, body }: Sent, type: Reference["type"]): WebhookRequest => ({
  method,
  url,
  target: originForm(url),
  headers: Object.entries({
    "content-type": type === "json" ? "application/json" : "application/x-www-form-urlencoded",
    ...headers,
  }),
  body: Buffer.from(body, "utf8"),
});

const sentOf = ({ method, url = "", headers, body }: WebhookRequest): Sent => ({
  method,
  url,
  headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
  body: body.toString("utf8"),
});

const signed = (profile: Profile, { body, secret, url, type }: Reference): WebhookRequest =>
  buildRequest({
    profile,
    secret: new Secret("s", secret),
    body: Buffer.from(body, "utf8"),
    url,
    eventId: "evt_1",
    eventType: null,
    attempt: 0,
    at: now,
    uuid: () => "00000000-0000-4000-8000-00000000000f",
    extra: [["Content-Type", type === "json" ? "application/json" : "application/x-www-form-urlencoded"]],
  }).request;

const isValid = (profile: Profile, request: WebhookRequest, secret: string, at = now): boolean =>
  verify(request, profile, [new Secret("s", secret)], { at }).valid;

const both = (profile: Profile, reference: Reference): void => {
  const { secret, spoil, type } = reference;
  const other = secret.includes(":")
    ? "other:secret"
    : secret.replace(/[0-9a-f]$|.$/, (last) => (last === "0" ? "1" : "0"));

  const ours = signed(profile, reference);
  expect(reference.verify(sentOf(ours)), "the row's own verifier takes what is signed here").toBe(true);
  expect(isValid(profile, ours, secret), "and so does ours").toBe(true);
  expect(isValid(profile, ours, other), "not under another secret").toBe(false);

  const theirs = reference.sign(now);
  expect(isValid(profile, requestOf(theirs, type), secret), "what the row's own signer signs is valid here").toBe(true);
  if (spoil === null) return;
  expect(isValid(profile, requestOf(spoil(theirs), type), secret), "a change is refused here").toBe(false);
  const changed = spoil(sentOf(ours));
  expect(changed).not.toEqual(sentOf(ours));
  expect(reference.verify(changed), "and by the row's own verifier").toBe(false);
};

describe("each platform's scheme as a profile", () => {
  for (const row of rows.filter(({ id }) => !byPublicKeys.has(id))) {
    test(row.id, () => {
      const profile = profiles.get(row.id.replaceAll("_", "-"));
      if (profile === undefined) throw new Error(`no profile for ${row.id}`);
      expect((schemesOf(profile) ?? []).flatMap((scheme) => [...contradictionsIn(scheme)])).toEqual([]);
      both(profile, referenceOf(row));
    });
  }

  test("twilio with a JSON body, whose hash the URL has", () => {
    const profile = profiles.get("twilio");
    if (profile === undefined) throw new Error("no profile for twilio");
    both(profile, twilioJson());
  });

  test("every timestamp that has a window is judged", () => {
    for (const row of rows.filter(({ id }) => !byPublicKeys.has(id))) {
      const profile = profiles.get(row.id.replaceAll("_", "-"));
      const reference = referenceOf(row);
      if (profile === undefined || !/300s|600s|30s|5m$/.test(row.timestamp)) continue;
      const request = requestOf(reference.sign(now), reference.type);
      expect(isValid(profile, request, reference.secret, now + 700_000), row.id).toBe(false);
    }
  });
});
