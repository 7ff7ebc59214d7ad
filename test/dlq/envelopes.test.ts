import { expect, test } from "vitest";
import { importedEntries } from "../../src/dlq/import.ts";
import type { DlqEntry } from "../../src/dlq/dlq.ts";
import { entryIn } from "../../src/dlq/shared/message.ts";
import { builtInProfiles, findProfile } from "../../src/providers/index.ts";
import { hasSample, sampleOf } from "../../src/providers/samples.ts";
import { headerValue } from "../../src/request/request.ts";

/** The event as its platform wrote it: a number, a space and an escape that a rewriter would change. */
const event = (id: string): string => `{"id":"${id}", "type":"link.clicked","n":1.0,"u":"\\u00e9"}`;
const one = event("evt_1");
const two = event("evt_2");
const quoted = (text: string): string => JSON.stringify(text);
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const signature = "X-Arjun-Signature";
const sqsMessage = (id: string, body: string): string =>
  `{"MessageId":"m-${id}","ReceiptHandle":"AQEB","MD5OfBody":"x","Body":${quoted(body)}}`;
const snsMessage = `{"Type":"Notification","MessageId":"s","TopicArn":"arn:aws:sns:eu-west-1:1:t","Message":${quoted(one)},"Timestamp":"2026-06-19T12:00:00.000Z","MessageAttributes":{"${signature}":{"Type":"String","Value":"sha256=00"},"trace":{"Type":"String","Value":"1"}}}`;
const rabbitMessage = `{"payload_bytes":9,"redelivered":true,"exchange":"","routing_key":"q","message_count":0,"properties":{"timestamp":1781870400,"headers":{"${signature}":"sha256=00","x-exception-message":"503"},"content_type":"application/json"},"payload":${quoted(one)},"payload_encoding":"string"}`;
const pubsubMessage = `{"data":"${base64(one)}","attributes":{"${signature}":"sha256=00","googclient_schemaencoding":"JSON"},"messageId":"7","publishTime":"2026-06-19T12:00:00.000Z"}`;
const at = Date.UTC(2026, 5, 19, 12);

interface Form {
  readonly text: string;
  /** Of one event or, for a list, two. */
  readonly count?: 1 | 2;
  /** Keeps the signature that stands beside the body. */
  readonly signed?: true;
  readonly at?: number;
  readonly reason?: string;
  readonly target?: string;
}

const forms: Readonly<Record<string, Form>> = {
  "aws sqs receive-message": { text: `{"Messages":[${sqsMessage("1", one)},${sqsMessage("2", two)}]}`, count: 2 },
  "aws sqs receive-message --query Messages": { text: `[${sqsMessage("1", one)},${sqsMessage("2", two)}]`, count: 2 },
  "jq -c '.Messages[]'": { text: `${sqsMessage("1", one)}\n${sqsMessage("2", two)}\n`, count: 2 },
  "several outputs of receive-message, appended": {
    text: `{\n  "Messages": [${sqsMessage("1", one)}]\n}\n{\n  "Messages": [${sqsMessage("2", two)}]\n}\n`,
    count: 2,
  },
  "an SQS message with attributes": {
    text: `{"MessageId":"m","Body":${quoted(one)},"Attributes":{"SentTimestamp":"${at}","DeadLetterQueueSourceArn":"arn:aws:sqs:eu-west-1:1:work"},"MessageAttributes":{"${signature}":{"StringValue":"sha256=00","DataType":"String"}}}`,
    signed: true,
    at,
    reason: "moved here after the consumers of work failed",
  },
  "an SNS notification": { text: snsMessage, signed: true, at },
  "an SNS notification in SQS": { text: `{"Messages":[${sqsMessage("1", snsMessage)}]}`, signed: true, at },
  "an EventBridge event": {
    text: `{"version":"0","id":"e","detail-type":"webhook","source":"app","account":"1","time":"2026-06-19T12:00:00Z","region":"eu-west-1","resources":[],"detail":${one}}`,
    at,
  },
  "an EventBridge event in SQS": {
    text: `[${sqsMessage("1", `{"detail-type":"webhook","source":"app","detail":${one}}`)}]`,
  },
  "a Lambda destination record": {
    text: `{"version":"1.0","timestamp":"2026-06-19T12:00:00.000Z","requestContext":{"requestId":"r","functionArn":"a","condition":"RetriesExhausted","approximateInvokeCount":3},"requestPayload":${one},"responseContext":{"statusCode":200},"responsePayload":{"errorMessage":"x"}}`,
    at,
    reason: "Lambda: RetriesExhausted",
  },
  "a Lambda event of SQS": {
    text: `{"Records":[{"messageId":"m1","receiptHandle":"h","body":${quoted(one)},"eventSource":"aws:sqs"},{"messageId":"m2","body":${quoted(two)},"eventSource":"aws:sqs"}]}`,
    count: 2,
  },
  "a Lambda event of SNS": {
    text: `{"Records":[{"EventSource":"aws:sns","Sns":{"Type":"Notification","Message":${quoted(one)},"Timestamp":"2026-06-19T12:00:00.000Z"}}]}`,
    at,
  },
  "an API Gateway event": {
    text: `{"version":"2.0","rawPath":"/hooks","rawQueryString":"a=1","headers":{"x-arjun-signature":"sha256=00"},"requestContext":{"http":{"method":"POST","path":"/hooks"}},"body":${quoted(base64(one))},"isBase64Encoded":true}`,
    signed: true,
    target: "/hooks?a=1",
  },
  "RabbitMQ's management API": { text: `[${rabbitMessage}]`, signed: true, at },
  "rabbitmqadmin get -f raw_json, appended": {
    text: `[${rabbitMessage}]\n[${rabbitMessage.replace(quoted(one), quoted(two))}]`,
    count: 2,
    signed: true,
    at,
  },
  "a RabbitMQ payload in base64": {
    text: `[{"payload":"${base64(one)}","payload_encoding":"base64","properties":[]}]`,
  },
  "a sneakers job that died in RabbitMQ": {
    text: `[{"payload":${quoted(one)},"payload_encoding":"string","properties":{"headers":{"x-death":[{"count":1,"reason":"rejected","queue":"work","time":1781870400}]}}}]`,
    at,
    reason: "rejected in work",
  },
  "a BullMQ job": {
    text: `{"id":"7","name":"deliver","data":${one},"opts":{"attempts":3},"attemptsMade":3,"timestamp":1,"finishedOn":${at},"failedReason":"503","stacktrace":[]}`,
    at,
    reason: "503",
  },
  "a BullMQ job with the raw body": {
    text: `{"id":"7","name":"deliver","data":{"headers":{"${signature}":"sha256=00"},"rawBody":${quoted(one)}},"opts":{},"attemptsMade":3,"failedReason":"503"}`,
    signed: true,
    reason: "503",
  },
  "a Celery task": {
    text: `{"body":"${base64(`[[${one}],{},{"callbacks":null}]`)}","content-encoding":"utf-8","content-type":"application/json","headers":{"lang":"py","task":"hooks.deliver","id":"c1"},"properties":{"body_encoding":"base64","delivery_tag":"x"}}`,
  },
  "a Celery task with the raw body": {
    text: `{"body":"${base64(`[[${quoted(one)},3],{},{}]`)}","headers":{"task":"hooks.deliver","id":"c1"},"properties":{"body_encoding":"base64"}}`,
  },
  "a Sidekiq job": {
    text: `{"retry":true,"queue":"hooks","args":[${one}],"class":"DeliverJob","jid":"b4","created_at":1781870400.5,"failed_at":1781870400,"error_message":"503","retry_count":25}`,
    at,
    reason: "503",
  },
  "a Sidekiq job with the raw body": { text: `{"class":"DeliverJob","jid":"b4","args":["ep_1",${quoted(one)}]}` },
  "kcat -J": {
    text: `{"topic":"dlq","partition":0,"offset":1,"tstype":"create","ts":${at},"broker":1,"headers":["${signature}","sha256=00","kafka_dlt-exception","x"],"key":null,"payload":${quoted(one)}}\n{"topic":"dlq","partition":0,"offset":2,"ts":${at},"headers":["${signature}","sha256=00"],"payload":${quoted(two)}}`,
    count: 2,
    signed: true,
    at,
    reason: "in the topic dlq",
  },
  "kafka-console-consumer with headers and time": {
    text: `CreateTime:${at}\t${signature}:sha256=00,trace:1\tnull\t${one}\nCreateTime:${at}\t${signature}:sha256=00\tkey\t${two}\n`,
    count: 2,
    signed: true,
    at,
  },
  "gcloud pubsub subscriptions pull --format=json": {
    text: `[{"ackId":"a","message":${pubsubMessage}}]`,
    signed: true,
    at,
  },
  "Pub/Sub's REST pull": { text: `{"receivedMessages":[{"ackId":"a","message":${pubsubMessage}}]}`, signed: true, at },
  "a Pub/Sub push": {
    text: `{"message":${pubsubMessage},"subscription":"projects/p/subscriptions/s"}`,
    signed: true,
    at,
  },
  "a Service Bus peek": {
    text: `[{"body":${quoted(one)},"messageId":"b","applicationProperties":{"${signature}":"sha256=00","Diagnostic-Id":"x"},"enqueuedTimeUtc":"2026-06-19T12:00:00.000Z","sequenceNumber":5,"deliveryCount":10,"deadLetterReason":"MaxDeliveryCountExceeded","deadLetterErrorDescription":"ten times"}]`,
    signed: true,
    at,
    reason: "MaxDeliveryCountExceeded: ten times",
  },
  "a GitHub delivery": {
    text: `{"id":1,"guid":"g","delivered_at":"2026-06-19T12:00:00Z","redelivery":false,"status":"Service Unavailable","status_code":503,"event":"push","request":{"headers":{"${signature}":"sha256=00"},"payload":${one}},"response":{"headers":{},"payload":""}}`,
    signed: true,
    at,
    reason: "503 Service Unavailable",
  },
  "a Stripe list of events": {
    text: `{"object":"list","url":"/v1/events","has_more":false,"data":[{"id":"evt_1","object":"event","type":"charge.failed","created":1781870400},{"id":"evt_2","object":"event","type":"charge.failed","created":1781870400}]}`,
    count: 2,
    at,
  },
  "{headers, body}, one per line": {
    text: `{"headers":{"${signature}":"sha256=00"},"body":${quoted(one)}}\n{"headers":{"${signature}":"sha256=00"},"body":${quoted(two)}}`,
    count: 2,
    signed: true,
  },
  "{headers, rawBody} with method and URL": {
    text: `{"method":"POST","url":"https://x.test/hooks?a=1","headers":[["${signature}","sha256=00"]],"rawBody":${quoted(one)}}`,
    signed: true,
    target: "/hooks?a=1",
  },
  "{headers, body} with a Node Buffer": {
    text: `{"headers":{"${signature}":"sha256=00"},"body":${JSON.stringify(Buffer.from(one))}}`,
    signed: true,
  },
  "an array of events": { text: `[${one},${two}]`, count: 2 },
  "events one per line": { text: `${one}\n${two}\n`, count: 2 },
  "events appended without a line break": { text: `${one}${two}`, count: 2 },
  "CSV with a header row": {
    text: `id,failed_at,headers,body,error\n1,2026-06-19T12:00:00Z,"{""${signature}"":""sha256=00""}","${one.replaceAll('"', '""')}",503\n2,2026-06-19T12:00:00Z,"{""${signature}"":""sha256=00""}","${two.replaceAll('"', '""')}",503\n`,
    count: 2,
    signed: true,
    at,
    reason: "503",
  },
};

const now = Date.UTC(2026, 10, 30);

const imported = async (
  text: string,
  id = "10x",
): Promise<{ readonly entries: readonly Omit<DlqEntry, "id">[]; readonly others: readonly string[] }> => {
  const options = {
    profile: findProfile(id),
    profiles: builtInProfiles(),
    now,
    url: null,
    all: false,
    force: false,
  };
  const entries: Omit<DlqEntry, "id">[] = [];
  const others: string[] = [];
  for await (const found of importedEntries(Buffer.from(text), "file", options)) {
    if ("entry" in found) entries.push(found.entry);
    else others.push("problem" in found ? found.problem : found.skipped);
  }
  return { entries, others };
};

test.each(Object.entries(forms))("%s: the event comes out to the byte", async (name, form) => {
  const { entries, others } = await imported(form.text, name.includes("Stripe") ? "stripe" : "10x");
  expect(others).toEqual([]);
  expect(entries.map(({ eventId }) => eventId)).toEqual(["evt_1", "evt_2"].slice(0, form.count ?? 1));
  if (!name.includes("Stripe")) {
    expect(entries.map(({ request }) => request.body.toString())).toEqual([one, two].slice(0, form.count ?? 1));
    expect(entries.map(({ eventType }) => eventType)).toContain("link.clicked");
  }
  for (const { request, failedAt, reason } of entries) {
    expect(headerValue(request.headers, signature)).toBe(form.signed === true ? "sha256=00" : undefined);
    expect(
      request.headers.map(([header]) => header).filter((header) => /exception|trace|diag|goog/i.test(header)),
    ).toEqual([]);
    expect(failedAt).toBe(form.at ?? now);
    if (form.reason !== undefined) expect(reason).toBe(form.reason);
    expect(request.target).toBe(form.target ?? "/");
  }
});

test("there are thirty forms and more", () => {
  expect(Object.keys(forms).length).toBeGreaterThanOrEqual(30);
});

test("a list of events that its platform delivers in one webhook stays one", async () => {
  const text =
    '[{"eventId":1,"subscriptionType":"contact.creation","objectId":5},{"eventId":2,"subscriptionType":"contact.creation"}]';
  const { entries } = await imported(text, "hubspot");
  expect(entries.map(({ request }) => request.body.toString())).toEqual([text]);
});

test.each([
  [
    "GitHub's list of deliveries, which has no payloads",
    '[{"id":1,"guid":"g","delivered_at":"2026-06-19T12:00:00Z","status_code":503}]',
    "fetch delivery g on its own",
  ],
  [
    "a Celery task of two events",
    `{"body":"${base64(`[[${one},${two}],{},{}]`)}","headers":{"task":"t"},"properties":{"body_encoding":"base64"}}`,
    "2 arguments that may be the event",
  ],
  ["an SQS message without a body", '{"Messages":[{"MessageId":"m"}]}', "a message without a Body"],
  ["a number in a list", "[1]", "1 is not an event"],
  ["a wrapper of something else", `{"Messages":[${sqsMessage("1", '{"to":"a@b.test"}')}]}`, "not a webhook"],
])("%s is reported and not imported", async (_, text, message) => {
  const { entries, others } = await imported(text);
  expect(entries).toEqual([]);
  expect(others.join("\n")).toContain(message);
});

test("a message of a queue that holds several events is a problem, since a queue settles messages", () => {
  const reading = { profile: findProfile("10x"), profiles: [], reason: "", isHeader: () => true };
  const records = forms["a Lambda event of SQS"]?.text ?? "";
  expect(entryIn({ id: "m", body: Buffer.from(records) }, reading)).toEqual({
    problem: "message m: it contains 2 events; `dlq import` imports them one by one",
  });
});

test("no sample event of any platform is treated as an envelope", async () => {
  for (const profile of builtInProfiles()) {
    const reading = { profile, profiles: builtInProfiles(), reason: "", isHeader: () => true };
    for (const { type } of profile.events.filter(({ type }) => hasSample(profile, type))) {
      const body = sampleOf(profile, type);
      expect(entryIn({ id: "m", body }, reading)).toMatchObject({ request: { body } });
      const { entries } = await imported(body.toString("utf8"), profile.id);
      for (const { request } of entries) expect(request.body).toEqual(body);
    }
  }
});

const ambiguous: Readonly<Record<string, string>> = {
  "an inbound mail": `"headers":{"subject":"x"},"body":"Hello"`,
  "a mail with parsed parts": `"headers":[["a","b"]],"payload":{"a":1}`,
  "GitHub's delivery": `"guid":"g","delivered_at":"2026-01-01","status_code":200`,
  "a BullMQ job": `"name":"x","opts":{},"attemptsMade":3,"data":{"a":1}`,
  "a Kafka message": `"topic":"t","offset":1,"payload":{"id":"evt_2"}`,
  "a Service Bus message": `"sequenceNumber":4,"body":{"a":1}`,
  "a Sidekiq job": `"class":"A","jid":"1","args":[{"a":1}]`,
  "an SQS message": `"MessageId":"m","Body":"hi"`,
  "an EventBridge event": `"detail-type":"a","source":"b","detail":{"a":1}`,
  "a Pub/Sub message": `"message":{"data":"aGk="},"subscription":"s"`,
  "a Stripe list": `"object":"list","data":[{"object":"event","id":"evt_9"}]`,
  "a prototype": `"__proto__":{"headers":{},"body":"x"}`,
};

test.each(Object.entries(ambiguous))("an event that looks like %s is left unchanged", async (_, members) => {
  const text = `{"id":"evt_1","type":"link.clicked",${members}}`;
  const { entries } = await imported(text);
  expect(entries.map(({ request }) => request.body.toString())).toEqual([text]);
  const reading = { profile: findProfile("10x"), profiles: builtInProfiles(), reason: "", isHeader: () => true };
  const body = Buffer.from(text);
  expect(entryIn({ id: "m", body }, reading)).toMatchObject({ eventId: "evt_1", request: { body } });
});

test("what a signature beside it is of stays as it is, whatever its platform", () => {
  const reading = { profile: undefined, profiles: builtInProfiles(), reason: "", isHeader: () => true };
  const body = Buffer.from(`{"headers":{"subject":"x"},"body":"Hello"}`);
  const message = { id: "m", body, fields: [["X-Hub-Signature-256", "sha256=00"]] as const };
  expect(entryIn(message, reading)).toMatchObject({ provider: "github", request: { body } });
});

test("a byte order mark breaks neither a file nor a message", async () => {
  const text = `\ufeff${one}`;
  expect((await imported(text)).entries.map(({ eventId }) => eventId)).toEqual(["evt_1"]);
  const reading = { profile: findProfile("10x"), profiles: [], reason: "", isHeader: () => true };
  const wrapped = Buffer.from(`\ufeff{"headers":{},"body":${quoted(one)}}`);
  expect(entryIn({ id: "m", body: wrapped }, reading)).toMatchObject({ eventId: "evt_1" });
  expect(entryIn({ id: "m", body: Buffer.from(text) }, reading)).toMatchObject({
    request: { body: Buffer.from(text) },
  });
});
