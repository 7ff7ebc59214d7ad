import { isAbsolute, join, resolve } from "node:path";
import { HookproofError } from "../errors.ts";
import type { System } from "./system.ts";

/** The user's folders. @throws HookproofError `usage` on access if there is no home folder */
export interface Folders {
  /** Secrets and settings. */
  readonly config: string;
  /** Captures and the DLQ. */
  readonly data: string;
  readonly state: string;
}

/**
 * Finds the user's folders: `HOOKPROOF_HOME`, else the platform's standard folders (XDG). Relative paths are ignored:
 * secrets and captures would land in the current folder, and from there in a repository.
 * @param warn called if an invalid path is ignored
 */
export const foldersOf = async (env: System["env"], cwd: string, warn: (message: string) => void): Promise<Folders> => {
  const own = env["HOOKPROOF_HOME"];
  if (own !== undefined && own !== "") {
    const home = resolve(cwd, own);
    return { config: join(home, "config"), data: join(home, "data"), state: join(home, "state") };
  }
  if (process.platform === "linux") {
    const base = (name: string, fallback: string): string => {
      const given = absolute(env[name]);
      const home = given === undefined ? homeOf(env) : undefined;
      const folder = join(given ?? join(home ?? homeless(), fallback), "hookproof");
      const unfit = (env[name] ?? "") !== "" ? name : home === env["HOME"] ? undefined : "HOME";
      // The XDG specification says to ignore relative paths.
      if (given === undefined && unfit !== undefined) warn(`${unfit} is not an absolute path: using ${folder}`);
      return folder;
    };
    return {
      get config() {
        return base("XDG_CONFIG_HOME", ".config");
      },
      get data() {
        return base("XDG_DATA_HOME", ".local/share");
      },
      get state() {
        return base("XDG_STATE_HOME", ".local/state");
      },
    };
  }
  const { default: envPaths } = await import("env-paths");
  const { config, data, log } = envPaths("hookproof", { suffix: "" });
  const checked = (folder: string): string => absolute(folder) ?? homeless();
  return {
    get config() {
      return checked(config);
    },
    get data() {
      return checked(data);
    },
    get state() {
      return checked(log);
    },
  };
};

const absolute = (path: string | undefined): string | undefined =>
  path !== undefined && isAbsolute(path) ? path : undefined;

/** `HOME`, else the home folder from the system's user database. */
const homeOf = (env: System["env"]): string | undefined => absolute(env["HOME"]) ?? absolute(registeredHome());

const registeredHome = (): string | undefined => {
  try {
    return process.getBuiltinModule("node:os").userInfo().homedir;
  } catch {
    // A container's user may have no entry.
    return undefined;
  }
};

const homeless = (): never => {
  throw new HookproofError("usage", "there is no home folder for secrets, captures and queues", {
    hint: "set HOME or HOOKPROOF_HOME to an absolute path",
  });
};
