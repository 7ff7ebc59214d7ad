import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { builtInProfiles, findProfile } from "../../src/providers/index.ts";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";
import type { Verdict } from "../../src/signature/verdict.ts";
import { verify } from "../../src/signature/verify.ts";
import { Secret } from "../../src/values/secret.ts";

const at = 1_767_225_600_000;
const secret = new Secret("test", "correct-horse");
const hmac = (hash: string, text: string): string => createHmac(hash, "correct-horse").update(text).digest("hex");
const requestOf = (body: string, ...headers: readonly HeaderPair[]): WebhookRequest => ({
  method: "POST",
  target: "/hooks",
  headers: [["Content-Type", "application/json"], ...headers],
  body: Buffer.from(body),
});
const verdict = (provider: string, request: WebhookRequest): Verdict =>
  verify(request, findProfile(provider), [secret], { at });

const push = '{"ref":"refs/heads/main"}';
const sha1: HeaderPair = ["X-Hub-Signature", `sha1=${hmac("sha1", push)}`];
const sha256: HeaderPair = ["X-Hub-Signature-256", `sha256=${hmac("sha256", push)}`];
const marks: readonly HeaderPair[] = [
  ["User-Agent", "GitHub-Hookshot/a1b2c3d"],
  ["X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"],
  ["X-GitHub-Event", "push"],
];

describe("two event types in one request", () => {
  const slack = (body: string): Verdict => {
    const time = String(at / 1000);
    return verdict(
      "slack",
      requestOf(
        body,
        ["X-Slack-Request-Timestamp", time],
        ["X-Slack-Signature", `v0=${hmac("sha256", `v0:${time}:${body}`)}`],
      ),
    );
  };

  test("are no contradiction where both are in the signed body, as in Slack's envelope", () => {
    const found = slack('{"type":"event_callback","event_id":"Ev1","event":{"type":"message"}}');
    expect(found).toMatchObject({ valid: true, notes: [] });
  });

  test("are noted where a header contradicts the body", () => {
    const profile = findProfile("slack");
    const type = [{ header: "X-Type" }, ...profile.envelope.type];
    const body = '{"type":"message"}';
    const time = String(at / 1000);
    const request = requestOf(
      body,
      ["X-Type", "team_join"],
      ["X-Slack-Request-Timestamp", time],
      ["X-Slack-Signature", `v0=${hmac("sha256", `v0:${time}:${body}`)}`],
    );
    const found = verify(request, { ...profile, envelope: { ...profile.envelope, type } }, [secret], { at });
    expect(found.notes).toEqual([
      "the event type appears twice with different values (team_join / message); headers are not covered by the signature",
    ]);
  });
});

describe("a platform that sends two signatures", () => {
  test("has a note where the newer one is missing, and stays valid", () => {
    expect(verdict("github", requestOf(push, ...marks, sha1))).toMatchObject({
      valid: true,
      scheme: "sha1",
      notes: [
        "X-Hub-Signature-256, which GitHub also sends, is missing; a receiver that checks only that one rejects the request",
      ],
    });
  });

  test("has none where both are there, or only the newer one", () => {
    expect(verdict("github", requestOf(push, ...marks, sha1, sha256)).notes).toEqual([]);
    expect(verdict("github", requestOf(push, ...marks, sha256)).notes).toEqual([]);
  });
});

describe("a signature header that several platforms have", () => {
  const auto = (request: WebhookRequest): Verdict => diagnose(request, { auto: builtInProfiles() }, [secret], { at });

  test("is not another platform's where the request has the headers of one", () => {
    const spoiled: HeaderPair = [sha256[0], sha256[1].toUpperCase()];
    expect(auto(requestOf(push, ...marks, sha1, spoiled))).toMatchObject({ valid: false, provider: "github" });
    expect(auto(requestOf(push, marks[2] ?? sha1, sha1, spoiled))).toMatchObject({ provider: "github" });
  });
});
