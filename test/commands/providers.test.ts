import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configOutput, configPathOutput } from "../../src/commands/config/schema.ts";
import { eventsOutput } from "../../src/commands/events/schema.ts";
import { caseIds } from "../../src/check/types.ts";
import { explainOutput, explanation } from "../../src/commands/explain/schema.ts";
import { providersOutput, providersShowOutput } from "../../src/commands/providers/schema.ts";
import { builtInProfiles, findProfile } from "../../src/providers/index.ts";
import { sampleOf } from "../../src/providers/samples.ts";
import { findingCodes } from "../../src/signature/verdict.ts";
import { run, temporaryFolder } from "../support/run.ts";

const ids = builtInProfiles().map(({ id }) => id);

const widest = (text: string): number => Math.max(...text.split("\n").map((line) => Array.from(line).length));

describe("providers", () => {
  test("lists every platform in 80 columns, and as JSON of its schema", async () => {
    const shown = await run(["providers"]);
    for (const id of ids) expect(shown.stdout).toContain(id);
    expect(widest(shown.stdout)).toBeLessThanOrEqual(80);
    const { stdout, exit } = await run(["providers", "--json"]);
    expect(exit).toBe(0);
    expect(providersOutput.parse(JSON.parse(stdout)).providers.map(({ id }) => id)).toEqual(ids);
  });

  test("lists by group, the project's own first", async () => {
    const cwd = temporaryFolder();
    writeFileSync(
      join(cwd, "hookproof.config.json"),
      JSON.stringify({ providers: [{ id: "acme", extends: "stripe", category: "crm" }] }),
    );
    const lines = (await run(["providers"], { cwd })).stdout.split("\n");
    expect(lines[0]).toBe("Yours");
    expect(lines[1]).toMatch(/^ {2}acme /);
    expect(lines.slice(lines.indexOf("Payments"), lines.indexOf("CRM and sales"))).toContainEqual(
      expect.stringMatching(/^ {2}stripe /),
    );
    expect(lines.filter((line) => line === "CRM and sales")).toHaveLength(1);
  });

  test("--search finds by name, group, header and event type, and shows which one matched", async () => {
    const found = async (words: string): Promise<object> => {
      const { stdout, exit } = await run(["providers", "--search", words, "--json"]);
      const { providers } = providersOutput.parse(JSON.parse(stdout));
      return { exit, ...Object.fromEntries(providers.map(({ id, foundBy }) => [id, foundBy])) };
    };
    expect(await found("svix")).toMatchObject({
      exit: 0,
      clerk: ["svix-signature"],
      "standard-webhooks": ["svix-signature"],
    });
    expect(await found("X-Hub-Signature-256")).toEqual({
      exit: 0,
      github: ["X-Hub-Signature-256"],
      meta: ["X-Hub-Signature-256"],
    });
    expect(await found("dispute.created")).toMatchObject({ exit: 0, stripe: ["charge.dispute.created"] });
    expect(await found("dispute.created")).not.toHaveProperty("github");
    expect(await found("STRIPE refunded")).toMatchObject({
      exit: 0,
      stripe: expect.arrayContaining(["charge.refunded"]),
    });
    expect(await found("pay")).toMatchObject({ exit: 0, stripe: expect.anything() });
    expect((await run(["providers", "--search", "pay"])).stdout).toContain("payment_intent.succeeded");
  });

  test("--search that finds nothing exits 1 and names the nearest", async () => {
    expect(await run(["providers", "--search", "slak"])).toMatchObject({
      exit: 1,
      stdout: "",
      stderr: "no platform matches 'slak'; did you mean slack?\n",
    });
    expect(await run(["providers", "--search", "zzzzzz", "--json"])).toMatchObject({
      exit: 1,
      stdout: '{"providers":[]}\n',
      stderr: "no platform matches 'zzzzzz'\n",
    });
  });

  test.each(ids)("show %s fits 80 columns, and its JSON is the profile", async (id) => {
    const { stdout, exit } = await run(["providers", "show", id]);
    expect(exit).toBe(0);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
    const json = await run(["providers", "show", id, "--json"]);
    expect(providersShowOutput.parse(JSON.parse(json.stdout))).toStrictEqual(findProfile(id));
  });

  test.each(ids)("show %s gives the reason for every assumption", async (id) => {
    const told = (await run(["providers", "show", id])).stdout.replaceAll(/\s+/g, " ");
    const reasons = Array.from(JSON.stringify(findProfile(id)).matchAll(/"why":("(?:[^"\\]|\\.)*")/g), ([, why = ""]) =>
      String(JSON.parse(why)),
    );
    expect(reasons.filter((why) => !told.includes(why))).toEqual([]);
  });

  test("show marks what is assumed, and says that Apex documents no header", async () => {
    expect((await run(["providers", "show", "10ex"])).stdout).toMatch(/delays +5s, .* assumed/);
    expect((await run(["providers", "show", "apex"])).stdout).toContain("not documented:");
  });

  test("an unknown platform is asked wrongly, with the nearest one as the hint", async () => {
    const { exit, stdout, stderr } = await run(["providers", "show", "stirpe"]);
    expect({ exit, stdout, stderr }).toMatchInlineSnapshot(`
      {
        "exit": 2,
        "stderr": "error: there is no provider 'stirpe'
      hint: did you mean stripe?
      ",
        "stdout": "",
      }
    `);
  });
});

describe("what users of other tools type", () => {
  test.each([
    [["providers", "list"], 0, /^ {2}10ex/m, ""],
    [["events"], 0, /^stripe\n {2}payment_intent\.succeeded/m, ""],
    [["events", "payment_intent.succeeded"], 2, /^$/, "hookproof events stripe payment_intent.succeeded"],
    [["providers", "zzz"], 2, /^$/, "did you mean `hookproof providers show zzz`?"],
    [["providers", "stripe"], 2, /^$/, "hookproof providers show stripe"],
    [["listen", "3000"], 2, /^$/, "hookproof listen --forward-to 3000"],
    [["listen", "localhost:3000/x"], 2, /^$/, "hookproof listen --forward-to localhost:3000/x"],
    [["trigger", "payment_intent.succeeded"], 2, /^$/, "-p stripe --event payment_intent.succeeded"],
  ])("%s works or names the command that does", async (argv, exit, stdout, hint) => {
    expect(await run(argv)).toMatchObject({
      exit,
      stdout: expect.stringMatching(stdout),
      stderr: expect.stringContaining(hint),
    });
  });
});

describe("events", () => {
  test.each(ids)("%s lists its types in 80 columns", async (id) => {
    const { stdout, exit } = await run(["events", id]);
    expect(exit).toBe(0);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
    for (const { type } of findProfile(id).events) expect(stdout).toContain(type);
    eventsOutput.parse(JSON.parse((await run(["events", id, "--json"])).stdout));
  });

  test("what is said of the types stands in one column where the terminal has room for it", async () => {
    const { stdout } = await run(["events", "stripe"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(findProfile("stripe").events.length);
    expect(new Set(lines.map((line) => /^\S+ +/.exec(line)?.[0].length)).size).toBe(1);
  });

  test("a type prints its sample's bytes, ready to pipe, and JSON carries the same bytes", async () => {
    const sample = sampleOf(findProfile("10x"), "link.clicked");
    expect((await run(["events", "10x", "link.clicked"])).bytes.equals(sample)).toBe(true);
    const data = eventsOutput.parse(JSON.parse((await run(["events", "10x", "link.clicked", "--json"])).stdout));
    expect(data).toMatchObject({ type: "link.clicked", sample: { encoding: "utf8", data: sample.toString() } });
  });

  test("a platform of which no event is known says so, where it would say nothing", async () => {
    const cwd = temporaryFolder();
    const own = { id: "acme", extends: "stripe", events: [] };
    writeFileSync(join(cwd, "hookproof.config.json"), JSON.stringify({ providers: [own] }));
    expect(await run(["events", "acme"], { cwd })).toMatchObject({
      exit: 0,
      stdout: "",
      stderr: "the profile acme lists no events; send your own payload\n",
    });
  });

  test("an unknown type is asked wrongly: exit 2 and a hint", async () => {
    expect(await run(["events", "10x", "link.clickd"])).toMatchObject({
      exit: 2,
      stdout: "",
      stderr: expect.stringContaining("did you mean link.clicked?"),
    });
  });
});

describe("explain", () => {
  test.each(caseIds)("says what the case %s of check sends and proves", async (id) => {
    const { exit, stdout } = await run(["explain", id]);
    expect(exit).toBe(0);
    expect(stdout).toContain(`${id} a case of \`hookproof check\``);
    expect(stdout).toMatch(/Sent: [\s\S]+Expected: [\s\S]+Proves: [\s\S]+Fix, if it fails: /);
    explainOutput.parse(JSON.parse((await run(["explain", id, "--json"])).stdout));
  });

  test.each([
    ["body-escape", "body-escapes"],
    ["body-reserialised", "body-reserialized"],
    ["accept-valid", "accepts-valid"],
  ])("a misspelt %s suggests %s, whatever a platform's document says about one of its words", async (asked, meant) => {
    expect(await run(["explain", asked])).toMatchObject({ exit: 2, stdout: "" });
    expect((await run(["explain", asked])).stderr).toContain(`did you mean ${meant}?`);
  });

  test.each([
    ["401", "10x", "terminal", "Secret/auth verification mismatch"],
    ["503", "10x", "retryable", "Receiver outage"],
    ["timeout", "10x", "retryable", "DNS, TLS, firewall"],
    ["401", "10ex", "terminal", "auth scheme"],
    ["timeout", "salesos", "retryable", "30 seconds"],
    ["no request seen", "10x", null, "DNS, TLS, firewall"],
    ["processed twice", "10ex", null, "can repeat"],
    ["422", "agentflow-inbound", "terminal", "required field"],
    ["timeout", "agentflow", "retryable", "within ten seconds"],
    ["nothing received", "agentflow", "retryable", "firewall"],
    ["processed twice", "agentflow", null, "not idempotent"],
    ["signature always failing", "agentflow-inbound", null, "failed validation"],
  ])("%s at %s is %s, in the platform's words", async (asked, id, outcome, cause) => {
    const { exit, stdout } = await run(["explain", asked, "-p", id, "--json"]);
    const data = explanation.parse(JSON.parse(stdout));
    expect({ exit, outcome: data.outcome }).toEqual({ exit: 0, outcome });
    expect(data.rows.map((row) => row.cause).join("\n")).toContain(cause);
    expect(widest((await run(["explain", asked, "-p", id])).stdout)).toBeLessThanOrEqual(80);
  });

  test.each([
    ["4xx", "10x", "terminal", "4xx is not retried, except 408, 409, 425, 429"],
    ["4xx", "10ex", "retryable", "4xx is retried, except 401, 403"],
    ["5XX", "10x", "retryable", "5xx is retried"],
  ])("%s at %s is told with its exceptions", async (asked, id, outcome, reason) => {
    const { stdout } = await run(["explain", asked, "-p", id, "--json"]);
    expect(explanation.parse(JSON.parse(stdout))).toMatchObject({ outcome, reason });
  });

  test.each([
    ["timeot", "10x", "timeout", "timeout: retryable, "],
    ["timeot", "agentflow", "timeout", "timeout: retryable, "],
    ["no-reponse", "10x", "no-response", "no-response: retryable\n"],
    ["nothing received", "10x", "no-response", "no-response: retryable\n"],
    ["no reqest seen", "10x", "no request seen", "no request seen\n"],
    ["signature fails", "10ex", "signature always failing", "signature always failing\n"],
    ["processed twice", "agentflow", "processing them twice", "processing them twice\n"],
  ])(
    "%s at %s is answered under the name that it is treated as, and that is said",
    async (asked, id, name, heading) => {
      const shown = await run(["explain", asked, "-p", id]);
      expect(shown.stdout.startsWith(heading)).toBe(true);
      expect(shown).toMatchObject({ exit: 0, stderr: `'${asked}' is treated as: ${name}\n` });
      const [meant, plain] = await Promise.all(
        [asked, name].map(async (one) => {
          const { stdout } = await run(["explain", one, "-p", id, "--json"]);
          return explanation.parse(JSON.parse(stdout));
        }),
      );
      expect(meant).toEqual({ ...plain, asked, takenFor: name });
      expect(plain?.takenFor).toBeNull();
    },
  );

  test("an answer that several rows are about has one heading and each row once, the rows of its class left out", async () => {
    const { stdout } = await run(["explain", "timeout", "-p", "10x"]);
    expect(stdout.match(/^\S.*$/gm)).toHaveLength(1);
    expect(stdout.match(/^ {2}cause: .*$/gm)).toEqual([
      "  cause: No HTTP response in time",
      "  cause: DNS, TLS, firewall, egress, or host mismatch",
    ]);
    const { stdout: throttled } = await run(["explain", "429", "-p", "10x"]);
    expect(throttled.match(/^ {2}cause: .*$/gm)).toEqual(["  cause: Receiver is throttling"]);
  });

  test("of several symptoms with the same words each has its own heading", async () => {
    const { stdout } = await run(["explain", "endpoint", "-p", "agentflow"]);
    expect(stdout.match(/^\S.*$/gm)).toEqual(["my endpoint is not receiving events", "non-2xx"]);
  });

  test.each([
    ["4011", "10x"],
    ["5xxx", "10x"],
  ])("%s is treated as no other status", async (asked, id) => {
    expect(await run(["explain", asked, "-p", id])).toMatchObject({
      exit: 2,
      stdout: "",
      stderr: expect.stringContaining(`no entry for '${asked}'`),
    });
  });

  test("everything that the hint of an unknown symptom names can be asked for", async () => {
    for (const id of ids) {
      const { stderr } = await run(["explain", "purple", "-p", id]);
      const known = /ask for one of: (.*)\n/.exec(stderr)?.[1]?.split(", ") ?? [];
      expect(known, id).not.toEqual([]);
      // Several rows may be about one answer.
      expect(known, id).toEqual([...new Set(known)]);
      for (const name of known) {
        const { exit, stderr: said } = await run(["explain", name.replaceAll("'", ""), "-p", id]);
        expect({ id, name, exit, said }).toEqual({ id, name, exit: 0, said: "" });
      }
    }
  });

  test("a code that the platform's docs don't mention is a usage error that lists the known ones", async () => {
    expect(await run(["explain", "purple", "-p", "10x"])).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining("no request seen"),
    });
  });

  test("without a provider, all platforms that document it are compared", async () => {
    const { exit, stdout } = await run(["explain", "401"]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^401\n[\s\S]*terminal +[\s\S]*10x[\s\S]*cause: Secret\/auth verification mismatch/);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
    const data = explainOutput.parse(JSON.parse((await run(["explain", "401", "--json"])).stdout));
    expect("providers" in data && data.providers.map(({ provider }) => provider)).toEqual(
      expect.arrayContaining(["10x"]),
    );
    expect(await run(["explain", "purple"])).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining("body-escapes"),
    });
  });

  test.each(findingCodes)("%s, a finding of verify, is explained, with a provider or without", async (code) => {
    for (const argv of [
      ["explain", code],
      ["explain", code, "-p", "10x"],
    ]) {
      const { exit, stdout } = await run(argv);
      expect({ exit, words: stdout.split(/\s+/).length > 15, first: stdout.split(" ")[0] }).toEqual({
        exit: 0,
        words: true,
        first: code,
      });
    }
    explainOutput.parse(JSON.parse((await run(["explain", code, "--json"])).stdout));
  });
});

test("config shows each value's source and never a secret", async () => {
  const { stdout, exit } = await run(["config", "--json"], {
    env: { HOOKPROOF_PROVIDER: "10x", HOOKPROOF_SECRET: "hush-hush" },
  });
  expect(exit).toBe(0);
  expect(configOutput.parse(JSON.parse(stdout))).toMatchObject({
    provider: { value: "10x", source: "HOOKPROOF_PROVIDER" },
    environmentSecret: true,
  });
  expect(stdout).not.toContain("hush-hush");
  expect(configPathOutput.parse(JSON.parse((await run(["config", "path", "--json"])).stdout))).toEqual({ path: null });
});
