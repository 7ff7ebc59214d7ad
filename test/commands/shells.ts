import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bin, temporaryFolder } from "../support/run.ts";

/** The folder that shells start in, with the program's stand-in on their PATH. */
export const folder = temporaryFolder();
export const env = {
  HOOKPROOF_HOME: join(folder, "home"),
  HOME: folder,
  PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
  TERM: "xterm",
  LANG: "C.UTF-8",
  SHOP_SECRET: "s",
};
export const there = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
mkdirSync(join(folder, "bin"));
const stub = `#!/bin/sh\nif [ "$1" = __complete ] || [ "$1" = completion ]; then exec "${process.execPath}" "${bin}" "$@"; fi\necho "RAN[$*]"\n`;
writeFileSync(join(folder, "bin", "hookproof"), stub);
chmodSync(join(folder, "bin", "hookproof"), 0o755);

/** What an interactive shell on a terminal runs after these keys; the program's stand-in says how it was called. */
export const typed = (shell: string, script: string, keys: string, cwd = folder): Promise<string> =>
  new Promise((resolve) => {
    const rc = join(cwd, `${shell}.rc`);
    writeFileSync(rc, script);
    const start = { bash: "bash --norc --noprofile -i", zsh: "zsh -f -i", fish: "fish --no-config -i" }[shell] ?? shell;
    const child = spawn("script", ["-qefc", start, "/dev/null"], { cwd, env });
    let out = "";
    let sent = 0;
    const steps = [` source ${rc}; echo rea''dy\n`, `${keys}\n`, "exit\n"];
    const next = (): void => void child.stdin.write(steps[sent++] ?? "");
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString("utf8");
      if (sent === 1 && /^ready/m.test(out)) next();
      else if (sent === 2 && /RAN\[.*\]/.test(out)) next();
    });
    child.on("close", () => resolve(/RAN\[(.*?)\]/.exec(out)?.[1] ?? out));
    child.stdin.on("error", () => undefined);
    next();
  });

/** Shells that can be typed at here, or why one cannot. */
export const typedShells = ["bash", "zsh"].map((shell) => {
  const isThere = there(shell) && there("script") && process.platform === "linux";
  return { shell, skip: isThere ? null : `no ${shell} or no script(1) here` };
});
