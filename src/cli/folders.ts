import { join } from "node:path";
import type { System } from "./system.ts";

/** The user's folders. */
export interface Folders {
  /** Secrets and settings. */
  readonly config: string;
  /** Captures and the DLQ. */
  readonly data: string;
  readonly state: string;
}

/** Where the user's files are: `HOOKPROOF_HOME`, else the platform's usual folders (XDG). */
export const foldersOf = async (env: System["env"]): Promise<Folders> => {
  const home = env["HOOKPROOF_HOME"];
  if (home !== undefined && home !== "") {
    return { config: join(home, "config"), data: join(home, "data"), state: join(home, "state") };
  }
  if (process.platform === "linux") {
    const base = (name: string, fallback: string): string =>
      join(env[name] || join(env["HOME"] || process.getBuiltinModule("node:os").homedir(), fallback), "hookproof");
    return {
      config: base("XDG_CONFIG_HOME", ".config"),
      data: base("XDG_DATA_HOME", ".local/share"),
      state: base("XDG_STATE_HOME", ".local/state"),
    };
  }
  const { default: envPaths } = await import("env-paths");
  const { config, data, log } = envPaths("hookproof", { suffix: "" });
  return { config, data, state: log };
};
