import { describe, expect, test } from "vitest";
import { redactBody } from "../../src/evidence/redact/body.ts";
import { redactLines } from "../../src/evidence/redact/lines.ts";
import { makeRedactor } from "../../src/evidence/redact/redactor.ts";
import { readRulesFile } from "../../src/evidence/redact/rules-file.ts";
import { luhn } from "../../src/evidence/redact/checks.ts";
import { scanFiles } from "../../src/evidence/scan.ts";
import { HookproofError } from "../../src/errors.ts";
import { Secret } from "../../src/values/secret.ts";
import { unspaced } from "./unspaced.ts";

const key = Buffer.alloc(32, 7);
const at = { file: "f", place: "p" };
const plain = () => makeRedactor({ key, secrets: [], keep: ["evt_4242424242424242", "acme"] });

describe("text", () => {
  test.each([
    ["a JWT", "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_Def", "eyJhbGciOiJIUzI1NiJ9"],
    ["a bearer token", "Authorization: Bearer abcdefgh12345", "abcdefgh12345"],
    ["a basic token", "proxy said basic dXNlcjpwYXNz1=", "dXNlcjpwYXNz"],
    ["a cookie", "cookie: session=abc; other=def", "session=abc"],
    ["a Stripe key", "using sk_live_51Habcdefghij", "sk_live_51Habcdefghij"],
    ["a GitHub token", "ghp_abcdefghijklmnop1234", "ghp_abcdefghijklmnop1234"],
    ["a Slack token", "xoxb-123456-abcdef", "xoxb-123456-abcdef"],
    ["an AWS key", "AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"],
    ["a signing secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    ["a 10x token", "bearer patv1_tok1.s3cretpart", "s3cretpart"],
    ["an Apex key", "key apex_key_0123456789", "apex_key_0123456789"],
    ["an e-mail address", "user ada.lovelace+x@example.co.uk", "ada.lovelace"],
    ["a card number", "paid with 4242 4242 4242 4242", "4242 4242"],
    ["a password in JSON", '{"msg":1,"password":"hunter2"', "hunter2"],
    ["a password in escaped JSON", '{\\"password\\":\\"hunter2\\"}', "hunter2"],
    ["a password in logfmt", "level=info password=hunter2 x=1", "hunter2"],
    ["a query value", "GET /x?code=zzz99&id=7", "zzz99"],
    ["credentials in a URL", "postgres://app:pw123@db.local/x", "pw123"],
    [
      "a private key cut off",
      "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAxxxxxxxxxxxxxxxxx\nMIIEowIB",
      "MIIEowIB",
    ],
    [
      "a private key in an environment file",
      "KEY=-----BEGIN PRIVATE KEY-----\\nMIIEowIBAAKCAQEAxxxx\\nabcd\\n-----END PRIVATE KEY-----",
      "MIIEowIB",
    ],
    [
      "a password inside base64",
      `data ${Buffer.from('{"password":"hunter2"}').toString("base64")}`,
      Buffer.from('"hunter2"').toString("base64").slice(4, 10),
    ],
    ["a password inside URL encoding", encodeURIComponent('{"password":"hunter2"}'), "hunter2"],
    ["a password of a command", "exec curl --password hunter2 -s https://x.example", "hunter2"],
    ["curl's user and password", "curl -u admin:hunter2 https://x.example", "hunter2"],
    ["a token that a scheme's parameter holds", 'Authorization: Token token="hunter22"', "hunter22"],
    ["a digest answer", `Digest username="x", response="${"0a1b".repeat(8)}"`, "0a1b0a1b"],
    ["a signature in a log", `x-hub-signature-256: sha256=${"ab".repeat(32)}`, "abababab"],
    ["a key called by two words", "signing key: hunter2", "hunter2"],
    ["a password in XML", "<db:password type='x'>hunter2</db:password>", "hunter2"],
    ["a multipart field", 'form-data; name="password"\r\nContent-Type: text/plain\r\n\r\nhunter2\r\n--b', "hunter2"],
    ["a multipart field on one line", 'form-data; name=\\"password\\"\\r\\n\\r\\nhunter2\\r\\n--b', "hunter2"],
    ["a field of a page", '<input type="hidden" name="csrf_token" class="x" value="hunter2">', "hunter2"],
    ["a session cookie by its name", "PHPSESSID=hunter2", "hunter2"],
    ["an address in HTML entities", "to &#97;da&#64;x&#x2e;example now", "&#97;da"],
    ["a random token", "key: AbCdEf1234GhIjKl5678MnOpQr", "AbCdEf1234"],
  ])("masks %s", (_name, text, hidden) => {
    const shown = plain().text(text, at);
    expect(shown).not.toContain(hidden);
    expect(shown).toMatch(/\[redacted:[a-z-]+:[0-9a-f]{4,}\]/);
  });

  test.each([
    "evt_4242424242424242 failed with 503 at 2026-06-19T12:00:00Z",
    "POST /webhooks/10x HTTP/1.1 401 19 trace_id=4bf92f3577b34da6a3ce929d0e0e4736",
    "id 1750000000000 request 5f3c1a2b-1111-4111-8111-111111111111 hooks.acme.example",
    "basic authentication failed, bearer token missing",
    "GET /x?id=7&attempt=2",
    "/api/v1/webhooks/inboundEvents/AcmeCorp99/createdSinceMonday",
    "evt_1NG8Du2eZvKYlo2CUI79vXWy of pi_1Dq2f42eZvKYlo2C1ZtY7bXK, msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
    "wrong password 401 for bob, the token is invalid, auth middleware refused, AUTH required, OTP expired",
    "docker run -p 8080:80 x; ssh -p 22 h; mysql -P 3306 -h db; psql -p 5432",
    "at check (/srv/app/src/password.ts:12:7), error code 1234, exit code 137, ip-10-0-0-123 443 250 ms",
    "41111111-1111-4111-8111-abcdefabcdef trace_id=4111111111111111 order_id: 4242424242424242",
    "GB12 is not an account, AE07 neither, 2026-06-19 13:00:00 +0200, took 1750000000123456 ns",
    "git clone ssh://git@host/x https://hooks.acme.example/hooks/10x",
    "signature mismatch, signature=invalid, token expired, password reset mail sent, bypass=1",
  ])("leaves what support needs: %s", (text) => {
    expect(plain().text(text, at)).toBe(text);
  });

  test("a path keeps its words and loses its secret segment", () => {
    expect(plain().text("POST https://hooks.acme.example/services/AbCd1234EfGh5678IjKl/incoming 404", at)).toMatch(
      /^POST https:\/\/hooks\.acme\.example\/services\/\[redacted:random:\w+\]\/incoming 404$/,
    );
  });

  test("a word under a secret's key is masked there and stays elsewhere", () => {
    const redactor = plain();
    expect(redactor.text("auth=required", at)).toMatch(/^auth=\[redacted:/);
    expect(redactor.sweep("this is required", "f")).toBe("this is required");
  });

  test("a credential found in one place is masked where nothing else tells it", () => {
    const redactor = plain();
    const [, token] = /(\[.*\])/.exec(redactor.text("password=blue42horse", at)) ?? [];
    expect(redactor.sweep("he typed blue42horse", "f")).toBe(`he typed ${token}`);
  });

  test("equal values get equal tokens, also under different rules and in different files", () => {
    const redactor = plain();
    const one = redactor.text("mail ada@example.com", at);
    const two = redactor.header(["X-User", "ada@example.com"], { file: "g" })[1];
    expect(one).toBe(`mail ${two}`);
  });

  test("another bundle's key gives other tokens", () => {
    const other = makeRedactor({ key: Buffer.alloc(32, 8), secrets: [] });
    expect(other.text("ada@example.com", at)).not.toBe(plain().text("ada@example.com", at));
  });

  test("a token is not masked again", () => {
    const redactor = plain();
    const once = redactor.text("password=hunter2 ada@example.com", at);
    expect(redactor.text(once, at)).toBe(once);
  });

  test.each([
    ["numeric HTML entities", (text: string) => text.replace(/./gsu, (char) => `&#${char.codePointAt(0)};`)],
    ["JSON within JSON with every character escaped", (text: string) => JSON.stringify(`"${escaped(text)}"`)],
    ["URL encoding done twice", (text: string) => encodeURIComponent(encodeURIComponent(text))],
    ["base64url of base64", (text: string) => twice(text)],
  ])("a known secret in %s is masked", (_name, spell) => {
    const secret = "pässwörd/7Hb1DX8p+5k";
    const redactor = makeRedactor({ key, secrets: [new Secret("s", secret)] });
    const spelt = spell(secret);
    expect(redactor.text(`got <${spelt}> here`, at)).not.toContain(spelt.slice(8, 20));
  });

  // 100,000 of them in the slow tests.
  unspaced(10_000);
});

const escaped = (text: string): string =>
  text.replace(/./gsu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
const twice = (text: string): string => Buffer.from(Buffer.from(text).toString("base64")).toString("base64url");

describe("headers", () => {
  test.each([
    [["Authorization", "Bearer xyz12345678"], /^Bearer \[redacted:authorization:/],
    [["x-arjun-signature", `sha256=${"ab".repeat(32)}`], /^sha256=\[redacted:signature:/],
    [["Stripe-Signature", `t=1750000000,v1=${"ab".repeat(32)}`], /^t=1750000000,v1=\[redacted:signature:/],
    [["X-Whatever", "production"], /^\[redacted:header:/],
    [["Cookie", "a=b"], /^\[redacted:cookie:/],
    [["Content-Type", "application/json"], /^application\/json$/],
    [["X-GitHub-Event", "push"], /^push$/],
    [["Location", "https://acme.example/x?code=abc"], /^https:\/\/acme\.example\/x\?code=\[redacted:/],
  ] as const)("%j", ([name, value], wanted) => {
    const [shownName, shown] = plain().header([name, value], { file: "f" });
    expect(shownName).toBe(name);
    expect(shown).toMatch(wanted);
  });
});

describe("names and values that JSON holds apart", () => {
  test.each([
    ["pairs with names", { headers: [{ name: "X-Api-Key", value: "hunter2" }] }],
    ["pairs with keys", { Parameter: { Key: "DB_PASSWORD", Value: "hunter2" } }],
    ["signature headers", { headers: { s: [{ key: "X-Acme-Signature", value: "hunter2" }] } }],
    ["rawHeaders", { rawHeaders: ["Host", "acme.example", "Authorization", "hunter2"] }],
    ["a list of pairs", { headers: [["x-api-key", "hunter2"]] }],
    ["arguments", { args: ["--verbose", "--token", "hunter2", "x"] }],
  ])("%s", (_name, value) => {
    const shown = redactBody(plain(), Buffer.from(JSON.stringify(value)), "application/json", "full", [], at).text;
    expect(shown).not.toContain("hunter2");
    expect(JSON.parse(shown)).toHaveProperty(Object.keys(value)[0] ?? "");
  });

  test("what is not a secret's name keeps its value", () => {
    const text =
      '{"headers":[{"name":"Host","value":"acme.example"}],"rawHeaders":["Accept","*/*"],"list":["id","type"]}';
    expect(redactBody(plain(), Buffer.from(text), "application/json", "full", [], at).text).toBe(text);
  });
});

describe("bodies", () => {
  const body = Buffer.from(
    '{ "id":"evt_1", "n":1.0, "n":2, "email":"ada@x.org", "card":4242424242424242, "deep":{"token":"abc12345"} }',
  );
  const shown = (mode: "shape" | "redacted" | "full") =>
    redactBody(plain(), body, "application/json", mode, ["id"], at).text;

  test("as a shape show keys and types, and the id", () => {
    expect(shown("shape")).toBe(
      '{ "id":"evt_1", "n":"<number>", "n":"<number>", "email":"<string>", "card":"<number>", "deep":{"token":"<string>"} }',
    );
  });

  test("redacted keep order, duplicates and numbers as written", () => {
    expect(shown("redacted")).toMatch(
      /^\{ "id":"evt_1", "n":1\.0, "n":2, "email":"\[redacted:email:\w+\]", "card":"\[redacted:card:\w+\]", "deep":\{"token":"\[redacted:secret:\w+\]"\} \}$/,
    );
  });

  test("in full still hide credentials", () => {
    expect(shown("full")).toContain("ada@x.org");
    expect(shown("full")).not.toContain("abc12345");
    expect(shown("full")).not.toContain("4242424242424242");
  });

  test("of a form keep their keys", () => {
    const form = redactBody(
      plain(),
      Buffer.from("token=abc12345&text=hi%20there&mail=ada%40example.com"),
      "application/x-www-form-urlencoded",
      "redacted",
      [],
      at,
    );
    expect(form.text).toMatch(/^token=\[redacted:secret:\w+\]&text=hi%20there&mail=\[redacted:email:\w+\]$/);
  });
});

describe("known secrets", () => {
  const secret = new Secret("--secret", 'pä"ss/word?1&x');
  const bytes = secret.reveal();
  test.each([
    ["plain", bytes.toString()],
    ["as JSON", JSON.stringify(bytes.toString()).slice(1, -1)],
    ["as JSON with ASCII escapes", 'p\\u00e4\\"ss/word?1&x'],
    ["base64", bytes.toString("base64")],
    ["base64 one byte on", Buffer.concat([Buffer.from("x"), bytes]).toString("base64")],
    ["base64 two bytes on", Buffer.concat([Buffer.from("xy"), bytes, Buffer.from([0, 255])]).toString("base64")],
    ["base64url", bytes.toString("base64url")],
    ["hex", bytes.toString("hex")],
    ["hex in capitals", bytes.toString("hex").toUpperCase()],
    ["URL-encoded", encodeURIComponent(bytes.toString())],
    [
      "URL-encoded in small letters",
      encodeURIComponent(bytes.toString()).replace(/%../g, (code) => code.toLowerCase()),
    ],
    ["URL-encoded twice", encodeURIComponent(encodeURIComponent(bytes.toString()))],
  ])("%s: masked, and found by the search where it is not", (_name, form) => {
    const redactor = makeRedactor({ key, secrets: [secret] });
    const line = `x ${form} y`;
    expect(scanFiles([{ name: "a", data: Buffer.from(line) }], [secret])).toHaveLength(form.includes("\\u") ? 0 : 1);
    expect(redactor.text(line, at)).toMatch(/^x \[redacted:[a-z-]+:\w+\] y$/);
    expect(scanFiles([{ name: "a", data: Buffer.from(redactor.text(line, at)) }], [secret])).toEqual([]);
  });

  test("a short secret is masked as a word of its own and not inside of others", () => {
    const redactor = makeRedactor({ key, secrets: [new Secret("--secret", "test")] });
    expect(redactor.text("webhook.test attest test", at)).toMatch(/^webhook\.test attest \[redacted:/);
  });
});

describe("a log", () => {
  const shown = (lines: readonly string[]) =>
    redactLines(plain(), lines, (index) => ({ file: "f", place: `line ${index + 1}` })).join("\n");

  test.each([
    ["a list that Node prints over lines", ["rawHeaders: [", "  'X-Api-Key',", "  'hunter2',", "]"]],
    ["YAML whose value is on the next line", ["password: |", "  hunter2"]],
    ["a private key without its head", ["hunter2hunter2hunter2", "AAAA", "-----END PRIVATE KEY-----"]],
  ])("%s is masked", (_name, lines) => {
    expect(shown(lines)).not.toContain("hunter2");
  });

  test("keeps its lines, whatever goes over several of them", () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const redactor = makeRedactor({ key, secrets: [new Secret("s", secret)] });
    const lines = ["a", secret.slice(0, 15), secret.slice(15), "b"];
    const masked = redactLines(redactor, lines, () => at);
    expect(masked).toEqual(["a", expect.stringMatching(/^\[redacted:/), expect.stringMatching(/^\[redacted:/), "b"]);
  });
});

describe("a rules file", () => {
  test("turns rules off", () => {
    const redactor = makeRedactor({ key, secrets: [], allow: { rules: ["phone", "iban"] } });
    const text = "call +14155550123 or pay DE89370400440532013000";
    expect(redactor.text(text, at)).toBe(text);
    expect(plain().text(text, at)).toMatch(/^call \[redacted:phone:\w+\] or pay \[redacted:iban:\w+\]$/);
  });

  test("adds rules and lets names through", async () => {
    const { rules, allow } = await readRulesFile(
      '{"rules":[{"name":"customer","pattern":"cus_[a-z0-9]+"}],"allow":{"headers":["x-region"],"keys":["token"]}}',
      "r.json",
    );
    const redactor = makeRedactor({ key, secrets: [], rules, allow });
    expect(redactor.text("for cus_81ab token=abc", at)).toMatch(/^for \[redacted:customer:\w+\] token=abc$/);
    expect(redactor.header(["X-Region", "eu"], { file: "f" })[1]).toBe("eu");
  });

  test.each([
    ["{", /not JSON/],
    ['{"rules":[{"name":"x"}]}', /needs a pattern/],
    ['{"rules":[{"name":"x","pattern":"("}]}', /not a valid RE2 regular expression/],
    ['{"rules":[{"name":"x","pattern":"a*"}]}', /matches empty text/],
    ['{"rule":[]}', /rule/],
    ['{"rules":[{"name":"x","pattern":"(?<!a)b"}]}', /not a valid RE2 regular expression/],
    ['{"rules":[{"name":"x","pattern":"(a)\\\\1"}]}', /not a valid RE2 regular expression/],
  ])("%s is refused with its place", async (text, message) => {
    await expect(readRulesFile(text, "r.json")).rejects.toThrow(HookproofError);
    await expect(readRulesFile(text, "r.json")).rejects.toThrow(message);
  });

  test("takes patterns as JavaScript writes them, and masks the group named value alone", async () => {
    const { rules } = await readRulesFile(
      JSON.stringify({
        rules: [
          { name: "customer", pattern: "kunde=(?<value>[\\p{L}\\d]+)" },
          { name: "sign", pattern: "\\u20ac\\d{2,}" },
        ],
      }),
      "r.json",
    );
    const redactor = makeRedactor({ key, secrets: [], rules });
    expect(redactor.text("KUNDE=Jörg7 zahlt €4711 😀 kunde=x", at)).toMatch(
      /^KUNDE=\[redacted:customer:\w+\] zahlt \[redacted:sign:\w+\] 😀 kunde=\[redacted:customer:\w+\]$/,
    );
  });

  test("a pattern that would take for ever elsewhere does not here", async () => {
    const { rules } = await readRulesFile('{"rules":[{"name":"x","pattern":"(?:a+)+$"}]}', "r.json");
    const redactor = makeRedactor({ key, secrets: [], rules });
    expect(redactor.text(`${"a".repeat(5000)}!`, at)).toContain("!");
  });
});

test.each([
  ["4242424242424242", true],
  ["4242424242424241", false],
  ["378282246310005", true],
  ["0000000000000000", false],
])("the check digit of %s: %s", (digits, right) => {
  expect(luhn(digits)).toBe(right);
});

describe("a known secret with the marks that URLs and forms are cut at", () => {
  const secret = "S3cr3t/With+Odd=Chars&night_47#11?x";
  const knowing = () => makeRedactor({ key, secrets: [new Secret("env:S", secret)] });

  test.each([`https://a.example/hooks?token=${secret}&id=7`, `https://a.example/${secret}/x`])(
    "is masked whole in %s",
    (url) => {
      expect(knowing().url(url, at)).not.toMatch(/S3cr3t|Chars|night_47|11\?x/);
    },
  );

  test("is masked whole in a form", () => {
    const body = Buffer.from(`a=1&token=${secret}`);
    const { text } = redactBody(knowing(), body, "application/x-www-form-urlencoded", "redacted", [], at);
    expect(text).not.toMatch(/S3cr3t|Chars|night_47|11\?x/);
    expect(text).toMatch(/^a=1&token=\[redacted:[a-z-]+:[0-9a-f]+\]$/);
  });

  test("has one token, in hex too", () => {
    const redactor = knowing();
    const [plainOne, inHex] = [secret, Buffer.from(secret).toString("hex")].map((one) =>
      redactor.text(`was ${one}`, at),
    );
    expect(inHex).toBe(plainOne);
  });
});

test.each([
  ["escaped newlines behind a form field's name", `name="password"${"\\n".repeat(100_000)}`],
  ["lines behind a form field's name", `name="password"${`${"x".repeat(199)}\n`.repeat(1000)}`],
  ["escaped quotes", '\\"'.repeat(200_000)],
  ["backslashes", "\\".repeat(200_000)],
  ["keys without values", 'a="'.repeat(100_000)],
  ["the word digest", "digest ".repeat(100_000)],
  ["pieces of a key", `${"A".repeat(76)}\n`.repeat(5000)],
])("text that would make patterns slow does not: %s", (_name, text) => {
  const redactor = makeRedactor({ key, secrets: [] });
  expect(redactor.text(text, at).length).toBeGreaterThan(0);
});
