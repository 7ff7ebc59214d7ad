import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { bin, run, temporaryFolder } from "../support/run.ts";
import { named } from "../support/skipped.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

/** Whoever wrote the project file, and what came to them. */
const stranger = async () => {
  const got: string[] = [];
  const server = createServer((req, res) => {
    got.push(`${req.method} ${req.url} ${JSON.stringify(req.headers)}`);
    req.resume().on("end", () => res.writeHead(202).end('{"eventId":"e"}'));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  return { got, url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}` };
};

const project = (config: object): string => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "hookproof.config.json"), JSON.stringify(config));
  return folder;
};

const route = { path: "/t", auth: "bearer" };
const apiAt = (baseUrl: string) => ({
  test: { ...route, method: "POST", baseUrl, success: [202] },
  "subscriptions-list": { ...route, method: "GET", baseUrl, success: [200] },
  "context-store-sync": { ...route, method: "POST", baseUrl, success: [202] },
});
const token = "patv1_realtoken.secret";
const calls = [
  ["trigger", "--handle", "a", "--subscription", "s"],
  ["subscriptions", "list"],
  ["context-store", "sync", "--handle", "a", "--source", "s"],
];

describe("a project file that sends the user's token elsewhere", () => {
  test.each(["10x", "apex", "SVIX", "standard-webhooks"])(
    "is refused for the built-in %s, by id and alias",
    async (id) => {
      const { url, got } = await stranger();
      const own = { extends: "10x", name: "x", endpoints: apiAt(url) };
      for (const one of [
        { ...own, id: id.toLowerCase() },
        { ...own, id: "acme", aliases: [id] },
      ]) {
        const cwd = project({ providers: [one] });
        for (const argv of calls) {
          const { exit, stderr } = await run([...argv, "--trust-project"], { cwd, env: { HOOKPROOF_TOKEN: token } });
          expect([exit, stderr]).toEqual([
            2,
            expect.stringMatching(/providers\[0\]\.endpoints: the API of .* cannot be replaced/),
          ]);
        }
      }
      expect(got).toEqual([]);
    },
  );

  test.each(calls)("under an id of its own, %s is refused unless the user trusts the host", async (...argv) => {
    const { url, got } = await stranger();
    const cwd = project({ providers: [{ id: "acme", extends: "10x", name: "x", endpoints: apiAt(url) }] });
    const env = { HOOKPROOF_TOKEN: token, HOOKPROOF_HOME: temporaryFolder() };
    const refused = await run(argv, { cwd, env });
    expect([refused.exit, refused.stderr]).toEqual([
      2,
      expect.stringContaining(`your token to ${url}, which you have not trusted`),
    ]);
    // Trusted with deliveries, it does not get the token.
    await run(["config", "trust"], { cwd: project({ endpoint: url }), env });
    expect(await run(argv, { cwd, env })).toMatchObject({ exit: 2 });
    expect(got).toEqual([]);
    await run([...argv, "--trust-project"], { cwd, env });
    expect(got).toHaveLength(1);
    expect(await run(argv, { cwd, env })).toMatchObject({ exit: 2 });
    expect((await run(["config", "trust"], { cwd, env })).exit).toBe(2);
    expect((await run(["config", "trust", "--trust-project"], { cwd, env })).exit).toBe(0);
    await run(argv, { cwd, env });
    expect(got).toHaveLength(2);
    expect((await run(["config", "trust", url, "--remove"], { cwd, env })).exit).toBe(0);
    expect(await run(argv, { cwd, env })).toMatchObject({ exit: 2 });
  });

  test("does not choose the route at the documented host either", async () => {
    const endpoints = { test: { ...route, method: "DELETE", baseUrl: "https://ai.10x.in", success: [200] } };
    const cwd = project({ provider: "acme", providers: [{ id: "acme", extends: "10x", name: "x", endpoints }] });
    const { stderr } = await run(calls[0] ?? [], { cwd, env: { HOOKPROOF_TOKEN: token } });
    expect(stderr).toContain("your token to https://ai.10x.in, which you have not trusted");
  });

  test("a profile that only extends a built-in one keeps its API, and asks nothing", async () => {
    const cwd = project({ provider: "mine", providers: [{ id: "mine", extends: "10x", name: "x" }] });
    const argv = ["context-store", "sync", "--handle", "a", "--source", "s", "--timeout", "1ms"];
    const { stderr } = await run(argv, { cwd, env: { HOOKPROOF_TOKEN: token } });
    expect(stderr).toContain("no response from https://ai.10x.in/");
  });
});

describe("a token over plain HTTP", () => {
  const argv = [...(calls[0] ?? []), "--token", "env:T", "--timeout", "1ms"];

  test.each([
    ["http://api.test", {}, 2],
    ["http://192.0.2.1", {}, 2],
    ["http://127.0.0.1:1", {}, 3],
    ["http://localhost:1", {}, 3],
    ["https://127.0.0.1:1", {}, 3],
    ["http://127.0.0.1:1", { HTTP_PROXY: "http://192.0.2.1:3128" }, 2],
    ["http://127.0.0.1:1", { HTTP_PROXY: "http://127.0.0.1:1" }, 3],
  ])("to %s with %j ends with %d", async (base, env, exit) => {
    const result = await run([...argv, "--base-url", base], { env: { T: token, ...env } });
    expect(result.exit).toBe(exit);
    if (exit === 2) expect(result.stderr).toContain("plain HTTP");
    const meant = await run([...argv, "--base-url", base, "--insecure-http"], { env: { T: token, ...env } });
    expect(meant.exit).toBe(3);
  });
});

describe("the endpoint of a project file", () => {
  const sent = ["send", "-p", "10x", "--event", "webhook.test", "--secret", "env:S"];

  test.each([sent, ["check", "-p", "10x", "--secret", "env:S", "--only", "accepts-valid"]])(
    "%s is only sent to hosts that the user trusts",
    async (...argv) => {
      const { url, got } = await stranger();
      const cwd = project({ endpoint: `${url}/collect` });
      const env = { S: "s", HOOKPROOF_HOME: temporaryFolder() };
      const { exit, stderr } = await run(argv, { cwd, env });
      expect([exit, stderr]).toEqual([
        2,
        expect.stringContaining(`signed deliveries to ${url}, which you have not trusted`),
      ]);
      expect(got).toEqual([]);
      await run(["config", "trust", url], { env });
      await run(argv, { cwd, env });
      expect(got).not.toEqual([]);
    },
  );

  test.each([[[`URL`]], [["--trust-project"]]])("what the user passes is trusted: %s", async (more) => {
    const { url, got } = await stranger();
    const argv = [...sent, ...more.map((one) => (one === "URL" ? url : one))];
    await run(argv, { cwd: project({ endpoint: url }), env: { S: "s" } });
    expect(got).toHaveLength(1);
  });

  test("and so does HOOKPROOF_URL", async () => {
    const { url, got } = await stranger();
    await run(sent, { cwd: project({ endpoint: "http://192.0.2.1" }), env: { S: "s", HOOKPROOF_URL: url } });
    expect(got).toHaveLength(1);
  });

  const there = spawnSync("sh", ["-c", "command -v script"]).status === 0;
  test.skipIf(!there)(
    named("is shown and asked for once on a terminal", there ? null : "no script(1) here"),
    async () => {
      const { url, got } = await stranger();
      const cwd = project({ endpoint: `${url}/collect` });
      const env = { S: "s", HOOKPROOF_HOME: temporaryFolder(), PATH: process.env["PATH"] ?? "", TERM: "dumb" };
      const line = [process.execPath, bin, ...sent].map((word) => `'${word}'`).join(" ");
      const typed = (answer: string): Promise<string> =>
        new Promise((resolve) => {
          const child = spawn("script", ["-qec", line, "/dev/null"], { cwd, env });
          let out = "";
          let isAnswered = false;
          child.stdout.on("data", (chunk: Buffer) => {
            out += chunk.toString("utf8");
            if (!isAnswered && out.includes("[y/N]")) child.stdin.write(`${answer}\n`);
            isAnswered ||= out.includes("[y/N]");
          });
          child.on("close", () => resolve(out));
        });
      expect(await typed("n")).toContain(`${url}/collect`);
      expect(got).toEqual([]);
      await typed("y");
      expect(got).toHaveLength(1);
      expect(await typed("n")).not.toContain("[y/N]");
      expect(got).toHaveLength(2);
    },
  );
});

describe("config trust", () => {
  test("keeps what the user trusts in a file of the user alone, lists it and forgets it", async () => {
    const env = { HOOKPROOF_HOME: temporaryFolder() };
    expect((await run(["config", "trust", "api.example.com", "--json"], { env, now: 0 })).stdout).toBe(
      '{"trusted":[{"host":"https://api.example.com","may":["deliveries","token"],"trustedAt":"1970-01-01T00:00:00.000Z"}],"removed":[]}\n',
    );
    const path = join(env.HOOKPROOF_HOME, "config", "trusted-hosts.json");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await run(["config", "trust", "--list"], { env })).stdout).toContain("https://api.example.com");
    expect((await run(["config", "trust", "--remove", "other.example.com"], { env })).exit).toBe(2);
    expect((await run(["config", "trust", "--remove", "api.example.com"], { env })).exit).toBe(0);
    expect((await run(["config", "trust", "--list"], { env })).stdout).toBe("no trusted hosts\n");
    writeFileSync(path, "hunter2");
    const { exit, stderr } = await run(["config", "trust", "--list", "--debug"], { env });
    expect([exit, stderr]).toEqual([2, expect.stringContaining("trusted-hosts.json is not a valid")]);
    expect(stderr).not.toContain("hunter2");
    expect(readFileSync(path, "utf8")).toBe("hunter2");
  });
});

describe("a file that a project file names as a secret", () => {
  const sign = ["sign", "-", "-p", "10x"];

  test("is one of its own folder", async () => {
    const cwd = project({ secrets: { "10x": "file:sub/s.txt" } });
    mkdirSync(join(cwd, "sub"));
    writeFileSync(join(cwd, "sub", "s.txt"), "s");
    expect((await run(sign, { cwd: join(cwd, "sub"), stdin: "{}" })).exit).toBe(0);
  });

  test("is no other, by whatever way it is named", async () => {
    const outside = temporaryFolder();
    writeFileSync(join(outside, "key"), "not for others");
    const links = (folder: string): void => {
      symlinkSync(join(outside, "key"), join(folder, "key"));
      symlinkSync(outside, join(folder, "up"));
      mkdirSync(join(folder, ".git"));
      writeFileSync(join(folder, ".git", "config"), "token");
    };
    for (const ref of [
      join(outside, "key"),
      "../../etc/passwd",
      "key",
      "up/key",
      ".git/config",
      "./.GIT/config",
      "sub/../key",
      "/dev/zero",
    ]) {
      const cwd = project({ secrets: { "10x": [`file:${ref}`] } });
      links(cwd);
      const { exit, stderr } = await run(sign, { cwd, stdin: "{}" });
      expect([ref, exit, stderr]).toEqual([ref, 2, expect.stringContaining("is outside the project file's folder")]);
      expect(
        (await run(["verify", "-", "-p", "10x"], { cwd, stdin: "POST / HTTP/1.1\r\nHost: x\r\n\r\n{}" })).exit,
      ).toBe(2);
    }
    expect((await run([...sign, "--secret", `file:${join(outside, "key")}`], { stdin: "{}" })).exit).toBe(0);
  });
});

test.each(["{secret}", "{env.HOME}", "{type} {id} {home}", "{$HOME}"])(
  "a header of %s is a mistake in the project file",
  async (value) => {
    const cwd = project({
      providers: [
        {
          id: "acme",
          extends: "10x",
          name: "x",
          headers: [
            ["A", "{type}"],
            ["X-Leak", value],
          ],
        },
      ],
    });
    const { exit, stdout } = await run(["config", "check"], { cwd });
    expect([exit, stdout]).toEqual([
      2,
      expect.stringMatching(/providers\[0\]\.headers\[1\]\[1\]: unknown placeholder \{/),
    ]);
  },
);

describe("a project file whose endpoint would be sent a token", () => {
  test("needs the token's trust, not that of signed deliveries", async () => {
    const { url, got } = await stranger();
    const cwd = project({
      endpoint: url,
      providers: [
        { id: "acme", name: "Acme", schemes: [{ name: "token", header: "X-Token", mac: { kind: "token" } }] },
      ],
    });
    const env = { S: "token-0123456789", HOOKPROOF_HOME: temporaryFolder() };
    const send = ["send", "-p", "acme", "--secret", "env:S", "--data", "{}", "-v"];
    const refused = await run(send, { cwd, env });
    expect([refused.exit, refused.stderr]).toEqual([2, expect.stringContaining(`sends your token to ${url}`)]);
    await run(["config", "trust", "--trust-project"], { cwd: project({ endpoint: url }), env });
    expect((await run(send, { cwd, env })).exit).toBe(2);
    expect(got).toEqual([]);
    await run(["config", "trust", "--trust-project"], { cwd, env });
    const { exit, stdout } = await run(send, { cwd, env });
    expect([exit, String(stdout)]).toEqual([0, expect.stringContaining("> X-Token: ***")]);
    expect(String(stdout)).not.toContain("token-0123456789");
    expect(got).toEqual([expect.stringContaining("token-0123456789")]);
  });
});
