import { execFileSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gitDeploys } from "../../src/evidence/deploys.ts";
import { temporaryFolder } from "../support/run.ts";

// A repository that came as an archive has its own `.git/config`, which can name programs.

const window = { since: Date.UTC(2001, 0, 1), until: Date.UTC(2090, 0, 1) };

const repository = (): { cwd: string; git: (...words: readonly string[]) => string } => {
  const cwd = temporaryFolder();
  const env = { PATH: process.env["PATH"], HOME: cwd, GIT_CONFIG_NOSYSTEM: "1" };
  const git = (...words: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.test", ...words], { cwd, env })
      .toString()
      .trim();
  git("init", "-q", ".");
  for (const message of ["one", "two"]) git("commit", "-q", "--allow-empty", "-m", message);
  return { cwd, git };
};
const deploysOf = (cwd: string): ReturnType<typeof gitDeploys> =>
  gitDeploys(cwd, window, { PATH: process.env["PATH"], HOME: cwd });

test.skipIf(process.platform === "win32")("a partial clone's command is not run for what is missing", async () => {
  const { cwd, git } = repository();
  const missing = git("rev-parse", "HEAD~1");
  rmSync(join(cwd, ".git/objects", missing.slice(0, 2), missing.slice(2)));
  const ran = join(cwd, "ran");
  for (const [key = "", value = ""] of [
    ["core.repositoryformatversion", "1"],
    ["extensions.partialClone", "origin"],
    ["remote.origin.promisor", "true"],
    ["remote.origin.url", `ext::touch ${ran}`],
    ["protocol.ext.allow", "always"],
  ])
    git("config", key, value);
  await expect(deploysOf(cwd)).rejects.toThrow(/git log failed/);
  expect(existsSync(ran)).toBe(false);
});

test.skipIf(process.platform === "win32")(
  "programs that the repository's configuration names are not run",
  async () => {
    const { cwd, git } = repository();
    const ran = join(cwd, "ran");
    const program = join(cwd, "program");
    writeFileSync(program, `#!/bin/sh\ntouch '${ran}'\n`, { mode: 0o700 });
    // A signature makes git ask gpg.
    const signed = git("cat-file", "commit", "HEAD").replace(
      "\n\n",
      "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ\n -----END PGP SIGNATURE-----\n\n",
    );
    writeFileSync(join(cwd, "commit"), signed);
    git("update-ref", "HEAD", git("hash-object", "-t", "commit", "-w", "commit"));
    const settings = ["gpg.program", "core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "diff.external"];
    for (const setting of settings) git("config", setting, program);
    git("config", "log.showSignature", "true");
    git("log");
    expect(existsSync(ran), "git by itself runs one").toBe(true);
    rmSync(ran);
    expect((await deploysOf(cwd)).map(({ message }) => message)).toEqual(["two", "one"]);
    expect(existsSync(ran)).toBe(false);
  },
);
