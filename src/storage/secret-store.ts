import { chmodSync } from "node:fs";
import { join } from "node:path";
import { HookproofError, errnoOf, fileError } from "../errors.ts";
import { inputLimits, readWhole } from "./input.ts";
import { makeFolder } from "../values/folder.ts";
import { locked } from "./lock.ts";
import { ownerOf } from "./owner.ts";
import type { ProcessInfo } from "./owner.ts";
import { Secret } from "../values/secret.ts";
import type { KeptSecrets } from "./kept-secrets.ts";

/** A kept secret as it may be shown. */
interface StoredSecret {
  readonly name: string;
  readonly fingerprint: string;
  /** ISO 8601, UTC. */
  readonly setAt: string | null;
}

/** Secrets of the user's own, kept in a file of mode 0600 in a folder of mode 0700. */
export interface SecretStore {
  list(): Promise<readonly StoredSecret[]>;
  get(name: string): Promise<Secret | undefined>;
  all(): Promise<readonly Secret[]>;
  /** @param at epoch milliseconds */
  set(name: string, value: Buffer, at: number): Promise<Secret>;
  /** @returns false where there was none of this name */
  remove(name: string): Promise<boolean>;
}

type Kept = KeptSecrets[string];

const fileName = "secrets";

/**
 * Opens the store in the user's configuration folder. Nothing is created, and `conf` is not
 * loaded, before it is used: most commands never come here.
 * @param folder the user's configuration folder
 * @param chance letters and digits that no other process has
 */
export const secretStore = (folder: string, self: ProcessInfo, chance: () => string): SecretStore => {
  const path = join(folder, `${fileName}.json`);
  // Without conf: it hooks the process's signals for good, and a listener that looked up a secret must still end as it should.
  const read = async (): Promise<KeptSecrets> => keptIn(path);
  const change = async <T>(by: (conf: Conf) => T): Promise<T> => {
    ownFolder(folder);
    const locking = { owner: ownerOf(self, chance()), self, code: "io" } as const;
    // Two processes writing at once lose keys: conf reads and writes the whole file. A file that is made before the
    // lock is held may be made twice, or read before it is written.
    return locked(path, locking, async () => {
      try {
        return by(await openConf(folder, path));
      } catch (error) {
        throw error instanceof HookproofError ? error : fileError(error, "write", path);
      }
    });
  };
  const secretOf = (name: string, kept: Kept): Secret =>
    new Secret(`store:${name}`, Buffer.from(kept.base64, "base64"));
  return {
    list: async () =>
      Object.entries(await read()).map(([name, kept]) => ({
        name,
        fingerprint: secretOf(name, kept).fingerprint,
        setAt: kept.setAt ?? null,
      })),
    get: async (name) => {
      const found = Object.entries(await read()).find(([one]) => one === name);
      return found === undefined ? undefined : secretOf(...found);
    },
    all: async () => Object.entries(await read()).map(([name, kept]) => secretOf(name, kept)),
    set: (name, value, at) =>
      change((conf) => {
        const kept: Kept = { base64: value.toString("base64"), setAt: new Date(at).toISOString() };
        conf.store = { ...conf.store, [name]: kept };
        return secretOf(name, kept);
      }),
    remove: (name) =>
      change((conf) => {
        const before = Object.entries(conf.store);
        const rest = before.filter(([one]) => one !== name);
        conf.store = Object.fromEntries(rest);
        return rest.length < before.length;
      }),
  };
};

interface Conf {
  store: KeptSecrets;
}

const ownFolder = (folder: string): void => {
  makeFolder(folder);
  try {
    chmodSync(folder, 0o700);
  } catch (error) {
    throw fileError(error, "write", folder);
  }
};

/** What the file holds. @throws HookproofError `config-invalid` for anything but kept secrets */
const keptIn = async (path: string): Promise<KeptSecrets> => {
  const { readKeptSecrets } = await import("./kept-secrets.ts");
  try {
    return readKeptSecrets((await readWhole(path, { shown: path, limit: inputLimits.settings })).toString("utf8"));
  } catch (error) {
    if (error instanceof Error && errnoOf(error.cause) === "ENOENT") return {};
    if (!(error instanceof SyntaxError)) throw error;
    throw new HookproofError("config-invalid", `${path} does not hold secrets as hookproof keeps them`, {
      hint: "move the file away and set the secrets again",
      cause: error,
    });
  }
};

const openConf = async (folder: string, path: string): Promise<Conf> => {
  // conf's own message on a corrupt file names neither file nor remedy.
  await keptIn(path);
  const { default: Conf } = await import("conf");
  return new Conf<KeptSecrets>({
    projectName: "hookproof",
    projectSuffix: "",
    cwd: folder,
    configName: fileName,
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
  });
};
