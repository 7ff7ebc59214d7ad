import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { evidenceOutput } from "../../src/commands/evidence/schema.ts";
import { readZip } from "../../src/evidence/bundle/read.ts";
import { run, temporaryFolder } from "../support/run.ts";

const eventId = "evt_claims01";
const url = "http://localhost:3999/hooks/10x";
const body = JSON.stringify({ id: eventId, type: "link.clicked", handle: "acme" });
const at = "2026-06-19T12:00:00.000Z";

const capture = (over: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    type: "request",
    id: "req_1",
    receivedAt: at,
    method: "POST",
    target: "/hooks/10x",
    headers: [
      ["Host", "localhost:3999"],
      ["x-arjun-signature", "sha256=00"],
    ],
    body: { encoding: "utf8", data: body },
    ...over,
  });
const answer = (status: number): string => JSON.stringify({ type: "response", requestId: "req_1", status });

const attempt = (number: number, second: number, over: Readonly<Record<string, unknown>>) => ({
  number,
  startedAt: `2026-06-19T12:00:${String(second).padStart(2, "0")}.000Z`,
  durationMs: 5,
  status: null,
  outcome: "terminal",
  reason: "it failed",
  nextDelayMs: null,
  error: null,
  ...over,
});
const delivery = (...attempts: readonly unknown[]): string =>
  JSON.stringify({ eventId, eventType: "link.clicked", url, attempts });
const delivered = { status: 200, outcome: "delivered", reason: "200 is a success" };

const entry = (method: string, to: string, text: string | null, status: number, headers: readonly object[] = []) => ({
  startedDateTime: at,
  time: 12,
  request: { method, url: to, headers, ...(text === null ? {} : { postData: { mimeType: "application/json", text } }) },
  response: { status, headers: [], content: {} },
});
const har = (...entries: readonly unknown[]): string => JSON.stringify({ log: { version: "1.2", entries } });
const login = entry("POST", "https://app.test/login", '{"id":"u1","type":"login"}', 500);

const evidence = async (files: Readonly<Record<string, string>>, ...args: readonly string[]) => {
  const cwd = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const sources = Object.keys(files).flatMap((name) => [name.endsWith(".log") ? "--receiver-log" : "--from", name]);
  const { stdout } = await run(
    ["evidence", "-p", "10x", "--event", eventId, ...sources, ...args, "-o", "z.zip", "--json"],
    { cwd },
  );
  const made = await readZip(join(cwd, "z.zip"), "z.zip");
  const read = (name: string): string => made.find((one) => one.name === name)?.data.toString("utf8") ?? "";
  const data = evidenceOutput.parse(JSON.parse(stdout));
  const item = (id: string) => data.items.find((one) => one.id === id);
  return { data, read, item };
};

const clf = (status: number, rest = ""): string =>
  `203.0.113.9 - - [19/Jun/2026:12:00:00 +0000] "POST /hooks/10x HTTP/1.1" ${status} 12 "-" "${rest}"\n`;

describe("the strongest claim that the sources allow", () => {
  const log200 = clf(200, eventId);
  test.each<[string, Record<string, string>, string[], RegExp, boolean, "good" | "bad" | "open"]>([
    ["nothing", {}, [], /^Undecided/, false, "open"],
    ["an empty capture file", { "c.ndjson": "" }, [], /^Undecided/, false, "open"],
    ["a HAR file without the event", { "b.har": har(login) }, [], /^Undecided/, false, "open"],
    [
      "a capture without a response",
      { "c.ndjson": capture() },
      [],
      /^The event arrived; the response is not recorded$/,
      false,
      "open",
    ],
    [
      "a capture with its response",
      { "c.ndjson": `${capture()}\n${answer(200)}` },
      [],
      /^Delivered: the receiver returned 200$/,
      true,
      "good",
    ],
    [
      "a capture with a refusal, no secret",
      { "c.ndjson": `${capture()}\n${answer(401)}` },
      [],
      /^The receiver returned 401$/,
      true,
      "bad",
    ],
    [
      "a HAR file with the response",
      { "b.har": har(login, entry("POST", url, body, 503)) },
      [],
      /^The receiver returned 503$/,
      true,
      "bad",
    ],
    [
      "a HAR file without a response",
      { "b.har": har(entry("POST", url, body, 0)) },
      [],
      /^The event was sent; no response is recorded$/,
      false,
      "open",
    ],
    [
      "a HAR file of a page that shows the event",
      { "b.har": har(entry("GET", `${url}?id=${eventId}`, body, 200)) },
      [],
      /^Undecided/,
      false,
      "open",
    ],
    [
      "a delivery record",
      { "d.ndjson": delivery(attempt(1, 0, { status: 500 })) },
      [],
      /^The receiver returned 500$/,
      true,
      "bad",
    ],
    [
      "a failure, then success",
      { "d.ndjson": delivery(attempt(1, 0, { status: 500 }), attempt(2, 9, delivered)) },
      [],
      /^Delivered after 1 failed attempt: the receiver returned 200$/,
      true,
      "good",
    ],
    [
      "success, then a failure",
      { "d.ndjson": delivery(attempt(1, 0, delivered), attempt(2, 9, { status: 500 })) },
      [],
      /^The receiver returned 500$/,
      true,
      "bad",
    ],
    [
      "a recorded failure, and a success that a log tells of the same moment",
      { "d.ndjson": delivery(attempt(1, 0, { status: 500 })), "a.log": clf(200, eventId) },
      [],
      /^The receiver returned 500$/,
      true,
      "bad",
    ],
    [
      "a network failure",
      {
        "d.ndjson": delivery(attempt(1, 0, { error: { kind: "timeout", code: null, message: "no response in time" } })),
      },
      [],
      /^No response: timeout$/,
      false,
      "bad",
    ],
    [
      "a log line that names the event: success",
      { "a.log": log200 },
      ["--url", url],
      /^The receiver's log shows 200 for it$/,
      false,
      "good",
    ],
    [
      "a log line that names the event: failure",
      { "a.log": clf(401, eventId) },
      [],
      /^The receiver's log shows 401 for it$/,
      false,
      "bad",
    ],
    [
      "a capture without a response, and a log line of that time",
      { "c.ndjson": capture(), "a.log": clf(200) },
      [],
      /^The receiver's log shows 200 for its path at that time$/,
      false,
      "good",
    ],
    [
      "a capture without a response, and log lines of that time that differ",
      { "c.ndjson": capture(), "a.log": clf(200) + clf(500) },
      [],
      /^The event arrived; the response is not recorded$/,
      false,
      "open",
    ],
    [
      "a log line of its path and time",
      { "a.log": clf(500) },
      ["--url", url, "--failed-at", at],
      /^The receiver's log shows 500 for its path at that time$/,
      false,
      "bad",
    ],
    [
      "log lines of its path and time that differ",
      { "a.log": clf(500) + clf(200) },
      ["--url", url, "--failed-at", at],
      /^Undecided/,
      false,
      "open",
    ],
    [
      "a log line of a look at the event",
      { "a.log": `1.2.3.4 - - [19/Jun/2026:12:00:00 +0000] "GET /admin/events/${eventId} HTTP/1.1" 200 12 "-" "-"\n` },
      [],
      /^Undecided/,
      false,
      "open",
    ],
    [
      "a log line of a call to another service",
      { "a.log": `${at} ${eventId} POST https://api.mail.example/v1/send returned 200\n` },
      ["--url", url],
      /^Undecided/,
      false,
      "open",
    ],
    ["a log line with a number", { "a.log": `${at} worker-200 dropped ${eventId}\n` }, [], /^Undecided/, false, "open"],
    [
      "a delivery record and another event's line in the log",
      { "d.ndjson": delivery(attempt(1, 0, { status: 401 })), "a.log": clf(200) },
      [],
      /^The receiver returned 401$/,
      true,
      "bad",
    ],
  ])("%s", async (_name, files, args, verdict, proved, tone) => {
    const { data } = await evidence(files, ...args);
    expect(data.conclusion.verdict).toMatch(verdict);
    expect(data.conclusion).toMatchObject({ proved, tone });
    // Where no source could have shown the request, its absence tells nothing.
    const isSilent = files["c.ndjson"] === undefined && files["a.log"] === undefined;
    if (isSilent) expect(data.conclusion.cause).not.toMatch(/DNS|firewall/);
  });

  test("a log's silence tells something only where the time and the path are known", async () => {
    const log = { "a.log": "2026-06-19T11:00:00Z hello\n" };
    const undated = (await evidence(log)).data.conclusion;
    expect(undated.cause).not.toMatch(/DNS/);
    expect(undated.next).toBe("Add --failed-at and --url: an access log does not name events.");
    const dated = (await evidence(log, "--url", url, "--failed-at", at)).data.conclusion;
    expect(dated.cause).toMatch(
      /^The event is not in the sources \(a\.log\)\. If the request never arrived, 10x\.in documents: DNS/,
    );
  });

  test("a probe from here is not the platform's failure", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { data } = await evidence({}, "--url", `http://127.0.0.1:${port}/hooks`, "--probe");
    expect(data.conclusion).toMatchObject({ proved: false, tone: "open" });
    expect(data.conclusion.verdict).toBe("The receiver cannot be reached from this machine right now");
  });

  test("what the platform's document says of a status is quoted as its", async () => {
    const { data } = await evidence({ "d.ndjson": delivery(attempt(1, 0, { status: 401 })) });
    expect(data.conclusion.cause).toBe("10x.in documents 401 as: Secret/auth verification mismatch.");
    expect(data.conclusion.symptom).not.toContain("gave up");
  });
});

describe("a HAR file", () => {
  test("is a source as captures are: the scheme of a URL is the request's, other requests do not count", async () => {
    const { data, read, item } = await evidence({ "b.har": har(login, entry("POST", url, body, 503)) });
    expect(
      JSON.parse(read("captures.har")).log.entries.map((one: { request: { url: string } }) => one.request.url),
    ).toEqual([url]);
    expect(item("receiver")).toMatchObject({ value: "localhost:3999/hooks/10x", source: "b.har" });
    expect(item("traffic")?.value).toMatch(/^live traffic \(link\.clicked\)/);
    expect(item("time")?.value).toBe(at);
    expect(data.problems).toEqual([]);
  });

  test("an entry that is not a request is named, and the others are read", async () => {
    const { data } = await evidence({ "b.har": har({ request: 1 }, entry("POST", url, body, 503)) });
    expect(data.problems).toEqual(["b.har entry 1 is not a request and was skipped"]);
    expect(data.conclusion.verdict).toBe("The receiver returned 503");
  });
});

test("a log alone is not called a delivery on the page", async () => {
  const { read } = await evidence({ "a.log": clf(200, eventId) });
  expect(read("report.html")).toContain(">success in the log<");
  expect(read("report.html")).not.toMatch(/>(?:delivered|proved|attempt 1)</);
});

test("a capture's URL has the scheme that the request shows", async () => {
  const { read } = await evidence({ "c.ndjson": `${capture()}\n${answer(500)}` });
  expect(JSON.parse(read("captures.har")).log.entries[0].request.url).toBe(url);
});

test("another platform's delivery of an event with this id is passed over, and named", async () => {
  const foreign = capture({
    headers: [
      ["Host", "localhost:3999"],
      ["Stripe-Signature", "t=1,v1=00"],
    ],
  });
  const { data } = await evidence({ "c.ndjson": `${foreign}\n${answer(500)}` });
  expect(data.conclusion).toMatchObject({ tone: "open", proved: false });
  expect(data.problems.join()).toContain(`c.ndjson has ${eventId} in a delivery of Stripe, which was skipped (-p)`);
});

test("another platform's failed deliveries say nothing of this one's traffic", async () => {
  const other = (provider: string) =>
    JSON.stringify({
      type: "delivery",
      provider,
      eventId: "evt_2",
      eventType: "webhook.test",
      url,
      attempts: [attempt(1, 0, { status: 500 })],
    });
  const traffic = async (provider: string) =>
    (await evidence({ "d.ndjson": `${delivery(attempt(1, 0, { status: 401 }))}\n${other(provider)}` })).item("traffic")
      ?.value;
  expect(await traffic("stripe")).toBe("live traffic (link.clicked); no failed webhook.test in the sources");
  expect(await traffic("10x")).toBe("both (webhook.test, link.clicked)");
});

describe("a closed door is named", () => {
  const sendTo = async (...args: readonly string[]) => {
    const cwd = temporaryFolder();
    const home = temporaryFolder();
    const env = { HOOKPROOF_HOME: home, HOOKPROOF_SECRET: "topsecret-10x-signing-key" };
    const sent = await run(["send", ...args, "-p", "10x", "--event", "link.clicked", "--json"], { env, cwd });
    const id = String(JSON.parse(sent.stdout.trim().split("\n")[0] ?? "").eventId);
    const made = await run(["evidence", "-p", "10x", "--event", id, "--dry-run", "--json"], { env, cwd });
    return evidenceOutput.parse(JSON.parse(made.stdout)).conclusion;
  };

  test("a port that nothing listens on", async () => {
    const conclusion = await sendTo("http://localhost:1/hooks");
    expect(conclusion.cause).toBe("Recorded by the sender: nothing is listening on localhost:1.");
    expect(conclusion.next).toBe("Start the receiver, or correct the address.");
  });

  test("a socket file that is not there", async () => {
    const conclusion = await sendTo("http://localhost/hooks", "--unix-socket", "no.sock");
    expect(conclusion.cause).toMatch(/^Recorded by the sender: there is no socket file .*no\.sock\.$/);
  });
});

describe("what a log lacks is reported, and a log that was read is not requested", () => {
  const record = { "d.ndjson": delivery(attempt(1, 0, { status: 401 })) };
  test.each<[string, string, RegExp]>([
    [
      "does not name it",
      "2026-06-18T00:00:00Z hello\n",
      /^a\.log was read, and no line of a known format mentions evt_claims01/,
    ],
    [
      "names it in no known format",
      `x ${eventId} y\n`,
      /^a\.log was read, and no line of a known format mentions evt_claims01: a\.log line 1 does/,
    ],
    [
      "names it without a status",
      `{"time":"${at}","msg":"got ${eventId}"}\n`,
      /^a\.log was read, and no line that mentions evt_claims01 shows a status/,
    ],
    [
      "has no times",
      "POST /hooks/10x 401 1 ms - 2\nPOST /hooks/10x 200 1 ms - 2\n",
      /^a\.log was read: 2 lines about \/hooks\/10x show 401, 200 but no time/,
    ],
  ])("%s", async (_name, text, expected) => {
    const { item } = await evidence({ ...record, "a.log": text });
    expect(item("log")).toMatchObject({ status: "missing", how: expect.stringMatching(expected) });
  });

  test("lines of the path without a time count where they agree", async () => {
    const { item } = await evidence({ ...record, "a.log": "GET / 200 1 ms - 2\nPOST /hooks/10x 401 1 ms - 2\n" });
    expect(item("log")?.value).toBe("1 line of /hooks/10x, without a time, showing 401");
  });

  test("without a log it is asked for", async () => {
    const { item } = await evidence(record);
    expect(item("log")?.how).toMatch(/^add --receiver-log/);
  });
});

describe("a signature that does not match, beside what the receiver did", () => {
  const signed = (text: string, secret: string, more = ""): string =>
    capture({
      headers: [
        ["Host", "localhost:3999"],
        ["x-arjun-signature", `sha256=${createHmac("sha256", secret).update(text).digest("hex")}${more}`],
      ],
    });
  const judge = (record: string, status: number, secret = "tenx-secret-0123456789") =>
    evidence({ "c.ndjson": `${record}\n${answer(status)}` }, "--secret", secret);

  test("an explained failure that was accepted anyway: both are reported", async () => {
    const { conclusion } = (await judge(signed(`${body}\n`, "tenx-secret-0123456789"), 200)).data;
    expect(conclusion).toMatchObject({ tone: "bad", proved: true });
    expect(conclusion.verdict).toContain("body-whitespace");
    expect(conclusion.cause).toMatch(/The receiver still returned 200: it verifies other bytes/);
  });

  test("an unexplained failure that was accepted: delivery is proved, and the signature is reported", async () => {
    const { conclusion } = (await judge(signed(body, "another"), 200)).data;
    expect(conclusion).toMatchObject({ verdict: "Delivered: the receiver returned 200", proved: true });
    expect(conclusion.cause).toMatch(/matches no known secret.* uses another secret, or does not verify/);
  });

  test("a secret that looks like an API key is likely and not proved, and advice and names stay as they are", async () => {
    const { data, read } = await judge(signed(body, "another"), 401, "sk_test_51HxAbCdEfGhIjKlMnOpQrStUv");
    expect(data.conclusion).toMatchObject({
      verdict: "The signature is not valid; likely secret-unfit",
      proved: false,
    });
    expect(data.conclusion.next).toMatch(/--secret env:NAME\.$/);
    const report = read("report.html");
    expect(report).toMatch(/<code>secret-unfit<\/code><span class="pill warn">likely<\/span>/);
    expect(report).toContain("<code>unexplained</code></h3>");
    expect(report).not.toContain("not proved");
  });

  test("a header's name at the beginning of a sentence keeps its letters", async () => {
    const cut = capture({ headers: [["x-arjun-signature", "sha256=00112233445566778899"]] });
    const { conclusion } = (await judge(cut, 401)).data;
    expect(conclusion.cause).toMatch(/^x-arjun-signature contains 10 bytes/);
  });
});
