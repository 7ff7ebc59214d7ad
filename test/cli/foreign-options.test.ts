import { describe, expect, test } from "vitest";
import { run } from "../support/run.ts";

describe("an option as another program calls it gets the name it has here", () => {
  test.each<[line: string, hint: string]>([
    ["listen --max-time 3", "did you mean --forward-timeout or --timeout?"],
    ["listen --skip-verify", "did you mean --insecure?"],
    ["listen --forward-headers x", "did you mean --header?"],
    ["listen --print-json", "did you mean --json?"],
    ["listen --load-from-webhooks-api", "did you mean --forward-to?"],
    ["listen -P 3000", "did you mean --port?"],
    ["send 3000 -XPUT", "did you mean --method?"],
    ["send --url=http://localhost:3000", "<url> is an argument: hookproof send [url] [payload] [options]"],
    ["send 3000 --event-type push", "did you mean --event?"],
    ["send 3000 -u me:pass", "did you mean --basic?"],
    ["send 3000 -L", "redirects are not followed: use the final URL"],
    ["sign --secret-key x", "did you mean --secret?"],
    ["check 3000 --format junit", "did you mean --junit or --json?"],
    ["dlq list -o json", "did you mean --json?"],
    ["events --provider 10x", "<id> is an argument: hookproof events [id] [type]"],
    ["replay --last", "did you mean --limit?"],
    ["trigger --event push", "`hookproof send URL -p ID --event TYPE` sends a sample event"],
    ["init --url 3000", "did you mean --endpoint?"],
  ])("%s", async (line, hint) => {
    const [option] = /(?<= )--?[a-zA-Z][\w-]*(?= |=|$)|(?<= )-[A-Z]/.exec(line) ?? [];
    expect(await run(line.split(" "))).toMatchObject({
      exit: 2,
      stderr: `error: unknown option '${option === "-X" ? "-XPUT" : option}'\nhint: ${hint}\n`,
    });
  });

  test("even where an option that must be given is missing", async () => {
    const { stderr } = await run(["replay", "--url", "localhost:3000"]);
    expect(stderr).toBe("error: unknown option '--url'\nhint: did you mean --to?\n");
  });

  test("and one that is nobody's is left to the help", async () => {
    const { stderr } = await run(["listen", "--frobnicate"]);
    expect(stderr).toBe("error: unknown option '--frobnicate'\nhint: hookproof listen --help\n");
  });
});

test("a missing argument is said with what it is", async () => {
  expect((await run(["completion"])).stderr).toBe(
    "error: missing required argument 'shell'\nhint: add <shell> (the shell to complete in: bash, zsh or fish)\n",
  );
});

test("on a terminal a message is broken between words, and in a pipe it stays one line", async () => {
  const argv = ["explain", "999", "-p", "10x"];
  const piped = await run(argv, { columns: 40 });
  expect(piped.stderr.trimEnd().split("\n")).toHaveLength(2);
  const { stderr } = await run(argv, { columns: 40, answers: [] });
  expect(
    Math.max(...stderr.split("\n").map((line) => line.replaceAll(/\u001b\[\d+m/g, "").length)),
  ).toBeLessThanOrEqual(40);
  expect(stderr.replaceAll(/\u001b\[\d+m/g, "").replaceAll(/\n +/g, " ")).toBe(piped.stderr);
});
