import { expect, test } from "vitest";
import { verifyWords } from "../../src/commands/listen/options.ts";

test("the verify that listen suggests repeats what the request was verified with, and no literal secret", () => {
  const words = verifyWords({
    secret: ["env:A", "whsec_literal", "store:b"],
    publicKey: ["keys.pem"],
    offline: true,
    scheme: "v2",
    signatureHeader: "X-Sig",
    signatureForm: "sha256=hex",
  });
  expect(words.join(" ")).toBe(
    "--secret env:A --secret store:b --public-key keys.pem --offline --scheme v2 --signature-header X-Sig --signature-form sha256=hex",
  );
  const nothing = { publicKey: [], offline: false, scheme: undefined, signatureHeader: undefined };
  expect(verifyWords({ ...nothing, secret: [], signatureForm: undefined })).toEqual([]);
});
