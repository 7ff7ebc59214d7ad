import { assumed, profile } from "./profile.ts";
import type { Scheme } from "./profile.ts";

/** What is signed, in the order of the names: each name and value on a line of its own. */
const always = (name: string) => ({ join: [{ text: name }, { json: name }, { text: "" }], with: "\n" });
const ifThere = (name: string) => ({ optional: [{ text: `${name}\n` }, { json: name }, { text: "\n" }] });

const signedWith = (name: string, hash: "sha1" | "sha256"): Scheme => ({
  name,
  summary: `<base64 of the RSA signature (${hash === "sha1" ? "SHA-1" : "SHA-256"}) over names and values> in the body`,
  place: { json: "Signature" },
  layout: { kind: "single" },
  encoding: "base64",
  mac: { kind: "rsa", hash, padding: "pkcs1" },
  content: [
    always("Message"),
    always("MessageId"),
    ifThere("Subject"),
    ifThere("SubscribeURL"),
    always("Timestamp"),
    ifThere("Token"),
    always("TopicArn"),
    always("Type"),
  ],
  timestamp: {
    from: { json: "Timestamp" },
    unit: "iso",
    form: "canonical",
    past: assumed("any", "the documentation asks for no window"),
    future: assumed("any", "the documentation asks for no window"),
  },
  keys: {
    in: { json: "SigningCertURL" },
    // Area by area: with *-*-* the host s3-external-1 would be allowed, and a bucket there is anybody's.
    hosts: [
      ...["af", "ap", "ca", "eu", "il", "me", "mx", "sa", "us", "us-gov"].map(
        (area) => `sns.${area}-*-*.amazonaws.com`,
      ),
      "sns.cn-*-*.amazonaws.com.cn",
    ],
    path: { begins: "/SimpleNotificationService-", ends: ".pem" },
  },
});

export const awsSns = profile(() => ({
  id: "aws-sns",
  aliases: ["sns"],
  name: "Amazon SNS",
  category: "infrastructure",
  summary: "Notifications of topics, sent to an HTTP endpoint by Amazon Simple Notification Service",
  source: {
    document: "docs.aws.amazon.com/sns",
    url: "https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html",
  },
  sources: {
    schemes: "docs.aws.amazon.com/sns, Verifying the signatures of Amazon SNS messages; sns-validator",
    events: "docs.aws.amazon.com/sns, Parsing Amazon SNS message formats",
    delivery: "docs.aws.amazon.com/sns, Make sure your endpoint is ready; Set the delivery policy for the subscription",
  },
  schemes: [signedWith("v1", "sha1"), signedWith("v2", "sha256")],
  headers: [
    ["User-Agent", "Amazon Simple Notification Service Agent"],
    ["x-amz-sns-message-type", "{type}"],
    ["x-amz-sns-message-id", "{id}"],
  ],
  contentType: "text/plain; charset=UTF-8",
  envelope: {
    id: [{ json: "MessageId" }],
    type: [{ json: "Type" }],
    time: { json: "Timestamp" },
    dedupe: [{ json: "MessageId" }],
    newId: "{uuid}",
  },
  events: [
    { type: "Notification", when: "A message was published to the topic" },
    { type: "SubscriptionConfirmation", when: "The endpoint was subscribed: get SubscribeURL to confirm" },
    { type: "UnsubscribeConfirmation", when: "The endpoint was unsubscribed" },
  ],
  delivery: {
    httpsOnly: false,
    timeout: assumed("15s", "the documentation says about 15 seconds"),
    attempts: 4,
    delays: ["20s", "20s", "20s"],
    retry: ["no-response", "timeout", "1xx", "3xx", "5xx"],
    otherwise: "terminal",
  },
  troubleshooting: [
    {
      on: ["non-2xx"],
      symptom: "signature always failing",
      cause: "the body was signed instead of the message's names and values, or its Content-Type is mistaken for JSON",
      next: "read the body as text, parse it, and use SHA-1 for SignatureVersion 1 and SHA-256 for 2",
    },
    {
      on: ["4xx"],
      cause: "SNS does not retry after a 4xx, and does not count it as a failure",
      next: "answer 5xx where the message should come again",
    },
  ],
  notes: [
    "the signature is in the body and covers its signed fields, not the raw bytes",
    "SignatureVersion 1 uses SHA-1, 2 uses SHA-256: the samples say 1, and --scheme v2 does not change that field",
    "endpoints that accept any SigningCertURL accept anybody's signature: check its host",
  ],
}));
