import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { oneIn } from "../diagnosis/choice.ts";
import { bin, run, runChild, temporaryFolder } from "../support/run.ts";
import { endedBySignals, folder, isEnd, secret, started, withFile, withFiles } from "./ends.ts";

// Each input with one of the signals; the slow tests send both.
endedBySignals(oneIn);

test("a command that computes is ended too", async () => {
  const cwd = folder();
  const line = JSON.stringify({ id: "evt_1", type: "a", pad: "0123456789".repeat(10) });
  writeFileSync(join(cwd, "many.ndjson"), `${line}\n`.repeat(400_000));
  const { child, ended } = started(["dlq", "import", "many.ndjson", "-p", "10x", "--dlq", "q.ndjson"], cwd);
  while (!existsSync(join(cwd, "q.ndjson"))) await new Promise((go) => setTimeout(go, 10));
  child.kill("SIGTERM");
  expect(isEnd(await ended)).toBe(true);
});

describe.skipIf(process.platform === "win32")("an input without an end", () => {
  test.each(withFiles)("is refused by its limit: %s %s %s", async (...argv) => {
    const { exit, stderr } = await run([...withFile(argv, "/dev/zero"), "--max-input", "1mb"], { cwd: folder() });
    expect([exit, stderr]).toEqual([2, expect.stringMatching(/zero has more than 1 MB\nhint: --max-input SIZE/)]);
  });

  test("is refused from standard input", async () => {
    const { exit, stderr } = await run(["sign", "-", ...secret, "--max-input", "1kb"], { stdin: "x".repeat(2000) });
    expect([exit, stderr]).toEqual([2, expect.stringContaining("standard input has more than 1 kB")]);
  });

  test("--max-input raises the limit, and may stand before the command", async () => {
    const cwd = folder();
    writeFileSync(join(cwd, "s"), "k".repeat(1_200_000));
    const argv = ["sign", "/dev/null", "-p", "10x", "--event", "link.clicked", "--secret", "file:s"];
    expect((await run(argv, { cwd })).exit).toBe(2);
    expect((await run(["--max-input", "2mb", ...argv], { cwd })).exit).toBe(0);
    expect((await run([...argv, "--max-input", "2mb"], { cwd })).exit).toBe(0);
  });

  test.each([["--max-input"], ["--max-input", "huge"], ["--max-input=-1"]])("%s %s is refused", async (...words) => {
    const { exit, stderr } = await run(["sign", "/dev/null", ...secret, ...words]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining("--max-input")]);
  });
});

describe.skipIf(process.platform !== "linux")("a pipe given as a file", () => {
  test.each([
    ["with a body", 'printf \'{"id":"evt"}\''],
    ["that is empty", "true"],
    ["in pieces", "printf '{'; sleep 0.05; printf '}'"],
  ])("is read to its end: %s", (_name, write) => {
    const line = `node ${bin} sign <(${write}) -p 10x --event link.clicked --secret s --json`;
    const read = execFileSync("bash", ["-c", line], {
      stdio: ["ignore", "pipe", "ignore"],
      env: { PATH: process.env["PATH"], HOOKPROOF_HOME: folder() },
    });
    const { body } = JSON.parse(read.toString("utf8"));
    expect(body.data).toBe(execFileSync("bash", ["-c", write]).toString("utf8"));
  });
});

describe("a missing path is reported with exit 2", () => {
  const loop = (cwd: string): string => {
    symlinkSync("loop", join(cwd, "loop"));
    return "loop";
  };
  test.each([
    ["a loop of links", loop, "its symbolic links form a loop"],
    ["a name too long", () => "n".repeat(300), "the name is too long"],
    ["a file in a folder's place", () => "rules.json/x", "part of the path is a file"],
    ["a folder", (cwd: string) => (mkdirSync(join(cwd, "d")), "d"), "it is a folder"],
    ["a NUL byte", () => "a\0b", "a path cannot contain a NUL byte"],
    ["nothing", () => "none", "no such file"],
  ])("%s", async (name, make, why) => {
    for (const argv of withFiles) {
      // A folder is what import takes.
      if (name === "a folder" && argv[1] === "import") continue;
      const cwd = folder();
      const { exit, stdout, stderr } = await run(withFile(argv, make(cwd)), { cwd });
      expect([argv, exit, stderr + stdout]).toEqual([argv, 2, expect.stringContaining(why)]);
    }
  });
});

test.each([
  ["UTF-16 without a mark", Buffer.from("POST / HTTP/1.1", "utf16le"), "UTF-16"],
  ["UTF-16 of the other order", Buffer.from("POST / HTTP/1.1", "utf16le").swap16(), "UTF-16"],
  ["gzip", Buffer.from("1f8b0800000000", "hex"), "gzip-compressed"],
  ["a zip", Buffer.from("504b030414000000", "hex"), "a zip archive"],
  ["lines that end in CR alone", Buffer.from("POST / HTTP/1.1\rHost: a\r\r{}"), "is not a request line"],
  ["NUL bytes", Buffer.alloc(100), "unrecognized request format"],
  ["a line that breaks off", Buffer.from('{"type":"request","id":"re'), "it ends too early"],
])("%s is reported by its kind", async (_name, bytes, why) => {
  const cwd = folder();
  writeFileSync(join(cwd, "f"), bytes);
  const { exit, stderr } = await run(["verify", "f", ...secret], { cwd });
  expect([exit, stderr]).toEqual([2, expect.stringContaining(why)]);
});

test.each([
  ["no JSON", (file: string) => writeFileSync(file, "{"), "is not a valid hookproof file of secrets"],
  ["a folder", (file: string) => mkdirSync(file), "it is a folder"],
  ["a loop of links", (file: string) => symlinkSync("secrets.json", file), "form a loop"],
])("a secret store that is %s is reported", async (_name, make, why) => {
  const home = temporaryFolder();
  mkdirSync(join(home, "config"));
  make(join(home, "config", "secrets.json"));
  for (const argv of [["list"], ["remove", "x"], ["set", "x"]]) {
    const { exit, stderr } = await run(["secret", ...argv], { env: { HOOKPROOF_HOME: home }, stdin: "s" });
    expect([exit, stderr]).toEqual([2, expect.stringContaining(why)]);
  }
});

test("unreadable files of a folder are reported, and the others are imported", async () => {
  const cwd = folder();
  mkdirSync(join(cwd, "in"));
  writeFileSync(join(cwd, "in", "a.json"), '{"id":"evt_1","type":"link.clicked"}');
  symlinkSync("loop", join(cwd, "in", "loop"));
  symlinkSync("a.json", join(cwd, "in", "link.json"));
  symlinkSync("..", join(cwd, "in", "folder"));
  const { exit, stdout, stderr } = await run(["dlq", "import", "in", "-p", "10x"], { cwd });
  expect([exit, stdout, stderr]).toEqual([
    1,
    expect.stringContaining("2 imported, 1 could"),
    expect.stringContaining("form a loop"),
  ]);
});

test.skipIf(process.platform === "win32")("a working folder that was removed stops only what needs it", async () => {
  const cwd = folder();
  const line = `cd ${cwd} && rm -r ${cwd} && node ${bin} providers`;
  const result = execFileSync("bash", ["-c", line], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: process.env["PATH"], HOOKPROOF_HOME: folder() },
  });
  expect(result.toString("utf8")).toContain("10x");
});

test.skipIf(process.platform !== "linux")(
  "a disk that fails, and a folder without permission, are no bug",
  async () => {
    const { exit, stderr } = await runChild(["verify", "/proc/self/mem", ...secret]);
    expect([exit, stderr]).toEqual([3, "error: cannot read /proc/self/mem: EIO\n"]);
    const cwd = folder();
    mkdirSync(join(cwd, "closed"));
    chmodSync(join(cwd, "closed"), 0o000);
    const closed = await run(["verify", "closed/x", ...secret], { cwd });
    // root may look into it.
    expect([2, 3]).toContain(closed.exit);
    expect(closed.stderr).not.toContain("bug");
  },
);
