import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { evidenceOutput } from "../../src/commands/evidence/schema.ts";
import { readZip } from "../../src/evidence/bundle/read.ts";
import { captureRecord } from "../../src/formats/capture.ts";
import { keyRows } from "../providers/key-rows.ts";
import { captureLine } from "../support/requests.ts";
import { run, temporaryFolder } from "../support/run.ts";

const now = 1_700_000_000_000;

/** A folder with a project file of these rows, each key in a file. */
const project = (...ids: readonly string[]): string => {
  const folder = temporaryFolder();
  const rows = keyRows.filter(({ id }) => ids.includes(id));
  const providers = rows.map(({ id, schemes }) => ({ id: id.replaceAll("_", "-"), name: id, schemes }));
  writeFileSync(join(folder, "hookproof.config.json"), JSON.stringify({ providers }));
  for (const { id, secret, publicKey, body } of rows) {
    writeFileSync(join(folder, `${id}.private`), secret);
    writeFileSync(join(folder, `${id}.public`), publicKey ?? "");
    writeFileSync(join(folder, `${id}.json`), body);
  }
  return folder;
};

const request = (headers: string, body: string): string =>
  `POST /hooks/in?b=2&a=1%20x HTTP/1.1\r\nHost: example.com\r\n${headers.trim().replaceAll("\n", "\r\n")}\r\n\r\n${body}`;

const bodyOf = (id: string): string => keyRows.find((row) => row.id === id)?.body ?? "";

test("what `sign` signs with a private key, `verify --public-key` accepts, and `sign` says whose key it is", async () => {
  const cwd = project("sendgrid", "plaid", "constant_contact");
  for (const [id, name] of [
    ["sendgrid", "sendgrid"],
    ["plaid", "plaid"],
    ["constant_contact", "constant-contact"],
  ] as const) {
    const signed = await run(["sign", `${id}.json`, "-p", name, "--secret", `file:${id}.private`], { cwd, now });
    expect(signed.stderr).toContain(`signed with your own private key, because only ${id} has its private key`);
    const stdin = request(signed.stdout, bodyOf(id));
    const good = await run(["verify", "-", "-p", name, "--public-key", `${id}.public`], { cwd, now, stdin });
    expect([good.exit, good.stdout]).toEqual([0, expect.stringContaining(`file:${id}.public`)]);
    const changed = stdin.replace("order.paid", "order.void");
    const bad = await run(["verify", "-", "-p", name, "--public-key", `${id}.public`], { cwd, now, stdin: changed });
    expect(bad.exit).toBe(1);
  }
});

test("PayPal's two halves are given apart: the webhook id as the secret, the key as a key", async () => {
  const cwd = project("paypal");
  const id = "8PT597110X687430LKGECATA";
  const alone = await run(["sign", "paypal.json", "-p", "paypal", "--secret", id], { cwd, now });
  expect([alone.exit, alone.stderr]).toEqual([2, expect.stringContaining("--private-key")]);
  const argv = ["sign", "paypal.json", "-p", "paypal", "--secret", id, "--private-key", "paypal.private"];
  const signed = await run(argv, { cwd, now });
  const stdin = request(signed.stdout, bodyOf("paypal"));
  const verify = (secret: string) =>
    run(["verify", "-", "-p", "paypal", "--secret", secret, "--public-key", "paypal.public"], { cwd, now, stdin });
  const good = await verify(id);
  expect([good.exit, good.stdout]).toEqual([0, expect.stringContaining("CRC-32")]);
  expect((await verify("another")).exit).toBe(1);
});

test("the keys of a project file's profile are not fetched on its word", async () => {
  const cwd = project("constant_contact");
  const argv = ["sign", "constant_contact.json", "-p", "constant-contact", "--secret", "file:constant_contact.private"];
  const signed = await run(argv, { cwd, now });
  const stdin = request(signed.stdout, bodyOf("constant_contact"));
  const { exit, stdout } = await run(["verify", "-", "-p", "constant-contact", "--json"], { cwd, now, stdin });
  expect(exit).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    cause: "key-unavailable",
    findings: [{ message: expect.stringContaining("pass --public-key with a file or URL") }],
  });
});

test("--public-key takes no URL but https, and says why a file holds no key", async () => {
  const cwd = project("wise");
  const stdin = request("X-Signature-SHA256: AAAA", "{}");
  const offline = ["verify", "-", "-p", "wise", "--offline", "--public-key", "https://keys.example/jwks.json"];
  const cached = await run(offline, { cwd, now, stdin });
  expect([cached.exit, cached.stderr]).toEqual([
    2,
    expect.stringContaining("is not in the cache, and --offline forbids fetching it"),
  ]);
  const plain = await run(["verify", "-", "-p", "wise", "--public-key", "http://keys.example/x"], { cwd, now, stdin });
  expect(plain.exit).toBe(2);
  const none = await run(["verify", "-", "-p", "wise", "--public-key", "wise.json"], { cwd, now, stdin });
  expect(none.stdout).toContain("the JWK has no kty".replace("the ", ""));
});

/** A PayPal event as it was delivered, in a capture, and its parts. */
const paypal = async () => {
  const cwd = project("paypal");
  const id = "8PT597110X687430LKGECATA";
  const both = ["-p", "paypal", "--secret", id, "--private-key", "paypal.private"];
  const signed = await run(["sign", "paypal.json", ...both], { cwd, now });
  writeFileSync(join(cwd, "in.http"), request(signed.stdout, bodyOf("paypal")));
  return { cwd, id, both };
};

test("replay signs a PayPal event again with the secret and the private key", async ({ onTestFinished }) => {
  const { cwd, id, both } = await paypal();
  const got: string[] = [];
  const server = createServer((req, res) => {
    const headers = req.rawHeaders.flatMap((name, at, all) => (at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : []));
    got.push(headers.filter((line) => /^paypal-/i.test(line)).join("\n"));
    req.resume().on("end", () => res.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  expect((await run(["dlq", "import", "in.http", "-p", "paypal", "--dlq", "q.ndjson"], { cwd, now })).exit).toBe(0);
  const argv = ["replay", "--dlq", "q.ndjson", "--to", `http://127.0.0.1:${port}/hooks/in`];
  const without = await run([...argv, "--secret", id, "--keep"], { cwd, now });
  expect(without.stderr + without.stdout).toContain("--private-key");
  const replayed = await run([...argv, ...both], { cwd, now: now + 60_000 });
  expect([replayed.exit, got.length]).toEqual([0, 1]);
  const verified = await run(["verify", "-", "-p", "paypal", "--secret", id, "--public-key", "paypal.public"], {
    cwd,
    now: now + 60_000,
    stdin: request(got[0] ?? "", bodyOf("paypal")),
  });
  expect([verified.exit, verified.stdout]).toEqual([0, expect.stringContaining("valid")]);
});

test("evidence verifies a signature with --public-key, and without a key says why it verified none", async () => {
  const cwd = temporaryFolder();
  const row = keyRows.find(({ id }) => id === "aws_sns");
  if (row?.publicKey === undefined) throw new Error("no row");
  writeFileSync(join(cwd, "sns.pem"), row.publicKey);
  const { body } = row.sign(row.body, "https://example.com/hooks/in", now);
  const eventId = "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324";
  const evidenceOf = async (text: string, ...key: readonly string[]) => {
    const headers = [
      ["Content-Type", "text/plain"],
      ["x-amz-sns-message-type", "Notification"],
    ] as const;
    const received = { method: "POST", target: "/hooks/in", httpVersion: "1.1", headers, body: Buffer.from(text) };
    const record = captureRecord(received, { id: "req_1", provider: "aws-sns", eventId }, now);
    writeFileSync(join(cwd, "in.ndjson"), `${captureLine(record)}\n`);
    const output = `case-${randomUUID()}.zip`;
    const argv = [
      "evidence",
      "-p",
      "aws-sns",
      "--event",
      eventId,
      "--from",
      "in.ndjson",
      "-o",
      output,
      "--json",
      ...key,
    ];
    const { stdout, stderr } = await run(argv, { cwd, now });
    const files = await readZip(join(cwd, output), output);
    const manifest: unknown = JSON.parse(files.find(({ name }) => name === "manifest.json")?.data.toString() ?? "");
    return { data: evidenceOutput.parse(JSON.parse(stdout)), stderr, manifest };
  };
  const changed = body.replace("Hello world!", "Hello earth!");
  const bad = await evidenceOf(changed, "--public-key", "sns.pem");
  expect(bad.data.conclusion).toMatchObject({
    proved: true,
    verdict: "The body that was verified is not the body that was signed (body-altered)",
  });
  const good = await evidenceOf(body, "--public-key", "sns.pem");
  expect(good.data.conclusion.tone).not.toBe("bad");
  const none = await evidenceOf(changed, "--offline");
  expect(none.data.conclusion).toMatchObject({ proved: false, tone: "open" });
  expect(none.manifest).toMatchObject({
    skipped: [{ what: "signature verdict", why: expect.stringContaining("--offline forbids fetching it") }],
  });
  expect(none.stderr).toBe("");
});
