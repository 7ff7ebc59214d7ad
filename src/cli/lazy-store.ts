import type { ProcessInfo } from "../storage/owner.ts";
import type { SecretStore } from "../storage/secret-store.ts";

/**
 * The secret store, loaded on first use, because most commands never need it.
 * @param folder returns the user's configuration folder; if it throws because there is none, the store is empty
 */
export const lazyStore = (folder: () => string, processInfo: ProcessInfo, randomId: () => string): SecretStore => {
  let opened: SecretStore | undefined;
  const real = async (): Promise<SecretStore> => {
    const { secretStore } = await import("../storage/secret-store.ts");
    return (opened ??= secretStore(folder(), processInfo, randomId));
  };
  const readable = async (): Promise<SecretStore | undefined> => {
    try {
      folder();
    } catch {
      return undefined;
    }
    return real();
  };
  return {
    list: async () => (await readable())?.list() ?? [],
    get: async (name) => (await readable())?.get(name),
    all: async () => (await readable())?.all() ?? [],
    set: async (name, value, at) => (await real()).set(name, value, at),
    remove: async (name) => (await real()).remove(name),
  };
};
