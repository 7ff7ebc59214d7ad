import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findProfile } from "../../src/providers/index.ts";
import type { Profile } from "../../src/providers/profile.ts";
import { profileSchema } from "../../src/providers/schema.ts";
import type { WebhookRequest } from "../../src/request/request.ts";
import { sign } from "../../src/signature/sign.ts";
import { verify } from "../../src/signature/verify.ts";
import { Secret } from "../../src/values/secret.ts";

interface Vector {
  readonly id: string;
  readonly scheme: string | null;
  readonly secret: string;
  readonly method?: string;
  readonly url?: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly now: number;
  readonly published: string;
  readonly ed25519?: { readonly seed64: string };
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL("../fixtures/vectors.json", import.meta.url), "utf8"),
);

// Twilio is not built in: a user's own profile must be able to say it.
const twilio: Profile = profileSchema.parse({
  id: "twilio",
  name: "Twilio",
  schemes: [
    {
      name: "form",
      summary: "<base64 of HMAC-SHA1 over URL and sorted parameters>",
      header: "X-Twilio-Signature",
      layout: { kind: "single" },
      encoding: "base64",
      mac: { kind: "hmac", hash: "sha1", key: "text" },
      content: [{ url: "as-sent" }, { form: "sorted-pairs" }],
    },
  ],
});

const profileOf = (scheme: string): Profile =>
  scheme === "twilio" ? twilio : findProfile(scheme.replace(/^(hubspot)-v\d$/, "$1").replace(/-v1a$/, ""));

const requestOf = (vector: Vector): WebhookRequest => ({
  method: vector.method ?? "POST",
  target: "/",
  headers: Object.entries(vector.headers).map(([name, value]) => [name, value.replace("{sig}", vector.published)]),
  body: Buffer.from(vector.body),
});

const fitting = vectors.filter((vector) => vector.scheme !== null).map((vector) => [vector.id, vector] as const);

describe("published vectors", () => {
  test("all sixteen that fit a scheme are here", () => {
    expect(fitting).toHaveLength(16);
  });

  test.each(fitting)("%s verifies", (_id, vector) => {
    const verdict = verify(requestOf(vector), profileOf(vector.scheme ?? ""), [new Secret("vector", vector.secret)], {
      at: vector.now * 1000,
      ...(vector.url === undefined ? {} : { url: vector.url }),
    });
    expect(verdict).toMatchObject({ valid: true, cause: null, findings: [] });
  });

  test.each(fitting)("%s does not verify with one byte more", (_id, vector) => {
    const request = requestOf(vector);
    const verdict = verify(
      { ...request, body: Buffer.concat([request.body, Buffer.from("x")]) },
      profileOf(vector.scheme ?? ""),
      [new Secret("vector", vector.secret)],
      { at: vector.now * 1000, ...(vector.url === undefined ? {} : { url: vector.url }) },
    );
    expect(verdict.valid).toBe(false);
  });

  test.each(fitting)("%s is what sign makes", (_id, vector) => {
    const profile = profileOf(vector.scheme ?? "");
    const name = /-(v\d)$/.exec(vector.scheme ?? "")?.[1];
    const seed = vector.ed25519?.seed64;
    const signed = sign({
      profile,
      ...(name === undefined ? {} : { scheme: name }),
      secret: new Secret("vector", seed === undefined ? vector.secret : `whsk_${seed}`),
      body: Buffer.from(vector.body),
      ...(vector.method === undefined ? {} : { method: vector.method }),
      ...(vector.url === undefined ? {} : { url: vector.url }),
      eventId: vector.headers["webhook-id"] ?? vector.headers["svix-id"] ?? "",
      at: vector.now * 1000,
    });
    expect(signed.signature).toBe(vector.published);
  });
});
