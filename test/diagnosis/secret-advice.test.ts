import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { builtInProfile } from "../../src/providers/index.ts";
import type { Profile } from "../../src/providers/profile.ts";
import { Secret } from "../../src/values/secret.ts";

const profileOf = (id: string): Profile => {
  const profile = builtInProfile(id);
  if (profile === undefined) throw new Error(`no ${id}`);
  return profile;
};
const body = Buffer.from('{"id":"evt_1","type":"link.clicked"}');

/** The verdict of a platform on a request as 10x signs it. */
const verdictOf = (key: string | Buffer, secret: string, { as = "10x", sent = body } = {}) => {
  const signature = `sha256=${createHmac("sha256", key).update(sent).digest("hex")}`;
  const headers = [["x-arjun-event-type", "link.clicked"] as const, ["x-arjun-signature", signature] as const];
  const request = { method: "POST", target: "/", headers, body };
  return diagnose(request, profileOf(as), [new Secret("s", secret)], { at: 0 });
};

test.each([
  ["quotes", "correct-horse", '"correct-horse"', "secret-encoding", /quotes of a \.env file/, /without quotes/],
  ["quotes of the signer", '"correct-horse"', "correct-horse", "secret-encoding", /quotes/, /^At the signer: .*quotes/],
  ["NAME=", "correct-horse", "S=correct-horse", "secret-encoding", /copied whole/, /after NAME=/],
  ["a newline", "correct-horse", "correct-horse\n", "secret-whitespace", /trailing newline/, /trim/],
  ["whitespace inside", "correct-horse", "correct-\nhorse", "secret-whitespace", /wrapped/, /one line/],
  ["hex", Buffer.from("00ff10ab00ff10ab", "hex"), "00ff10ab00ff10ab", "secret-encoding", /others as hex/, /'hex'/],
  ["a prefix", "correct-horse-battery", "sk_correct-horse-battery", "secret-encoding", /prefix/, /sk_/],
])("%s: cause and fix are about it, and not about base64", (_title, key, secret, code, cause, fix) => {
  const [finding] = verdictOf(key, secret).findings;
  expect(finding).toMatchObject({ code, certain: true });
  expect(finding?.message).toMatch(cause);
  expect(finding?.fix).toMatch(fix);
  expect(`${finding?.message} ${finding?.fix}`).not.toContain("base64");
});

test("for a changed request of another platform, the advice is to verify it as that platform's", () => {
  const sent = Buffer.from(`${body.toString()}\n`);
  const { cause, findings, matchedSecret } = verdictOf("correct-horse", "correct-horse", { as: "github", sent });
  expect([cause, findings.map(({ code }) => code)]).toEqual(["provider-other", ["provider-other", "body-whitespace"]]);
  expect(findings[0]).toMatchObject({ certain: true, fix: "Verify it with -p 10x, or with -p auto." });
  expect(findings[0]?.message).toContain("signed the way 10x.in (10x) signs");
  expect(matchedSecret).not.toBeNull();
});
