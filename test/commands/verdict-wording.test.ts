import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { makePaint } from "../../src/cli/paint.ts";
import { briefFixes } from "../../src/commands/shared/fixes-view.ts";
import { verdictView } from "../../src/commands/verify/view.ts";
import { fixesFor } from "../../src/diagnosis/fixes.ts";
import { judged, platform, received } from "../diagnosis/support.ts";

const paint = makePaint({ colour: false, width: 80, unicode: true });
const { secret, build } = platform("10x");
const body = Buffer.from('{"id":"evt_1","amount":12,"url":"https://x.test"}');
const pretty = Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 2));
const signed = (over: Buffer, key = secret) => build({ secret: Buffer.from(key), body: over });
const view = (headers: ReturnType<typeof build>, came: Buffer, given = secret): string =>
  verdictView({ ...judged("10x", received(headers, came), given), recorded: null }, paint);

test("sentences stay within the width, code is left to be copied", () => {
  const text = view(signed(body), Buffer.concat([body, Buffer.from("\n")]));
  const long = text.split("\n").filter((line) => line.length > 80);
  expect(long.every((line) => /^ +(?:Express|Fastify|Next\.js|AWS Lambda): /.test(line))).toBe(true);
  expect(text).toContain("Express: app.post(");
});

test("the code for all frameworks is shown once, however many causes need it", () => {
  const text = view(signed(pretty), Buffer.concat([body, Buffer.from("\n")]));
  expect(text.match(/Flask:/g)).toHaveLength(1);
  expect(text).toMatch(/body-whitespace[^]*In code: as above\./);
});

test("a secret that echo wrote is told as such", () => {
  const text = view(signed(body), body, `${secret}\n`).replaceAll(/\s+/g, " ");
  expect(text).toContain("once the newline at the end of the secret is removed. Usual cause: echo");
});

test("a missing prefix is told as nothing before the signature", () => {
  const bare = build({ secret: Buffer.from(secret), body, prefix: "" });
  expect(view(bare, body)).toContain("nothing is before the signature");
});

test("what is ruled out and what is not is said once", () => {
  const text = view(signed(body, "nobody's secret"), body).replaceAll(/\s+/g, " ");
  expect(text.match(/combinations tested/g)).toHaveLength(1);
  expect(text.match(/ot ruled out/g)).toHaveLength(1);
  expect(text).toContain("Not ruled out: re-serialization");
});

describe("a timestamp", () => {
  const stripe = platform("stripe");
  const shown = (timestamp: string): string => {
    const headers = stripe.build({ secret: Buffer.from(stripe.secret), body, timestamp });
    const verdict = { ...judged("stripe", received(headers, body), stripe.secret), recorded: null };
    return verdictView(verdict, paint).replaceAll(/\s+/g, " ");
  };
  test("that alone is off says that the signature is right", () => {
    expect(shown("1750330000")).toContain("The signature is correct, but the timestamp is");
  });
  test("in another unit is not reported as centuries ahead", () => {
    expect(shown("1750334400000")).toContain("1750334400000 (in another unit, tolerance 5m)");
  });
});

test("a version that no scheme has is malformed, and the signature under it is told", () => {
  const text = "hubspot-client-secret-1234";
  const v1 = createHash("sha256").update(text).update(body).digest("hex");
  const request = (signature: string) =>
    received(
      [
        ["X-HubSpot-Signature", signature],
        ["X-HubSpot-Signature-Version", "v9"],
      ],
      body,
    );
  const made = judged("hubspot", request(v1), text);
  expect(made.findings).toMatchObject([
    {
      code: "signature-malformed",
      message: expect.stringMatching(/^X-HubSpot-Signature-Version says 'v9'.* matches scheme v1\.$/),
    },
  ]);
});

test("in short, the code of the framework that the headers name is shown, or none", () => {
  const finding = { code: "body-escapes", certain: true, message: "", firstByte: 0 } as const;
  const fix = fixesFor("body-escapes", [["X-Powered-By", "Flask"]]);
  expect(briefFixes([{ ...finding, fix }], true)[0]).toMatch(/^Verify .*:\nFlask: .*$/);
  expect(briefFixes([{ ...finding, fix }], false)).toEqual(["Verify the raw bytes and parse them afterwards."]);
});
