import { assumed, profile } from "./profile.ts";
import type { Scheme } from "./profile.ts";

/** A field that is always signed: its name and its value, each on its own line. */
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
    past: assumed("any", "the documentation does not ask for an age check"),
    future: assumed("any", "the documentation does not ask for an age check"),
  },
  keys: {
    in: { json: "SigningCertURL" },
    // One pattern per area: *-*-* would also allow the host s3-external-1, where anyone can own a bucket.
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
  summary: "Topic notifications sent to an HTTP endpoint by Amazon Simple Notification Service",
  source: {
    document: "docs.aws.amazon.com/sns",
    url: "https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html",
  },
  sources: {
    schemes: "docs.aws.amazon.com/sns, Verifying the signatures of Amazon SNS messages; sns-validator",
    events: "docs.aws.amazon.com/sns, Parsing Amazon SNS message formats",
    delivery: "docs.aws.amazon.com/sns, Message delivery retries; Set the delivery policy for the subscription",
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
    { type: "SubscriptionConfirmation", when: "The endpoint was subscribed: send a GET to SubscribeURL to confirm" },
    { type: "UnsubscribeConfirmation", when: "The endpoint was unsubscribed" },
  ],
  delivery: {
    httpsOnly: false,
    timeout: "15s",
    attempts: 4,
    delays: ["20s", "20s", "20s"],
    retry: ["no-response", "timeout", "1xx", "5xx"],
    terminal: ["4xx"],
    otherwise: assumed("terminal", "the documentation does not mention 3xx"),
  },
  troubleshooting: [
    {
      on: ["non-2xx"],
      symptom: "signature always failing",
      cause:
        "the signature was checked against the body instead of the signed fields, or the text/plain body was not parsed as JSON",
      next: "read the body as text, parse it as JSON, and use SHA-1 for SignatureVersion 1 or SHA-256 for 2",
    },
    {
      on: ["4xx"],
      cause: "SNS treats a 4xx as a permanent failure and does not retry it",
      next: "return a 5xx if the message should be retried",
    },
  ],
  notes: [
    "the signature is in the body and covers named fields, not the raw bytes",
    "SignatureVersion 1 uses SHA-1 and 2 uses SHA-256; the samples say 1, and --scheme v2 does not change that field",
    "check the host of SigningCertURL: an endpoint that accepts any URL accepts anyone's signature",
  ],
}));
