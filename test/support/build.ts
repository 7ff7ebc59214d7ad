import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = new URL("../../", import.meta.url);

/**
 * Runs once, before the first test: creates a temporary folder that is removed after the run, and builds the program.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const temporary = await mkdtemp(join(tmpdir(), "hookproof-tests-"));
  // One test reads it as another user.
  await chmod(temporary, 0o755);
  process.env["TMPDIR"] = temporary;
  const built = process.env["HOOKPROOF_BIN"] === undefined ? await build() : undefined;
  return async () => {
    await rm(temporary, { recursive: true, force: true });
    if (built !== undefined) await rm(built, { recursive: true, force: true });
  };
}

/**
 * Builds the program in a folder for this run only, so that tests that spawn a process run what users run, and
 * concurrent runs don't overwrite each other's build. The folder is under node_modules so that optional clients resolve
 * as in an installed package.
 * @returns the folder
 */
const build = async (): Promise<URL> => {
  const home = new URL(`node_modules/.cache/hookproof-test-${process.pid}/`, root);
  await mkdir(home, { recursive: true });
  await cp(new URL("bin", root), new URL("bin", home), { recursive: true });
  for (const file of ["package.json", "docs/findings.md", "examples"])
    await cp(new URL(file, root), new URL(file, home), { recursive: true });
  const dist = fileURLToPath(new URL("dist/", home));
  await promisify(execFile)(process.execPath, ["scripts/build.mjs"], {
    cwd: root,
    env: { ...process.env, HOOKPROOF_DIST: dist },
  }).catch((error: unknown) => {
    throw new Error(`the build failed: ${String(error).slice(0, 2000)}`);
  });
  process.env["HOOKPROOF_BIN"] = fileURLToPath(new URL("bin/hookproof.js", home));
  return home;
};
