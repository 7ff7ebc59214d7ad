import type { SecretStore, secretStore } from "../storage/secret-store.ts";

/** The store without its module: most commands never look into it. */
export const lazyStore = (...of: Parameters<typeof secretStore>): SecretStore => {
  const real = async (): Promise<SecretStore> => (await import("../storage/secret-store.ts")).secretStore(...of);
  return {
    list: async () => (await real()).list(),
    get: async (name) => (await real()).get(name),
    all: async () => (await real()).all(),
    set: async (name, value, at) => (await real()).set(name, value, at),
    remove: async (name) => (await real()).remove(name),
  };
};
