import { expect, test } from "vitest";
import { hostMatches, keyUrl } from "../../src/signature/key-source.ts";

const sns = {
  hosts: ["sns.us-*-*.amazonaws.com", "sns.eu-*-*.amazonaws.com", "sns.cn-*-*.amazonaws.com.cn"],
  path: { begins: "/SimpleNotificationService-", ends: ".pem" },
};
const file = "/SimpleNotificationService-0123abcd.pem";

test("a certificate of the platform may be fetched", () => {
  for (const host of [
    "sns.us-east-1.amazonaws.com",
    "sns.eu-central-1.amazonaws.com",
    "sns.cn-north-1.amazonaws.com.cn",
  ])
    expect(keyUrl(sns, `https://${host}${file}`)).toEqual({ url: new URL(`https://${host}${file}`) });
  expect(keyUrl(sns, `https://SNS.US-EAST-1.AMAZONAWS.COM:443${file}`)).toHaveProperty("url");
});

test.each([
  // Look-alikes.
  "sns.us-east-1.amazonaws.com.evil.com",
  "evil-sns.us-east-1.amazonaws.com",
  "sns.us-east-1.amazonaws.com-evil.com",
  "sns.us-east-1.evilamazonaws.com",
  "sns.us-east-1amazonaws.com",
  "us-east-1.amazonaws.com",
  "sns.evil.com.us-east-1.amazonaws.com",
  "a.sns.us-east-1.amazonaws.com",
  "sns..amazonaws.com",
  "sns.amazonaws.com",
  // Buckets that anybody may own: `sns` in S3, by region and by the older names.
  "sns.s3.amazonaws.com",
  "sns.s3-us-west-2.amazonaws.com",
  "sns.s3-external-1.amazonaws.com",
  "sns.us-east-1.s3.amazonaws.com",
  // Trailing dots, empty labels.
  "sns.us-east-1.amazonaws.com.",
  ".sns.us-east-1.amazonaws.com",
  // Userinfo.
  "sns.us-east-1.amazonaws.com@evil.com",
  "user:pass@sns.us-east-1.amazonaws.com",
  // Ports.
  "sns.us-east-1.amazonaws.com:8443",
  "sns.us-east-1.amazonaws.com:443@evil.com",
  "sns.us-east-1.amazonaws.com:",
  // IP literals.
  "127.0.0.1",
  "[::1]",
  "2130706433",
  "169.254.169.254",
  // Internationalised look-alikes, full-width and ideographic dots, zero width.
  "sns.us-east-1.аmazonaws.com",
  "sns.us-east-1.xn--mazonaws-66g.com",
  "sns.us-east-1。amazonaws。com",
  "ｓns.us-east-1.amazonaws.com",
  "sns.us-east-1.amazonaws.com\u200b",
  "sns.us-east-1.amazonaws\u00ad.com",
  // What parsers read differently.
  "evil.com\\@sns.us-east-1.amazonaws.com",
  "evil.com#@sns.us-east-1.amazonaws.com",
  "evil.com?sns.us-east-1.amazonaws.com",
  "sns.us-east-1.amazonaws.com%2eevil.com",
  "sns.us-east-1.amazonaws.com\t.evil.com",
  "sns.us-east-1.amazonaws.com\n",
  " sns.us-east-1.amazonaws.com",
])("a host that is not the platform's is refused: %j", (host) => {
  expect(keyUrl(sns, `https://${host}${file}`)).toHaveProperty("refused");
});

test.each([
  `http://sns.us-east-1.amazonaws.com${file}`,
  `HTTPS://sns.us-east-1.amazonaws.com${file}`,
  `//sns.us-east-1.amazonaws.com${file}`,
  `https:sns.us-east-1.amazonaws.com${file}`,
  `https:/sns.us-east-1.amazonaws.com${file}`,
  `https:\\\\sns.us-east-1.amazonaws.com${file}`,
  `file:///etc/passwd`,
  `data:text/plain,x`,
  `https://sns.us-east-1.amazonaws.com/evil.pem`,
  `https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.txt`,
  `https://sns.us-east-1.amazonaws.com/SimpleNotificationService-/../evil.pem`,
  `https://sns.us-east-1.amazonaws.com/x/..${file}`,
  `https://sns.us-east-1.amazonaws.com//evil.com${file}`,
  `https://sns.us-east-1.amazonaws.com${file}?x=.pem`,
  `https://sns.us-east-1.amazonaws.com${file}#.pem`,
  `https://sns.us-east-1.amazonaws.com/SimpleNotificationService-%2e%2e.pem`,
  `https://sns.us-east-1.amazonaws.com/SimpleNotificationService-${"a".repeat(2000)}.pem`,
  "",
])("a URL that is not plainly a certificate of the platform's is refused: %.90s", (url) => {
  expect(keyUrl(sns, url)).toHaveProperty("refused");
});

test("a refusal says what is due", () => {
  expect(keyUrl({ hosts: ["api.paypal.com"] }, "https://api.paypal.com.evil.com/certs/x")).toEqual({
    refused:
      "the certificate's URL https://api.paypal.com.evil.com/certs/x is on a host that is not the platform's: api.paypal.com",
  });
  expect(keyUrl(sns, undefined)).toEqual({ refused: "the request does not say where the certificate is" });
});

test("the id of a key goes into a fixed URL, and nothing that leads elsewhere does", () => {
  const source = { url: "https://api.ebay.com/commerce/notification/v1/public_key/{kid}" };
  expect(keyUrl(source, "9936261a-7d7b")).toEqual({
    url: new URL("https://api.ebay.com/commerce/notification/v1/public_key/9936261a-7d7b"),
  });
  for (const kid of ["..", ".", "../../x", "a/b", "a?b", "a#b", "%2e%2e", "a b", "", "é", "a".repeat(200), "@evil.com"])
    expect(keyUrl(source, kid)).toHaveProperty("refused");
  expect(keyUrl(source, undefined)).toHaveProperty("refused");
  expect(keyUrl({ url: "https://example.com/jwks.json" }, "../x")).toEqual({
    url: new URL("https://example.com/jwks.json"),
  });
});

test("a star stands for letters and digits between dots and dashes", () => {
  expect(hostMatches("sns.eu-west-1.amazonaws.com", "sns.*-*-*.amazonaws.com")).toBe(true);
  expect(hostMatches("acme.kinde.com", "*.kinde.com")).toBe(true);
  for (const host of ["kinde.com", ".kinde.com", "a.b.kinde.com", "-.kinde.com", "a-b.kinde.com"])
    expect(hostMatches(host, "*.kinde.com")).toBe(false);
});
