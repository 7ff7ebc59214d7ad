import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Choice } from "../diagnosis/choice.ts";
import { bin, temporaryFolder } from "../support/run.ts";

export const secret = ["-p", "10x", "--secret", "s"];

/** Every command that reads, with `-` or a path in place of FILE. */
const readers: readonly (readonly string[])[] = [
  ["verify", "FILE", ...secret],
  ["verify", "--body", "FILE", "-H", "A: b", ...secret],
  ["compare", "FILE", "FILE"],
  ["sign", "FILE", ...secret],
  ["send", "http://127.0.0.1:1/", "FILE", ...secret],
  ["dlq", "import", "FILE", "-p", "10x"],
  ["evidence", "verify", "FILE"],
  ["evidence", "redact", "FILE", "--rules", "rules.json", "-o", "out.zip"],
  ["evidence", "-p", "10x", "--event", "e", "--from", "FILE", "--dry-run"],
  ["config", "check", "FILE"],
  ["check", "http://127.0.0.1:1/", "--baseline", "FILE", ...secret],
  ["secret", "set", "x"],
];
const onlyFiles: readonly (readonly string[])[] = [
  ["evidence", "-p", "10x", "--event", "e", "--receiver-log", "FILE", "--dry-run"],
  ["evidence", "-p", "10x", "--event", "e", "--rules", "FILE", "--dry-run"],
  ["sign", "/dev/null", "-p", "10x", "--secret", "file:FILE"],
  ["send", "https://127.0.0.1:1/", "/dev/null", "--cacert", "FILE", ...secret],
];

export const withFiles = [...readers.filter((one) => one.includes("FILE")), ...onlyFiles];

export const folder = (): string => {
  const cwd = mkdtempSync(join(temporaryFolder(), "in-"));
  writeFileSync(join(cwd, "rules.json"), "{}");
  return cwd;
};

export const withFile = (argv: readonly string[], file: string): readonly string[] =>
  argv.map((word) => (word.startsWith("file:") ? `file:${file}` : word === "FILE" ? file : word));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

export const started = (argv: readonly string[], cwd: string) => {
  const child = spawn(process.execPath, [bin, ...argv], {
    cwd,
    env: { PATH: process.env["PATH"], HOOKPROOF_HOME: join(cwd, "home") },
    stdio: ["pipe", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString("utf8")));
  child.stdin.on("error", () => undefined);
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stderr }));
  });
  return { child, ended };
};

/** Once the child holds a file open. */
const opened = async (pid: number, path: string, isOver: () => boolean): Promise<void> => {
  const fds = `/proc/${pid}/fd`;
  const holds = (fd: string): boolean => {
    try {
      return readlinkSync(join(fds, fd)) === path;
    } catch {
      return false;
    }
  };
  while (!isOver() && !(existsSync(fds) && readdirSync(fds).some(holds))) await new Promise((go) => setTimeout(go, 10));
};

export const isEnd = ({ code, signal }: Ended): boolean =>
  code === 130 || code === 143 || signal === "SIGINT" || signal === "SIGTERM";

/** Commands that read what does not end, and a signal. */
export const endedBySignals = (choose: Choice): void => {
  describe.each([
    ["SIGTERM", 0],
    ["SIGINT", 1],
  ] as const)("one %s ends", (signal, turn) => {
    test.concurrent.each(choose(readers, 2, turn))(
      "%s %s %s, reading a standard input that never ends",
      async (...argv) => {
        const { child, ended } = started(withFile(argv, "-"), folder());
        // It is up once it has taken more than a pipe holds.
        await new Promise<void>((resolve) => {
          child.stdin.write(Buffer.alloc(1 << 18, " "), () => resolve());
        });
        child.kill(signal);
        const how = await ended;
        expect({ ...how, ended: isEnd(how) }).toMatchObject({
          ended: true,
          stderr: expect.not.stringContaining("bug"),
        });
      },
    );

    test.concurrent.each(process.platform === "linux" ? choose(withFiles, 2, 1 - turn) : [])(
      "%s %s %s, reading a FIFO without a writer",
      async (...argv) => {
        const cwd = folder();
        execFileSync("mkfifo", [join(cwd, "fifo")]);
        const { child, ended } = started(withFile(argv, "fifo"), cwd);
        let isOver = false;
        void ended.then(() => (isOver = true));
        await opened(child.pid ?? 0, join(cwd, "fifo"), () => isOver);
        child.kill(signal);
        const how = await ended;
        expect({ ...how, ended: isEnd(how) }).toMatchObject({
          ended: true,
          stderr: expect.not.stringContaining("bug"),
        });
      },
    );
  });
};
