import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toCurl } from "../../src/formats/curl-write.ts";
import { readCurl } from "../../src/formats/curl.ts";
import { escapeControls } from "../../src/values/escape.ts";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";
import { named } from "../support/skipped.ts";

const read = (command: string | Buffer): WebhookRequest => readCurl(Buffer.from(command), "cmd.sh");

/** A server that keeps the last request as it came. */
let last: WebhookRequest | undefined;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const headers = request.rawHeaders.flatMap((name, at): HeaderPair[] =>
      at % 2 === 0 ? [[name, request.rawHeaders[at + 1] ?? ""]] : [],
    );
    last = { method: request.method ?? "", target: request.url ?? "", headers, body: Buffer.concat(chunks) };
    response.end();
  });
});
let origin = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const noCurl = await promisify(execFile)("curl", ["--version"]).then(
  () => null,
  () => "no curl here",
);

const runShell = async (command: string, shell = "bash"): Promise<WebhookRequest> => {
  last = undefined;
  // As a script on standard input: the command is longer than one argument may be.
  const running = promisify(execFile)(shell, ["-s"], { encoding: "buffer" });
  running.child.stdin?.end(command.replace(/\bcurl /, "curl -s "));
  await running;
  if (last === undefined) throw new Error(`nothing came of ${command}`);
  return last;
};

// What curl adds by itself, which no command shows.
const withoutOwn = ({ method, target, headers, body }: WebhookRequest): unknown => ({
  method,
  target,
  headers: headers
    .filter(
      ([name, value]) =>
        !/^(?:user-agent|accept-encoding|content-length|expect)$/i.test(name) &&
        !(name === "Accept" && value === "*/*"),
    )
    .map(([name, value]) => `${name}: ${value}`)
    .toSorted(),
  body: body.toString("latin1"),
});

const commands = [
  `curl 'ORIGIN/hooks?a=1&b=2' -X POST -H 'X-Odd: 1' -H 'x-odd: 2' --data-raw '{"a":1.0,"u":"https:\\/\\/x.test"}'`,
  `curl "ORIGIN/x" -d "{\\"a\\":\\"b\\\\n\\"}" -H "content-type: application/json"`,
  `curl ORIGIN/x -d a=1 -d 'b=2' --data-urlencode 'c=ü &=' --data-urlencode =x/y --data-urlencode 'plain text'`,
  `curl ORIGIN/x --data-binary $'a\\r\\nb\\tc\\x41\\u00e9\\0101\\'q\\'\\\\ \\ud83d' -H $'x-note: it\\'s'`,
  `curl ORIGIN -sSLXPUT -dhello -H'A: b'`,
  `curl ORIGIN/x --json '{"a":' --json '1}'`,
  `curl -G ORIGIN/x?y=1 -d a=1 -d b=2`,
  `curl ORIGIN/x -u 'me:pass' -b 'a=1; b=2' -A agent -e http://ref.test/ -d ''`,
  `curl ORIGIN/x -H 'Empty;' -H 'Gone:' -H 'Content-Type:' -d x`,
  `curl -I ORIGIN/x`,
  `curl \\\n  --url ORIGIN/x \\\n  --compressed \\\n  --data @- <<< nothing`.replace(
    "--data @- <<< nothing",
    "--data-raw '@literal'",
  ),
  `curl ORIGIN/x -d 'two
lines' --http1.1 -o /dev/null -w '%{http_code}' --max-time 5 2>&1 | cat`,
  `curl 'ORIGIN/x' -d 'it'\\''s' # a comment`,
  `curl ORIGIN/x -H 'Authorization: Bearer \\$x' -d 'cost $5 "q" \`x\`'`,
  `curl ORIGIN/x -d "\\$HOME \\\`x\\\` cost \\"5\\" $ a\\q"`,
  `curl ORIGIN/a\\ b'c'"d" -d x`.replace("a\\ b", "a_b"),
];

describe("a curl command", () => {
  test.skipIf(noCurl !== null).each(commands)(
    named("is read as curl itself sends it: %s", noCurl),
    async (template) => {
      // A lone half of a surrogate pair is not text; bash writes bytes for it that no server can echo.
      const command = template.replaceAll("ORIGIN", origin).replace(" \\ud83d", "");
      const sent = await runShell(command);
      expect(withoutOwn(read(command))).toEqual(withoutOwn(sent));
    },
  );

  test("keeps header order, case and duplicates, and takes Host and form type as curl does", () => {
    expect(read(`curl https://x.test/hooks -H 'B: 2' -H 'a: 1' -H 'b: 3' -d x=1`)).toEqual({
      method: "POST",
      target: "/hooks",
      url: "https://x.test/hooks",
      headers: [
        ["Host", "x.test"],
        ["B", "2"],
        ["a", "1"],
        ["b", "3"],
        ["Content-Type", "application/x-www-form-urlencoded"],
      ],
      body: Buffer.from("x=1"),
    });
  });

  test.each([
    [
      `curl ^"https://x.test/h?a=1^&b=^%^20^" ^\r\n  -H ^"content-type: application/json^" ^\r\n  --data-raw ^"^{^\\^"a^\\^":^\\^"C:^\\^\\x^\\^",^\\^"n^\\^":1.0^}^"`,
      '{"a":"C:\\x","n":1.0}',
    ],
    [`curl ^"https://x.test/h?a=1^&b=^%^20^" -d ^"line one^\n\nline two^"`, "line one\nline two"],
    [`C:\\Users\\me>curl.exe "https://x.test/h?a=1&b=%^20" -X POST -d "{\\"a\\":\\"b c\\"}"`, '{"a":"b c"}'],
    [`curl.exe "https://x.test/h?a=1&b=%20" -d "say ""hi"" ^ x"`, 'say "hi" ^ x'],
  ])("is read in Windows' form: %s", (command, body) => {
    const request = read(command);
    expect(request).toMatchObject({ method: "POST", url: "https://x.test/h?a=1&b=%20", target: "/h?a=1&b=%20" });
    expect(request.body.toString()).toBe(body);
  });

  test.each([
    [`$ curl x.test -d a`, "http://x.test", "a"],
    [`# from the docs\n\ncurl x.test -d $'\\ud83d\\ude00'`, "http://x.test", "😀"],
    [`curl x.test -d a ; echo done`, "http://x.test", "a"],
    [`curl x.test -d a && echo done`, "http://x.test", "a"],
    [`/usr/bin/curl x.test -d a > out.txt`, "http://x.test", "a"],
  ])("is found in %j", (command, url, body) => {
    expect(read(command)).toMatchObject({ url, body: Buffer.from(body) });
  });

  test.each([
    ["curl", "cmd.sh: the curl command has no URL"],
    ["curl x.test -d", "curl's option -d has no value"],
    ["curl x.test --nope", "'--nope' is not a curl option hookproof knows"],
    ["curl x.test -F a=b", "with -F, curl generates the body or headers itself"],
    ["curl x.test -d @body.json", "the body is in a separate file, @body.json"],
    ["curl x.test -d 'a", "cmd.sh line 1: a quote that opens here is never closed"],
    ['curl x.test \\\n -d "a', "cmd.sh line 2: a quote that opens here is never closed"],
    ['curl x.test -H "X: $SIG"', "$SIG is known only to the shell that ran the command"],
    ["curl x.test -d $(cat x)", "$( is known only to the shell that ran the command"],
    ["curl x.test -d `cat x`", "needs a shell"],
    ["curl x.test -d @- < x", "needs a shell"],
    ["curl http://x.test/?a=1&b=2 -d x", "an & outside quotes ends the command"],
    ["curl ftp://x.test", "'ftp://x.test' is not an http or https URL"],
    ["curl a.test b.test", "several URLs"],
    ["curl x.test -H 'no colon'", "'no colon' is not a header"],
    ["curl x.test -H $'A: b\\nC: d'", "is not a header"],
    ['curl ^"x.test^" -d ^"a', "a quote in the command is never closed"],
  ])("is refused, with the reason: %s", (command, message) => {
    expect(() => read(command)).toThrow(
      expect.objectContaining({ code: "input-malformed", message: expect.stringContaining(message) }),
    );
  });

  test("asks which, where there are several", () => {
    const two = Buffer.from("curl a.test ;\ncurl b.test");
    expect(() => readCurl(two, "f")).toThrow(
      expect.objectContaining({ code: "usage", message: "f contains 2 curl commands" }),
    );
    expect(readCurl(two, "f", { entry: 2 }).url).toBe("http://b.test");
    expect(() => readCurl(two, "f", { entry: 3 })).toThrow(/has no curl command 3; it has 2/);
  });

  test("takes a body's file where files may be read", () => {
    const attachment = (path: string): Buffer => Buffer.from(`<${path}>\r\n`);
    expect(readCurl(Buffer.from("curl x.test -d @a.json"), "f", { attachment }).body.toString()).toBe("<a.json>");
    expect(readCurl(Buffer.from("curl x.test --data-binary @a.json"), "f", { attachment }).body.toString()).toBe(
      "<a.json>\r\n",
    );
  });
});

const request: WebhookRequest = {
  method: "POST",
  target: "/hooks?x=%20[1]",
  headers: [
    ["Host", "HOST"],
    ["X-Odd", "1"],
    ["x-odd", "it's"],
    ["Content-Type", "application/json"],
    ["X-Empty", ""],
  ],
  body: Buffer.from('{ "amount":1.0, "url":"https:\\/\\/x.test", "e":"\\u00e9", "q":"it\'s $HOME `x` é" }\n'),
};
const at = (of: WebhookRequest): WebhookRequest => ({
  ...of,
  url: `${origin}${of.target}`,
  headers: of.headers.map(([name, value]) => [name, value === "HOST" ? origin.slice(7) : value]),
});

describe("toCurl", () => {
  const bodies: readonly (readonly [string, Buffer])[] = [
    ["text", request.body],
    ["empty", Buffer.alloc(0)],
    ["binary", Buffer.from([0, 255, 10, 13, 39, 0x1b])],
    ["text with escape sequences", Buffer.from("\u001b[2J\u202e")],
    ["an at sign first", Buffer.from("@/etc/hostname")],
    ["text of 300 kB", Buffer.from("it's é ".repeat(40_000))],
  ];

  test.skipIf(noCurl !== null).each(bodies)(
    named("writes a command that sends the same request: %s", noCurl),
    async (_name, body) => {
      const sent = at({ ...request, body });
      const command = toCurl(sent);
      expect(withoutOwn(await runShell(command, "sh"))).toEqual(withoutOwn(sent));
      const plain = command.replaceAll("\n", "");
      expect(escapeControls(plain)).toBe(plain);
    },
  );

  test.each(bodies)("writes a command that readCurl reads back: %s", (_name, body) => {
    const sent = at({ ...request, body });
    expect(read(toCurl(sent))).toEqual(sent);
  });

  test.skipIf(noCurl !== null)(named("sends header bytes that are not text as they are", noCurl), async () => {
    const sent = at({
      ...request,
      headers: [
        ["Host", "HOST"],
        ["X-Name", "caf\xe9 %'\"\\"],
        ["Content-Type", "a/b"],
      ],
    });
    expect(withoutOwn(await runShell(toCurl(sent), "sh"))).toEqual(withoutOwn(sent));
  });

  test("puts a placeholder for redacted headers", () => {
    expect(toCurl({ ...request, url: "https://x.test/hooks" }, { redactHeaders: ["X-ODD"] })).toMatchInlineSnapshot(`
      "curl -X POST https://x.test/hooks \\
        -H 'Host: HOST' \\
        -H 'X-Odd: <redacted>' \\
        -H 'x-odd: <redacted>' \\
        -H 'Content-Type: application/json' \\
        -H 'X-Empty;' \\
        --data-raw '{ "amount":1.0, "url":"https:\\/\\/x.test", "e":"\\u00e9", "q":"it'\\''s $HOME \`x\` é" }
      '"
    `);
  });

  test("round-trips any request a shell can carry", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(
          fc.tuple(fc.stringMatching(/^[A-Za-z][A-Za-z-]{0,9}$/), fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/)),
          { maxLength: 5 },
        ),
        (body, headers) => {
          const own = headers.filter(([name]) => !/^(?:host|content-(?:type|length))$/i.test(name));
          const sent: WebhookRequest = {
            method: "POST",
            target: "/x",
            url: "https://x.test/x",
            headers: [["Host", "x.test"], ...own, ["Content-Type", "a/b"]],
            body: Buffer.from(body),
          };
          expect(read(toCurl(sent))).toEqual(sent);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
