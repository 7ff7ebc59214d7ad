import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { action, actionFolder, actionStep, script } from "../support/action.ts";
import { run } from "../support/run.ts";

/** Runs the step as a runner does, with an `npx` that tells its arguments, one per line. */
const step = (inputs: Readonly<Record<string, string>>, curl = "exit 0", isInstalled = false) => {
  const own = { GITHUB_ACTION_PATH: actionFolder(isInstalled), ...inputs };
  const { cwd, argv, env } = actionStep(own, { npx: 'printf "%s\n" "$@"', curl });
  const result = spawnSync("bash", argv, { cwd, encoding: "utf8", env });
  return {
    status: result.status,
    lines: result.stdout.trim().split("\n"),
    wrote: (name: string) => existsSync(join(cwd, name)),
    read: (name: string) => readFileSync(join(cwd, name), "utf8"),
  };
};

// bash is what the action runs in; a Windows machine without it has nothing to show here.
describe.skipIf(process.platform === "win32")("the GitHub action's step", () => {
  test("passes each input on as one argument, and leaves out what is empty", () => {
    const { status, lines } = step({ INPUT_ONLY: "accepts-valid, refuses-get", INPUT_JUNIT: "out put.xml" });
    expect(status).toBe(0);
    const asked = ["check", "--provider=10x", "--secret=env:S"];
    const given = ["--only=accepts-valid, refuses-get", "--junit=out put.xml", "--", "http://localhost:3000/hooks"];
    expect(lines).toEqual(["--yes", "hookproof@7.8.9", ...asked, ...given]);
  });

  test("runs the program beside it where it is installed, else the version of its own checkout, or the one asked for", () => {
    expect(step({}, "exit 0", true).lines.slice(0, 2)).toEqual(["check", "--provider=10x"]);
    expect(step({}).lines.slice(0, 3)).toEqual(["--yes", "hookproof@7.8.9", "check"]);
    expect(step({ INPUT_VERSION: "0.3.1" }, "exit 0", true).lines[1]).toBe("hookproof@0.3.1");
  });

  test.each(["INPUT_WAIT", "INPUT_URL", "INPUT_VERSION", "INPUT_EFFECTS", "INPUT_SECRET_ENV"])(
    "runs no command contained in %s",
    (name) => {
      expect(step({ [name]: "a[$(touch owned)]$(touch owned)`touch owned`" }).wrote("owned")).toBe(false);
    },
  );

  test.each([
    ["INPUT_URL", "--effects=touch owned; echo 1"],
    ["INPUT_URL", "--junit=out.xml"],
    ["INPUT_URL", "-H"],
    ["INPUT_URL", ""],
    ["INPUT_URL", "file:///etc/passwd"],
    ["INPUT_URL", "localhost:3000"],
    ["INPUT_URL", "http://localhost:3000/\n--effects=touch owned"],
    ["INPUT_URL", "http://localhost:3000 --effects=x"],
    ["INPUT_PROVIDER", "--effects=touch owned"],
    ["INPUT_PROVIDER", "10x\n::add-mask::x"],
    ["INPUT_SECRET_ENV", "S --effects=x"],
    ["INPUT_SECOND_SECRET_ENV", "--effects=x"],
    ["INPUT_VERSION", "file:../evil"],
    ["INPUT_VERSION", "../evil"],
    ["INPUT_VERSION", "npm:evil@1"],
    ["INPUT_VERSION", "https://evil.example/x.tgz"],
    ["INPUT_WAIT", "1e3"],
  ])("%s of %j is refused, and not repeated", (name, value) => {
    const { status, lines } = step({ [name]: value });
    expect(status).toBe(2);
    expect(lines).toEqual([expect.stringMatching(/^::error title=hookproof check::[a-z-]+ is not (?:an?|the) [^:]+/)]);
    if (value !== "") expect(lines.join("")).not.toContain(value);
  });

  test.each(["INPUT_ONLY", "INPUT_SKIP", "INPUT_EFFECTS", "INPUT_BASELINE", "INPUT_JUNIT"])(
    "%s is never an option of its own",
    (name) => {
      const { lines } = step({ [name]: "--effects=touch owned" });
      expect(lines.filter((line) => line.startsWith("--effects="))).toEqual(
        name === "INPUT_EFFECTS" ? ["--effects=--effects=touch owned"] : [],
      );
    },
  );

  test("check takes the arguments as the step gives them", async () => {
    const { lines } = step({ INPUT_URL: "http://127.0.0.1:9/hooks", INPUT_ONLY: "accepts-valid" });
    const { stdout } = await run(["check", "--json", ...lines.slice(3)], { env: { S: "s" } });
    expect(JSON.parse(stdout)).toMatchObject({ url: "http://127.0.0.1:9/hooks", provider: "10x", failed: 1 });
  });

  test("waits the given number of seconds, however long each try takes", () => {
    const { status, read } = step({ INPUT_WAIT: "2" }, "echo tried >> tries; sleep 1; exit 28");
    expect([status, read("tries")]).toEqual([0, "tried\n"]);
  });

  test("every input is given to the script, and the script reads no other", () => {
    const inputs = action.slice(action.indexOf("inputs:"), action.indexOf("runs:"));
    const declared = [...inputs.matchAll(/^ {2}([a-z-]+):$/gm)].map(([, name = ""]) => name);
    const given = [...action.matchAll(/^ {8}INPUT_\w+: \$\{\{ inputs\.([a-z-]+) \}\}$/gm)].map(([, name = ""]) => name);
    expect(given).toEqual(declared);
    expect(script).not.toContain("${{");
  });
});
