import { execFile } from "node:child_process";
import { cp, mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = new URL("../../", import.meta.url);

/**
 * Builds the program once a run, in a folder of the run's own, so that tests that need a process run
 * what users run and two runs at once do not build over each other. It stands under node_modules so
 * that the optional clients are found as in an installed package.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env["HOOKPROOF_BIN"] !== undefined) return undefined;
  const home = new URL(`node_modules/.cache/hookproof-test-${process.pid}/`, root);
  await mkdir(home, { recursive: true });
  await cp(new URL("bin", root), new URL("bin", home), { recursive: true });
  await cp(new URL("package.json", root), new URL("package.json", home));
  const dist = fileURLToPath(new URL("dist/", home));
  await promisify(execFile)(process.execPath, ["scripts/build.mjs"], {
    cwd: root,
    env: { ...process.env, HOOKPROOF_DIST: dist },
  }).catch((error: unknown) => {
    throw new Error(`the build failed: ${String(error).slice(0, 2000)}`);
  });
  process.env["HOOKPROOF_BIN"] = fileURLToPath(new URL("bin/hookproof.js", home));
  return () => rm(home, { recursive: true, force: true });
}
