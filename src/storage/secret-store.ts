import { Secret } from "../values/secret.ts";
import type { KeptSecrets } from "./kept-secrets.ts";
import type { ProcessInfo } from "./owner.ts";
import { userFile } from "./user-file.ts";

/** A stored secret's metadata, safe to show. */
interface StoredSecret {
  readonly name: string;
  readonly fingerprint: string;
  /** ISO 8601, UTC. */
  readonly setAt: string | null;
}

/** The user's secrets, stored in a file of mode 0600 in a folder of mode 0700. */
export interface SecretStore {
  list(): Promise<readonly StoredSecret[]>;
  get(name: string): Promise<Secret | undefined>;
  all(): Promise<readonly Secret[]>;
  /** @param at epoch milliseconds */
  set(name: string, value: Buffer, at: number): Promise<Secret>;
  /** @returns false if there was none with this name */
  remove(name: string): Promise<boolean>;
}

type Kept = KeptSecrets[string];

/**
 * Opens the store in the user's configuration folder. Nothing is created and `conf` isn't loaded before it is used, as
 * most commands never use it.
 * @param folder the user's configuration folder
 * @param randomId letters and digits that no other process has
 */
export const secretStore = (folder: string, processInfo: ProcessInfo, randomId: () => string): SecretStore => {
  const parse = async (text: string): Promise<KeptSecrets> => {
    const { readKeptSecrets } = await import("./kept-secrets.ts");
    return readKeptSecrets(text);
  };
  const file = userFile<Kept>({ folder, name: "secrets", holds: "secrets", parse, processInfo, randomId });
  const secretOf = (name: string, kept: Kept): Secret =>
    new Secret(`store:${name}`, Buffer.from(kept.base64, "base64"));
  return {
    list: async () =>
      Object.entries(await file.read()).map(([name, kept]) => ({
        name,
        fingerprint: secretOf(name, kept).fingerprint,
        setAt: kept.setAt ?? null,
      })),
    get: async (name) => {
      const found = Object.entries(await file.read()).find(([one]) => one === name);
      return found === undefined ? undefined : secretOf(...found);
    },
    all: async () => Object.entries(await file.read()).map(([name, kept]) => secretOf(name, kept)),
    set: async (name, value, at) => {
      const kept: Kept = { base64: value.toString("base64"), setAt: new Date(at).toISOString() };
      await file.change((held) => ({ ...held, [name]: kept }));
      return secretOf(name, kept);
    },
    remove: async (name) => {
      let isFound = false;
      await file.change((held) => {
        isFound = Object.keys(held).includes(name);
        return Object.fromEntries(Object.entries(held).filter(([one]) => one !== name));
      });
      return isFound;
    },
  };
};
