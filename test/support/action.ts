import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./run.ts";

/** The text of action.yml. */
export const action = readFileSync(fileURLToPath(new URL("../../action.yml", import.meta.url)), "utf8");

/** The step's script, as a runner would write it to a file. */
export const script = action
  .slice(action.indexOf("run: |\n") + "run: |\n".length)
  .split("\n")
  .map((line) => line.replace(/^ {8}/, ""))
  .join("\n");

/** Creates the folder of the action: an installed package whose program prints its arguments, or a bare checkout. */
export const actionFolder = (isInstalled: boolean): string => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "package.json"), '{ "version": "7.8.9" }');
  if (!isInstalled) return folder;
  for (const name of ["bin", "dist"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "dist/main.cjs"), "");
  writeFileSync(join(folder, "bin/hookproof.js"), 'process.stdout.write(process.argv.slice(2).join("\\n"))');
  return folder;
};

/** How a runner runs the action's step: bash with these, in this folder, with this environment. */
export interface Step {
  readonly cwd: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Prepares the step as a runner does.
 * @param programs shell scripts that stand in for `npx` and `curl`, by name
 */
export const actionStep = (
  inputs: Readonly<Record<string, string>>,
  programs: Readonly<Record<string, string>>,
): Step => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "bin"));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(cwd, "bin", name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(cwd, "bin", name), 0o755);
  }
  writeFileSync(join(cwd, "step.sh"), script);
  const defaults = Object.fromEntries(
    [...action.matchAll(/^ {8}(INPUT_\w+): /gm)].map(([, name = ""]) => [name, ""] as const),
  );
  return {
    cwd,
    argv: ["--noprofile", "--norc", "-e", "-o", "pipefail", "step.sh"],
    env: {
      PATH: `${join(cwd, "bin")}:${process.env["PATH"] ?? ""}`,
      ...defaults,
      INPUT_URL: "http://localhost:3000/hooks",
      INPUT_PROVIDER: "10x",
      INPUT_SECRET_ENV: "S",
      INPUT_WAIT: "08",
      GITHUB_ACTION_PATH: actionFolder(false),
      ...inputs,
    },
  };
};
