import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compareOutput } from "../../src/commands/compare/schema.ts";
import { run, temporaryFolder } from "../support/run.ts";

const cwd = fileURLToPath(new URL("../fixtures/requests/", import.meta.url));

const entryOf = (file: string): readonly string[] => (file.endsWith(".har") ? ["--entry", "2"] : []);

test("compare reports identical with exit 0, whatever the formats", async () => {
  const { exit, stdout, stderr } = await run(["compare", "sent.http", "captures.ndjson", "--id", "req_1"], { cwd });
  expect({ exit, stdout, stderr }).toMatchInlineSnapshot(`
    {
      "exit": 0,
      "stderr": "",
      "stdout": "✓ identical: method, target, headers and body (56 B)
    ",
    }
  `);
});

test("compare names all four causes of a relay's damage, the header changes and who does it, with exit 1", async () => {
  const { exit, stdout, stderr } = await run(["compare", "sent.http", "relayed.http"], { cwd });
  expect({ exit, stderr }).toEqual({ exit: 1, stderr: "" });
  expect(stdout).toMatchInlineSnapshot(`
    "✗ different: 10 header changes, body

    headers
      case     Host → host
      case     X-Arjun-Event-Type → x-arjun-event-type
      case     X-Arjun-Attempt → x-arjun-attempt
      case     X-Arjun-Signature → x-arjun-signature
      case     Content-Type → content-type
      case     Content-Length → content-length
        usually: HTTP/2, or a framework or proxy that changes the case of header names
      merged   x-trace: a | b → a, b
        usually: a framework or proxy that joins repeated headers (RFC 9110 5.3 allows it)
      value    Content-Length: 56 → 44 (from byte 0)
        usually: the body changed
      added    x-forwarded-for: 203.0.113.7
      added    via: 1.1 relay
        usually: a proxy or load balancer on the way

    body
      56 bytes sent, 44 received; 4 places, first at byte 1
      byte     1  ' ' → nothing
      byte    12  '.0, ' → ','
      byte    29  '\\/\\' → '/'
      byte    41  ' "e":"\\u00e9" ' → '"e":"é"'

    body-reserialized
      the JSON was re-serialized: it was irregularly spaced and is now compact
      usually: express.json() or another body parser followed by
      JSON.stringify(req.body), a relay such as smee.io, or an API gateway's mapping
      template

    body-numbers
      numbers are written differently: 1 place at amount, 1.0 became 1
      usually: JSON parsed into floating-point numbers: JavaScript writes 1.0 as 1
      and rounds beyond 2^53

    body-escapes
      escapes of the slash changed (\\/ and /): 1 place at url, "https:\\/\\/x.test"
      became "https://x.test"

    body-escapes
      escapes of non-ASCII characters changed (\\u00e9 and é): 1 place at e, "\\u00e9"
      became "é"
      usually: JSON parsed and written by another library: PHP writes \\/ and \\u00e9,
      Python \\u00e9, Go \\u003c, JavaScript none of them
      fix: read the raw bytes before anything parses them (Express: express.raw({
      type: '*/*' }); Next.js, Hono: await request.text(); Flask:
      request.get_data(); Django: request.body) and pass those on
    "
  `);
});

test.each([
  ["sent.http", "relayed.http"],
  ["sent.http", "copied.curl"],
  ["captures.ndjson", "captures.ndjson"],
  ["lambda-v2.json", "devtools.har"],
])("compare %s %s --json is what its schema says", async (sent, received) => {
  const { exit, stdout } = await run(
    ["compare", sent, received, "--sent-last", "--last", ...entryOf(received), "--json"],
    {
      cwd,
    },
  );
  const data = compareOutput.parse(JSON.parse(stdout));
  expect(exit).toBe(data.identical ? 0 : 1);
});

test.each([
  "sent.http",
  "copied.curl",
  "copied-windows.curl",
  "lambda-v1.json",
  "lambda-v2.json",
  "devtools.har",
  "captures.ndjson",
])("compare --body-only holds a bare body against %s", async (received) => {
  const choice = received.endsWith(".ndjson") ? ["--id", "req_1"] : entryOf(received);
  const { exit, stdout } = await run(["compare", "payload.json", received, "--body-only", ...choice], { cwd });
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: "✓ identical: the bodies (56 B)\n" });
});

test("compare treats two files that are not requests as bodies", async () => {
  const { exit, stdout } = await run(["compare", "payload.json", "-"], {
    cwd,
    stdin: Buffer.from("\0 no request \xff", "latin1"),
  });
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: expect.stringMatching(/^✗ different: body\n/) });
  expect((await run(["compare", "payload.json", "payload.json"], { cwd })).exit).toBe(0);
});

test("compare shows no control character of a hostile body or header", async () => {
  const hostile = "POST /\x1b[2J HTTP/1.1\nA: \x1b]0;x\x07\xe2\x80\xae\n\n\x1b[31m\u009b2J";
  const { stdout } = await run(["compare", "sent.http", "-"], { cwd, stdin: Buffer.from(hostile, "latin1") });
  expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(stdout).toContain("\\x1b[31m");
});

test.each([
  [["compare", "sent.http"], /missing|required|received/i],
  [["compare", "sent.http", "nowhere.http"], /nowhere\.http: no such file/],
  [["compare", "sent.http", "payload.json"], /payload\.json is not a request, but the other file is[^]*--body-only/],
  [["compare", "sent.http", "captures.ndjson"], /captures\.ndjson contains 2 requests/],
  [["compare", "sent.http", "devtools.har"], /devtools\.har contains 2 requests/],
  [["compare", "sent.http", "devtools.har", "--entry", "9"], /has no entry 9/],
])("%j is asked wrongly: exit 2", async (argv, message) => {
  const { exit, stdout, stderr } = await run(argv, { cwd });
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
  expect(stderr).toMatch(message);
});

test("compare shows no token of a platform, in headers, query or body, and says whether it is another", async () => {
  const folder = temporaryFolder();
  const profile = (id: string, place: object) => ({
    id,
    name: id,
    schemes: [{ name: "t", place, mac: { kind: "token" }, encoding: "text" }],
  });
  const config = { providers: [profile("q", { query: "key" }), profile("j", { json: "auth.key" })] };
  writeFileSync(join(folder, "hookproof.config.json"), JSON.stringify(config));
  const request = (token: string, id: number): string => {
    const body = JSON.stringify({ id, auth: { key: `j-${token}` } });
    const head = [`POST /?key=q-${token} HTTP/1.1`, "Host: a.example", `X-Gitlab-Token: ${token}`];
    return [...head, `Authorization: Bearer b-${token}`, `Content-Length: ${body.length}`, "", body].join("\r\n");
  };
  writeFileSync(join(folder, "a.http"), request("s3cret-t0ken-0ne", 1));
  writeFileSync(join(folder, "b.http"), request("s3cret-t0ken-tw0", 1));
  writeFileSync(join(folder, "c.http"), request("s3cret-t0ken-0ne", 2));
  for (const json of [[], ["--json"]]) {
    const { exit, stdout } = await run(["compare", "a.http", "b.http", ...json], { cwd: folder });
    expect(exit).toBe(1);
    expect(stdout).not.toMatch(/s3c|t0k|0ne|tw0/);
    expect(stdout).toMatch(/X-Gitlab-Token/);
  }
  const same = await run(["compare", "a.http", "c.http", "--json"], { cwd: folder });
  expect(JSON.parse(same.stdout)).toMatchObject({ target: null, headers: [] });
  expect(same.stdout).not.toMatch(/s3c|t0k/);
});

test("two different events of a platform are called so first, without what happens to one on its way", async () => {
  const folder = temporaryFolder();
  const push = (id: string, body: string): string =>
    [
      "POST /hooks HTTP/1.1",
      "Host: example.com",
      "Content-Type: application/json",
      `X-Hub-Signature-256: sha256=${"0".repeat(64)}`,
      "X-GitHub-Event: push",
      `X-GitHub-Delivery: ${id}`,
      "",
      body,
    ].join("\r\n");
  writeFileSync(join(folder, "a.http"), push("id-1", '{"a": 1}'));
  writeFileSync(join(folder, "b.http"), push("id-2", '{"a":1}'));
  const { exit, stdout } = await run(["compare", "a.http", "b.http"], { cwd: folder });
  expect(exit).toBe(1);
  expect(stdout).toContain("\n\nthese are two different events (id-1, id-2)\n");
  expect(stdout).toContain("X-GitHub-Delivery: id-1 → id-2");
  expect(stdout).not.toMatch(/usually|re-serialized|proxy/);
  writeFileSync(join(folder, "c.http"), push("id-1", '{"a":1}'));
  const same = await run(["compare", "a.http", "c.http"], { cwd: folder });
  expect(same.stdout).toContain("the JSON was re-serialized");
  expect(same.stdout).not.toContain("different events");
});
