import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { configSchemaText } from "../../scripts/config-schema.ts";
import { configCheckOutput } from "../../src/commands/config/schema.ts";
import { loadConfig } from "../../src/storage/config.ts";
import { blocksOf } from "../support/markdown.ts";
import { run, temporaryFolder } from "../support/run.ts";

const folderWith = (text: string): string => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "hookproof.config.json"), text);
  return folder;
};

const page = readFileSync(fileURLToPath(new URL("../../docs/profiles.md", import.meta.url)), "utf8");
const examples = blocksOf(page).flatMap(({ language, text }) => (language === "json" ? [text] : []));

describe("the project file", () => {
  test("is found above the working folder, as far as the repository's root", async () => {
    const folder = folderWith('{"provider":"10x","secrets":{"10x":"env:A","stripe":["env:B","store:C"]}}');
    const deep = join(folder, "a", "b");
    mkdirSync(deep, { recursive: true });
    expect(await loadConfig(deep, {})).toMatchObject({
      path: join(folder, "hookproof.config.json"),
      provider: "10x",
      secrets: { "10x": ["env:A"], stripe: ["env:B", "store:C"] },
    });
    mkdirSync(join(folder, "a", ".git"));
    expect((await loadConfig(deep, {})).path).toBeNull();
  });

  test.each([
    ["{", /is not JSON: it ends too early/],
    ["", /is not JSON: it ends too early/],
    ['{\n  "provider": 10x\n}', /2:17 {2}is not JSON: unexpected text at line 2, column 17/],
    ["[]", /1:1 {2}is a list, expected an object/],
    ['{"provder":"10x"}', /there is no field 'provder'; did you mean provider\?/],
    ['{"secrets":{"10y":"env:A"}}', /secrets\.10y: there is no provider '10y'; did you mean 10x\?/],
    ['{"providers":[{"id":"acme","schemes":[]}]}', /providers\[0\]\.name: is missing/],
    ['{"provider":1}', /1:13 {2}provider: is a number, expected text/],
    ['{"providr":"10x"}', /providr/],
    ['{"providers":[{"id":"A b"}]}', /providers\[0\]\.id: /],
    ['{"secrets":{"10x":["env:A",""]}}', /secrets\.10x\[1\]: /],
    ['{"provider":"strip"}', /provider: there is no provider 'strip'; did you mean stripe/],
    ['{"endpoint":"ftp://x.test"}', /endpoint: is not an http or https URL/],
    [
      '{"providers":[{"id":"a","extends":"10x","aliases":["b"]},{"id":"b","extends":"10x"}]}',
      /providers\[1\]: 'b' is also a name of providers\[0\]/,
    ],
    ['{"providers":[{"id":"acme","name":"Acme"}]}', /providers\[0\]\.schemes: /],
    ['{"providers":[{"id":"x","extends":"10x","delivery":{"timeout":"soon"}}]}', /providers\[0\]\.delivery\.timeout: /],
    ['{"providers":[{"id":"x","extends":"nobody"}]}', /no provider 'nobody'/],
  ])("%s is refused with exit 2, naming file and field", async (text, message) => {
    const { exit, stdout } = await run(["config", "check"], { cwd: folderWith(text) });
    expect(exit).toBe(2);
    expect(stdout).toMatch(message);
  });

  test.each([
    ['{"secrets": {\n', "the { at line 1, column 13 is not closed"],
    ['{\n  "provider": "10x', 'the " at line 2, column 15 is not closed'],
    ["", "the file is empty: write {} or remove it"],
    ['{"provider": "10x",\n}', "remove the comma before the }: JSON has no trailing commas"],
    ['{\n// mine\n"provider": "10x"}', "remove the comment: JSON has no comments"],
    ["{'provider': \"10x\"}", "names and text need double quotes"],
    ['{"provider": "10x" "endpoint": "http://x"}', "a comma is probably missing before it"],
    ['{"provider":1}', "docs/configuration.md describes the format"],
    ['{"providers":[{"id":"acme","name":"Acme"}]}', "docs/profiles.md describes the format"],
  ])("%j gets the hint that mends it", async (text, hint) => {
    for (const argv of [["config"], ["init", "-p", "stripe"], ["init", "-p", "stripe", "--force"]]) {
      const { exit, stderr } = await run(argv, { cwd: folderWith(text) });
      expect({ argv, exit, stderr }).toEqual({ argv, exit: 2, stderr: expect.stringContaining(hint) });
    }
  });

  test("is not read by the example of verify, which needs nothing", async () => {
    const { exit, stdout } = await run(["verify", "--example"], { cwd: folderWith("{") });
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: expect.stringContaining("signature") });
  });

  test("may begin with a byte order mark", async () => {
    expect((await run(["config", "check"], { cwd: folderWith('\ufeff{"provider":"10x"}') })).exit).toBe(0);
  });

  test("names secrets' files from its own folder, by the platform's id in any case", async () => {
    const folder = folderWith('{"provider":"stripe","secrets":{"Stripe":"file:keys/s.txt"}}');
    for (const name of ["keys", "deep"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "keys", "s.txt"), "topsecret");
    const argv = ["sign", "--event", "payment_intent.succeeded"];
    expect(await run(argv, { cwd: join(folder, "deep") })).toMatchObject({ exit: 0, stderr: "" });
  });

  test("that holds a secret itself is told so, and the secret is not shown", async () => {
    const cwd = folderWith('{"provider":"10x","secrets":{"10x":"topsecret-key"}}');
    for (const argv of [
      ["config", "check"],
      ["sign", "--event", "link.clicked"],
    ]) {
      const { exit, stdout, stderr } = await run(argv, { cwd });
      expect([exit, stderr]).toEqual([0, expect.stringContaining("the project file contains a literal secret")]);
      expect(stdout + stderr).not.toContain("topsecret");
    }
  });

  const scheme = {
    name: "v1",
    summary: "",
    header: "X-Sig",
    layout: { kind: "pairs", key: "s" },
    encoding: "hex",
    mac: { kind: "hmac", hash: "sha256", key: "text" },
    content: ["body"],
  };
  const timestamp = { from: { pair: "t" }, unit: "s", form: "canonical", past: "5m", future: "any" };
  const acme = (its: object, more: object = {}): string =>
    JSON.stringify({ providers: [{ id: "acme", name: "Acme", schemes: [{ ...scheme, ...its }], ...more }] });

  test.each([
    ["an id that stands in no header", acme({ content: ["id", "body"] }), "schemes[0].id: is missing"],
    ["a timestamp that stands nowhere", acme({ content: ["timestamp"] }), "schemes[0].timestamp: is missing"],
    [
      "a hash without a secret",
      acme({ mac: { kind: "digest", hash: "sha256" } }),
      'schemes[0].content: does not contain "secret"',
    ],
    [
      "a pair where the header has none",
      acme({ layout: { kind: "single" }, timestamp }),
      "schemes[0].timestamp.from: a pair needs a header",
    ],
    [
      "the signature's header for the timestamp's",
      acme({ timestamp: { ...timestamp, from: { header: "x-sig" } } }),
      "schemes[0].timestamp.from: X-Sig contains the signature",
    ],
    [
      "fewer waits than attempts have",
      acme({}, { delivery: { attempts: 4, delays: ["1m"] } }),
      "delivery.delays: 4 attempts need 3 delays between them, but there is only 1",
    ],
  ])("a profile with %s is refused", async (_what, text, message) => {
    const { exit, stdout } = await run(["config", "check"], { cwd: folderWith(text) });
    expect(exit).toBe(2);
    expect(stdout).toContain(`providers[0].${message}`);
  });

  test("of envelope and delivery a profile may give single fields; it is de-duplicated by its id", async () => {
    const own = { envelope: { id: [{ json: "meta.id" }] }, delivery: { attempts: 2, delays: ["1m"] } };
    const [profile] = (await loadConfig(folderWith(acme({ timestamp }, own)), {})).providers;
    expect(profile).toMatchObject({
      envelope: { id: [{ json: "meta.id" }], type: [{ json: "type" }], dedupe: [{ json: "meta.id" }] },
      delivery: { attempts: 2, delays: ["1m"], timeout: { assumed: "30s", why: "not given" } },
    });
  });

  test.each(["https://x.test/hooks", "localhost:3000/hooks", "3000"])("takes %s for an endpoint", async (endpoint) => {
    expect((await loadConfig(folderWith(JSON.stringify({ endpoint })), {})).endpoint).toBe(endpoint);
  });

  test("is checked from standard input too", async () => {
    const { exit, stdout } = await run(["config", "check", "-"], { stdin: '{"provider":5}' });
    expect([exit, stdout]).toEqual([2, expect.stringMatching(/standard input: 1 problem\n {2}1:13 {2}provider: /)]);
  });

  test("a secret under another name of the platform is the platform's", async () => {
    const cwd = folderWith('{"secrets":{"svix":"env:A"}}');
    const env = { A: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" };
    for (const name of ["svix", "standard-webhooks"])
      expect(await run(["sign", "-", "-p", name], { cwd, env, stdin: "{}" })).toMatchObject({ exit: 0, stderr: "" });
  });

  const scattered = `{
  "provder": "10x",
  "secrets": { "stirpe": "env:A" },
  "providers": [
    {
      "id": "acme", "name": "Acme", "aliases": ["b"], "sumary": "",
      "schemes": [
        {
          "name": "v1", "summary": "", "header": "X-Sig",
          "layout": { "kind": "singel" },
          "encoding": "hexx",
          "mac": { "kind": "hmac", "hash": "sha255", "key": "text" },
          "content": ["timestmp", { "txt": "." }, "body"]
        },
        {
          "name": "v2", "summary": "", "header": "X-Sig", "layout": { "kind": "single" }, "encoding": "hex",
          "mac": { "kind": "digest", "hash": "sha256" },
          "content": ["id", "body"]
        }
      ],
      "headers": [["X-A", "{idd}"]],
      "envelope": { "newId": "evt_{hex}" }
    },
    { "id": "b", "extends": "stirpe" }
  ]
}`;

  test("config check reports every problem with its place and what was probably meant", async () => {
    const cwd = folderWith(scattered);
    const { exit, stdout } = await run(["config", "check"], { cwd });
    const [, ...lines] = stdout.trimEnd().split("\n");
    expect({ exit, lines }).toEqual({
      exit: 2,
      lines: [
        "  2:3  provder: there is no field 'provder'; did you mean provider?",
        "  3:16  secrets.stirpe: there is no provider 'stirpe'; did you mean stripe?",
        "  6:55  providers[0].sumary: there is no field 'sumary'; did you mean summary?",
        expect.stringMatching(
          /^ {2}10:31 {2}providers\[0\]\.schemes\[0\]\.layout\.kind: is not one of .*; did you mean single\?$/,
        ),
        expect.stringMatching(
          /^ {2}11:23 {2}providers\[0\]\.schemes\[0\]\.encoding: is not one of .*; did you mean hex\?$/,
        ),
        expect.stringMatching(
          /^ {2}12:44 {2}providers\[0\]\.schemes\[0\]\.mac\.hash: is not one of .*; did you mean sha256\?$/,
        ),
        expect.stringMatching(
          /^ {2}13:23 {2}providers\[0\]\.schemes\[0\]\.content\[0\]: is not one of .*; did you mean timestamp\?$/,
        ),
        "  13:37  providers[0].schemes[0].content[1].txt: there is no field 'txt'; did you mean text?",
        '  15:9  providers[0].schemes[1].id: is missing, but "content" contains the id: write { "header": NAME }',
        '  18:22  providers[0].schemes[1].content: does not contain "secret": anyone could compute a plain hash of the rest',
        "  21:27  providers[0].headers[0][1]: unknown placeholder {idd}; did you mean {id}?",
        "  22:30  providers[0].envelope.newId: unknown placeholder {hex}; did you mean {hex24}?",
        "  24:5  providers[1]: 'b' is also a name of providers[0]",
        "  24:29  providers[1].extends: there is no provider 'stirpe'; did you mean stripe?",
      ],
    });
    const json = configCheckOutput.parse(JSON.parse((await run(["config", "check", "--json"], { cwd })).stdout));
    expect(json).toMatchObject({ valid: false, providers: [] });
    expect(json.problems).toHaveLength(14);
    expect(json.problems[0]).toEqual({
      line: 2,
      column: 3,
      field: "provder",
      message: "there is no field 'provder'",
      nearest: "provider",
    });
  });

  test("every other command reports the first problem and its place, and how to see all", async () => {
    const { exit, stderr } = await run(["sign", "-p", "10x", "--event", "link.clicked"], {
      cwd: folderWith(scattered),
    });
    expect(exit).toBe(2);
    expect(stderr).toMatch(/config\.json:2:3: provder: there is no field 'provder'\n/);
    expect(stderr).toContain("hint: did you mean provider? `hookproof config check` shows all 14 problems\n");
  });

  test("schema/config.json is what `npx tsx scripts/config-schema.ts` writes", () => {
    const file = fileURLToPath(new URL("../../schema/config.json", import.meta.url));
    expect(readFileSync(file, "utf8")).toBe(configSchemaText());
  });
});

describe("docs/profiles.md", () => {
  test("has its two examples, and both are right", async () => {
    expect(examples).toHaveLength(2);
    for (const text of examples) {
      const { exit, stderr } = await run(["config", "check"], { cwd: folderWith(text) });
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    }
  });

  test("its platform signs and verifies, with the secret and provider of the file", async () => {
    const cwd = folderWith(examples[0] ?? "");
    const options = { cwd, env: { ACME_WEBHOOK_SECRET: "s3cret" }, now: Date.UTC(2026, 5, 19) };
    writeFileSync(join(cwd, "body.json"), '{"id":"evt_1","event":"invoice.paid","amount":1.0}');
    const signed = await run(["sign", "body.json", "--event", "invoice.paid"], options);
    expect(signed.stdout).toMatch(/^X-Acme-Signature: v1=[0-9a-f]{64}$/m);
    const headers = signed.stdout
      .trimEnd()
      .split("\n")
      .flatMap((line) => ["-H", line]);
    const verified = await run(["verify", "--body", "body.json", ...headers], options);
    expect(verified).toMatchObject({ exit: 0, stdout: expect.stringContaining("valid") });
    expect((await run(["events", "acme", "invoice.paid"], options)).stdout).toContain('"amount":1.0');
  });

  test("Apex with a header of the user's signs with it, and keeps its catalogue", async () => {
    const cwd = folderWith(examples[1] ?? "");
    const signed = await run(["sign", "-p", "apex", "--event", "lead.created", "--secret", "s3cret"], { cwd });
    expect(signed).toMatchObject({ exit: 0 });
    expect(signed.stdout).toMatch(/^X-Apex-Signature: sha256=[0-9a-f]{64}$/m);
  });
});

test("at most a thousand problems of a file are reported", async () => {
  const many = { schemes: [{ name: "s", header: "x", mac: { kind: "hmac" }, content: Array(1500).fill({ z: 1 }) }] };
  const keys = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`provider${at}`, 1]));
  const cwd = folderWith(JSON.stringify({ providers: [{ id: "a", name: "a", ...many }], ...keys }));
  const { exit, stdout } = await run(["config", "check", "--json"], { cwd });
  expect([exit, JSON.parse(stdout).problems.length]).toEqual([2, 1000]);
  expect((await run(["config", "check"], { cwd })).stdout).toContain("at least 1000 problems");
});
