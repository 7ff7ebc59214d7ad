import { execFile, execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { oneIn } from "../diagnosis/choice.ts";
import { run } from "../support/run.ts";
import { named } from "../support/skipped.ts";
import { hostileNames } from "./hostile-names.ts";
import { env, folder, there, typed, typedShells } from "./shells.ts";

// Nothing listens there: the platform gives up, and the event goes to the queue.
const terminal = ["--retry", "provider", "--speed", "100000"];
let dlqId = "";

const candidates = async (...words: readonly string[]): Promise<readonly string[]> => {
  const { stdout } = await run(["__complete", "--", ...words], { env, cwd: folder });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t")[0] ?? "");
};

beforeAll(async () => {
  writeFileSync(join(folder, "request.http"), "");
  await run(["secret", "set", "shop"], { env, stdin: "x" });
  await run(["secret", "set", "shop:old"], { env, stdin: "y" });
  await run(["send", "127.0.0.1:9", "-p", "10x", "--event", "link.clicked", "--secret", "store:shop", ...terminal], {
    env,
  });
  const { stdout } = await run(["dlq", "list", "--json"], { env });
  const first: { readonly id: string } = JSON.parse(stdout.split("\n")[0] ?? "");
  dlqId = first.id;
});

describe("candidates", () => {
  test.each<[words: readonly string[], expected: readonly string[]]>([
    [["ver"], ["verify"]],
    [
      ["dlq", "s"],
      ["show", "stats"],
    ],
    [
      ["sign", "-p", "st"],
      ["stripe", "standard-webhooks"],
    ],
    [["sign", "--provider=stri"], ["--provider=stripe"]],
    [["providers", "show", "gith"], ["github"]],
    [["sign", "-p", "10x", "--event", "link"], ["link.clicked"]],
    [["events", "10x", "link"], ["link.clicked"]],
    [
      ["sign", "--secret", "store:"],
      ["store:shop", "store:shop:old"],
    ],
    [["sign", "--secret", "env:SHOP"], ["env:SHOP_SECRET"]],
    [
      ["secret", "remove", ""],
      ["shop", "shop:old"],
    ],
    [["sign", "--sec"], ["--secret"]],
    [["sign", "--js"], ["--json"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["send", "x", "--tamper", "missing"], ["missing-signature"]],
    [["send", "x", "--retry", "p"], ["provider"]],
    [
      ["listen", "-p", "aut"],
      ["auth0", "auto"],
    ],
    [["listen", "-p", "10x", "--events", "webhook.t"], ["webhook.test"]],
    [["listen", "-p", "10x", "--events", "a.b,link"], ["a.b,link.clicked"]],
    [["listen", "-p", "10x", "--events=a.b,link"], ["--events=a.b,link.clicked"]],
    [["--js"], ["--json"]],
    [["hel"], ["help"]],
    [["help", "ver"], ["verify"]],
    [["help", "dlq", "sh"], ["show"]],
    [["sign", "--secret", "file:"], []],
    [["verify", ""], []],
  ])("of %j", async (words, expected) => {
    expect((await candidates(...words)).toSorted()).toEqual(expected.toSorted());
  });

  test.each(["show", "discard", "export"])("of dlq %s are the queue's ids", async (name) => {
    expect(dlqId).not.toBe("");
    expect(await candidates("dlq", name, "")).toContain(dlqId);
  });

  test("of further ids are those that are not on the line yet", async () => {
    expect(await candidates("dlq", "discard", dlqId, "")).not.toContain(dlqId);
  });

  test("are no errors on the command line, whatever stands before", async () => {
    const { exit, stderr } = await run(["__complete", "--", "sign", "-p", "nonsense", "--event", "x"], { env });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  });
});

describe.each(typedShells.map(({ shell, skip }) => [named(`in ${shell}`, skip), shell, skip] as const))(
  "%s",
  (_name, shell, skip) => {
    const cases: readonly [what: string, keys: string, ran: string][] = [
      ["a command", "hookproof verif\t", "verify"],
      ["a provider", "hookproof sign -p strip\t", "sign -p stripe"],
      ["an event type", "hookproof sign -p 10x --event link.cl\t", "sign -p 10x --event link.clicked"],
      ["a secret's name, colon and all", "hookproof sign --secret store:shop:o\t", "sign --secret store:shop:old"],
      ["a value after =", "hookproof sign --provider=strip\t", "sign --provider=stripe"],
      ["a word after a quoted one", "hookproof send x -H 'A: b c' --provid\t", "send x -H A: b c --provider"],
      ["a path after file:", "hookproof sign --secret file:reque\t", "sign --secret file:request.http"],
      ["a path after =", "hookproof verify --body=reque\t", "verify --body=request.http"],
      ["a file where there is nothing better", "hookproof verify reque\t", "verify request.http"],
    ];
    test.skipIf(skip !== null).each(cases)("completes %s", async (_what, keys, ran) => {
      const { stdout } = await run(["completion", shell]);
      const setUp = shell === "zsh" ? "autoload -Uz compinit; compinit -u -D\n" : "";
      expect((await typed(shell, setUp + stdout, keys)).trimEnd()).toBe(ran);
    });

    test.skipIf(skip !== null)("completes a DLQ id", async () => {
      const { stdout } = await run(["completion", shell]);
      const setUp = shell === "zsh" ? "autoload -Uz compinit; compinit -u -D\n" : "";
      const keys = `hookproof dlq show ${dlqId.slice(0, 6)}\t`;
      expect((await typed(shell, setUp + stdout, keys)).trimEnd()).toBe(`dlq show ${dlqId}`);
    });
  },
);

// All of them in the slow tests.
hostileNames(oneIn);

const fish = there("fish") ? null : "no fish here";
describe(named("in fish", fish), () => {
  test.skipIf(fish !== null).each([
    ["sign -p strip", "stripe"],
    ["sign -p 10x --event link.cl", "link.clicked"],
    ["sign --secret store:shop:o", "store:shop:old"],
    ["verify reque", "request.http"],
    ["sign --secret file:reque", "file:request.http"],
    ["verify --body=reque", "--body=request.http"],
  ])("completes %s", async (line, expected) => {
    const { stdout: script } = await run(["completion", "fish"]);
    writeFileSync(join(folder, "hookproof.fish"), script);
    const { stdout } = await promisify(execFile)(
      "fish",
      ["--no-config", "-c", `source ${join(folder, "hookproof.fish")}; complete -C "hookproof ${line}"`],
      { cwd: folder, env },
    );
    expect(stdout.split("\n").map((one) => one.split("\t")[0])).toContain(expected);
  });
});

test("bash keeps the comma before the next of several types, though some of them must be quoted", async () => {
  const { stdout } = await run(["completion", "bash"]);
  const shell = `${stdout}
hookproof() { printf '%s\\n' 'push,Push Hook' 'push,ping'; }
COMP_LINE='hookproof listen --events push,' COMP_POINT=31 COMP_CWORD=3 COMP_WORDS=(hookproof listen --events push,)
_hookproof
printf '%s\\n' "\${COMPREPLY[@]}"`;
  expect(execFileSync("bash", ["-c", shell], { encoding: "utf8" })).toBe("push,Push\\ Hook\npush,ping\n");
});
