import { chmodSync, statSync } from "node:fs";
import { join } from "node:path";
import { HookproofError, errnoOf, fileError } from "../errors.ts";
import { makeFolder } from "../values/folder.ts";
import { inputLimits, readWhole } from "./input.ts";
import { locked } from "./lock.ts";
import { ownerOf } from "./owner.ts";
import type { ProcessInfo } from "./owner.ts";

/** A file of JSON in the user's configuration, of mode 0600 in a folder of mode 0700: values by name. */
export interface UserFile<V> {
  read(): Promise<Readonly<Record<string, V>>>;
  /** Replaces the file's content with the result of `by`; no other process can change it meanwhile. */
  change(by: (held: Readonly<Record<string, V>>) => Readonly<Record<string, V>>): Promise<void>;
}

export interface UserFileOptions<V> {
  /** The user's configuration folder. */
  readonly folder: string;
  /** The file name without `.json`. */
  readonly name: string;
  /** What the file contains, for errors. */
  readonly holds: string;
  /** Parses the file's text. @throws SyntaxError for invalid content */
  readonly parse: (text: string) => Promise<Readonly<Record<string, V>>>;
  readonly processInfo: ProcessInfo;
  /** Letters and digits that no other process has. */
  readonly randomId: () => string;
}

/** Opens such a file. Nothing is created and `conf` isn't loaded before the first change. */
export const userFile = <V>({ folder, name, holds, parse, processInfo, randomId }: UserFileOptions<V>): UserFile<V> => {
  const path = join(folder, `${name}.json`);
  // Reads without conf, which installs permanent signal handlers: a listener that looked up a secret must still shut
  // down normally.
  let latest: { readonly version: string | undefined; readonly values: Readonly<Record<string, V>> } | undefined;
  const read = async (): Promise<Readonly<Record<string, V>>> => {
    // A listener looks up the secret of every platform, so the file is only read again after a change.
    const version = versionOf(path);
    if (version !== undefined && latest?.version === version) return latest.values;
    try {
      const values = await parse(
        (await readWhole(path, { displayName: path, limit: inputLimits.settings })).toString("utf8"),
      );
      latest = { version, values };
      return values;
    } catch (error) {
      if (error instanceof Error && errnoOf(error.cause) === "ENOENT") return {};
      if (!(error instanceof SyntaxError)) throw error;
      throw new HookproofError("config-invalid", `${path} is not a valid hookproof file of ${holds}`, {
        hint: "move the file away, then set them again",
        cause: error,
      });
    }
  };
  return {
    read,
    change: async (by) => {
      ownFolder(folder);
      const locking = { owner: ownerOf(processInfo, randomId()), processInfo, code: "io" } as const;
      // conf reads and writes the whole file, so two processes writing at once would lose keys. The file must also be
      // created under the lock, or it could be created twice, or read before it is written.
      await locked(path, locking, async () => {
        try {
          // conf's own message on a corrupt file names neither file nor remedy.
          const held = await read();
          const { default: Conf } = await import("conf");
          const conf = new Conf<Record<string, V>>({
            projectName: "hookproof",
            projectSuffix: "",
            cwd: folder,
            configName: name,
            configFileMode: 0o600,
            accessPropertiesByDotNotation: false,
          });
          conf.store = { ...by(held) };
        } catch (error) {
          throw error instanceof HookproofError ? error : fileError(error, "write", path);
        }
      });
    },
  };
};

/** A version that differs after every change, since each change replaces the file. */
const versionOf = (path: string): string | undefined => {
  try {
    const { ino, mtimeNs, size } = statSync(path, { bigint: true });
    return [ino, mtimeNs, size].join(" ");
  } catch {
    return undefined;
  }
};

const ownFolder = (folder: string): void => {
  makeFolder(folder);
  try {
    chmodSync(folder, 0o700);
  } catch (error) {
    throw fileError(error, "write", folder);
  }
};
