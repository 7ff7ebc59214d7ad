import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { HookproofError } from "../errors.ts";
import type { Profile } from "../providers/profile.ts";
import { inputLimits, readWhole } from "./input.ts";
import type { Reading } from "./input.ts";

/** The project file, read and checked. */
export interface Config {
  /** Where it was found; null where there is none. */
  readonly path: string | null;
  readonly provider: string | undefined;
  readonly endpoint: string | undefined;
  /** Where `listen` passes requests on to, each as `--forward-to` has it. */
  readonly forward: readonly string[];
  /** Secret references by provider id. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
  /** The user's own profiles. */
  readonly providers: readonly Profile[];
}

export const configFileName = "hookproof.config.json";

const none: Config = { path: null, provider: undefined, endpoint: undefined, forward: [], secrets: {}, providers: [] };

/**
 * Finds and reads the project file: `HOOKPROOF_CONFIG`, else `hookproof.config.json` in the folder
 * or above it, up to the repository's root or the home folder.
 * @throws HookproofError `config-invalid` naming file and field, `input-unreadable`
 */
export const loadConfig = async (
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  reading: Pick<Reading, "limit" | "signal"> = { limit: inputLimits.settings },
): Promise<Config> => {
  const given = env["HOOKPROOF_CONFIG"];
  const path = given !== undefined && given !== "" ? resolve(cwd, given) : findUpwards(cwd, env["HOME"]);
  if (path === undefined) return none;
  return configOf(
    (
      await readWhole(path, {
        shown: path,
        limit: reading.limit,
        get signal() {
          return reading.signal;
        },
      })
    ).toString("utf8"),
    path,
  );
};

/**
 * A project file's text, checked.
 * @throws HookproofError `config-invalid` naming file and field
 */
export const configOf = async (text: string, path: string): Promise<Config> => {
  // zod is loaded only where there is a file to check.
  const { checkConfig } = await import("./config-schema.ts");
  return { path, ...checkConfig(await parsed(text, path), path) };
};

const parsed = async (text: string, path: string): Promise<unknown> => {
  // Editors of Windows put a mark before it.
  const json = text.replace(/^\ufeff/, "");
  try {
    return JSON.parse(json);
  } catch (error) {
    const { placeOf } = await import("../values/parse-json.ts");
    throw new HookproofError("config-invalid", `${path} is not JSON${placeOf(json)}`, { cause: error });
  }
};

const findUpwards = (from: string, home: string | undefined): string | undefined => {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const path = join(folder, configFileName);
    if (existsSync(path) && statSync(path).isFile()) return path;
    if (existsSync(join(folder, ".git")) || folder === home || folder === dirname(folder)) return undefined;
  }
};
